import { linesOf } from '../../values';

/**
 * Claude Code's `structuredPatch` is made for the screen: each leading tab became two spaces (in 424 of 424 patches
 * of the real logs no tab is left, 142 of them of files indented with tabs). The texts of the edit still have them.
 * Gives a function from a displayed line to the line as it stands in the file: the line of the texts that looks so,
 * else, where the texts are indented with tabs, the same line with its leading pairs of spaces as tabs.
 */
export function tabRestorer(texts: readonly unknown[]): (displayed: string) => string {
  const originals = new Map<string, string>();
  let hasTabs = false;
  for (const each of texts) {
    if (typeof each !== 'string' || !each.includes('\t')) continue;
    for (const line of linesOf(each)) {
      if (!line.startsWith('\t')) continue;
      hasTabs = true;
      const displayed = asDisplayed(line);
      if (!originals.has(displayed)) originals.set(displayed, line);
    }
  }
  if (!hasTabs) return (displayed) => displayed;
  return (displayed) => originals.get(displayed) ?? displayed.replace(/^(?: {2})+/, tabsForPairs);
}

function asDisplayed(line: string): string {
  return line.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length));
}

function tabsForPairs(spaces: string): string {
  return '\t'.repeat(spaces.length / 2);
}
