import { streamGit } from './git';

/** Lines that one commit wrote, one after the other in the file as it is now and as the commit had it. */
export interface BlamedRange {
  /** Undefined: in no commit yet. */
  commit?: string;
  /** As the commit had it. */
  path: string;
  /** From 1 on: in the commit's file, and in the blamed text. */
  commitLine: number;
  line: number;
  count: number;
}

/** What git says of a commit along the way: Paceflow may not have read it. */
export interface BlamedCommit {
  commit: string;
  author: string;
  /** Milliseconds UTC. */
  authoredAt: number;
  subject: string;
}

export interface Blame {
  /** In the order of lines. */
  ranges: BlamedRange[];
  commits: BlamedCommit[];
}

/**
 * Which commit wrote each line of `contents`, taken as the text of `name` in `folder`. The text always comes from us:
 * git would read the working tree's through the programs of `filter.<name>.clean`, which `git.ts` takes away for the
 * text handed over too. A list of revisions to pass over, which a repository can set, is left alone: it would credit
 * older commits with what another one wrote.
 * @throws GitMissing, GitFailed: the file is in no commit, or the clone has none
 */
export async function blameLines(
  folder: string,
  name: string,
  contents: Uint8Array,
  signal: AbortSignal,
): Promise<Blame> {
  const reader = createBlameReader();
  const decoder = new TextDecoder();
  const args = ['--incremental', '--ignore-revs-file', '', '--contents', '-', '--', name] as const;
  let rest = '';
  for await (const chunk of streamGit(folder, ['blame', ...args], { signal, input: contents })) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) reader.read(line);
  }
  return reader.blame();
}

const rangeLine = /^([0-9a-f]{40,64}) (\d+) (\d+) (\d+)$/;
const isUncommitted = (commit: string): boolean => /^0+$/.test(commit);

/** Reads `git blame --incremental`: per range its place, what is new of its commit, and last its file's name. */
export function createBlameReader(): { read(line: string): void; blame(): Blame } {
  const ranges: BlamedRange[] = [];
  const commits = new Map<string, BlamedCommit>();
  let open: Omit<BlamedRange, 'path'> = { commitLine: 0, line: 0, count: 0 };
  return {
    read: (line) => {
      const [, commit, commitLine, finalLine, count] = rangeLine.exec(line) ?? [];
      if (commit !== undefined) {
        const place = { commitLine: Number(commitLine), line: Number(finalLine), count: Number(count) };
        open = isUncommitted(commit) ? place : { commit, ...place };
        if (open.commit !== undefined && !commits.has(commit)) {
          commits.set(commit, { commit, author: '', authoredAt: 0, subject: '' });
        }
        return;
      }
      const known = open.commit === undefined ? undefined : commits.get(open.commit);
      const space = line.indexOf(' ');
      const value = line.slice(space + 1);
      switch (line.slice(0, space)) {
        case 'filename':
          ranges.push({ ...open, path: unquote(value) });
          return;
        case 'author':
          if (known) known.author = value;
          return;
        case 'author-time':
          if (known) known.authoredAt = Number(value) * 1000 || 0;
          return;
        case 'summary':
          if (known) known.subject = value;
      }
    },
    blame: () => ({ ranges: ranges.sort((a, b) => a.line - b.line), commits: [...commits.values()] }),
  };
}

const escapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' },
};

/** git puts names with quotes, backslashes and control characters in quotes, as C does. */
function unquote(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"') || name.length < 2) return name;
  return name
    .slice(1, -1)
    .replaceAll(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, character: string) =>
      octal === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(octal, 8)),
    );
}
