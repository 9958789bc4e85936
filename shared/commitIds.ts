/**
 * 7 to 40 hex digits with no word character beside them. One is a digit at least, or every "feedbed" and "defaced" in
 * prose would be looked up.
 */
const pattern = /(?<![0-9A-Za-z_])(?=[0-9a-f]*\d)[0-9a-f]{7,40}(?![0-9A-Za-z_])/gi;

/** The word that may be a commit id at a position of a line, both in UTF-16 code units; lower case. */
export function commitIdAt(line: string, position: number): { commit: string; start: number; end: number } | undefined {
  for (const found of line.matchAll(pattern)) {
    const start = found.index;
    const end = start + found[0].length;
    if (start <= position && position <= end) {
      return { commit: found[0].toLowerCase(), start, end };
    }
  }
  return undefined;
}
