import type { LineTruth, RepositoryTruth, TrueLine, Truth } from './truth';

/**
 * Truth as a person reads it: per commit but the first `history: path -2..3 person +2..7 A edit`. Sessions are A, B, …
 * in the order in which they began.
 */
export function summarise(truth: Truth): string[] {
  const several = truth.repositories.length > 1;
  return truth.repositories.flatMap((repository) => [
    ...(several ? [`in ${repository.folder.split('/').at(-1)}`] : []),
    ...commitsOf(repository, truth),
  ]);
}

function commitsOf({ commits, boundary }: RepositoryTruth, truth: Truth): string[] {
  return [
    ...(boundary.length > 0 ? ['shallow'] : []),
    ...commits
      .filter((commit) => commit.parents.length > 0)
      .map(({ history, files }) => {
        const parts = files.map(({ path, oldPath, added, removed }) =>
          [
            oldPath === undefined ? path : `${oldPath} → ${path}`,
            ...runs(removed, '-', truth),
            ...runs(added, '+', truth),
          ].join(' '),
        );
        return `${history}: ${parts.join(', ')}`.trim();
      }),
  ];
}

/** Neighbouring lines of one hand together. */
function runs(lines: readonly TrueLine[], sign: string, truth: Truth): string[] {
  const result: { from: number; to: number; who: string }[] = [];
  for (const line of lines) {
    const last = result.at(-1);
    const who = nameOf(line, truth);
    if (last !== undefined && last.who === who && last.to === line.line - 1) last.to = line.line;
    else result.push({ from: line.line, to: line.line, who });
  }
  return result.map(({ from, to, who }) => `${sign}${from === to ? from : `${from}..${to}`} ${who}`);
}

function nameOf(line: LineTruth, { sessions }: Truth): string {
  const letter = (id: string) => String.fromCharCode(65 + sessions.findIndex((session) => session.id === id));
  const handled =
    line.handled === undefined
      ? ''
      : ` ${line.handled.how} by ${nameOf(line.handled.by, { sessions, repositories: [] })}`;
  const doubt = line.undecidable === undefined ? '' : ' (undecidable)';
  const who = () => {
    if (line.by === 'person') return line.name;
    if (line.by === 'tool') return line.session === undefined ? line.tool : `${line.tool} of ${letter(line.session)}`;
    return `${letter(line.session)} ${line.via}${line.logged ? '' : ' not logged'}`;
  };
  return who() + handled + doubt;
}
