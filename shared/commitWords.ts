import type { Format } from './format';
import type { CommitReport, CommitSession, Evidence, LineClass } from './report';

type Commit = CommitReport['commit'];

/** Kinds of evidence as a person reads them. */
const evidenceTexts: Readonly<Record<Evidence, string>> = {
  exact: 'same text at the same path',
  renamed: 'same text in a renamed file',
  loose: 'same text but for white space, quotes or a last comma',
  rewrapped: 'same text, lines broken elsewhere',
  moved: 'same run of lines at another place',
  overwrite: 'same text in a file written whole',
  neighbour: 'small lines between lines of the session',
};

/** Plain text of how a line was found to be a session's. */
export const evidenceText = (kind: Evidence): string => evidenceTexts[kind];

const lineClassTexts: Readonly<Record<LineClass, string>> = {
  ai: 'session',
  ai_declared: 'declared only',
  tool: 'command of session',
  human: 'human or untracked tool',
  unknown: 'unknown',
  excluded: 'not counted',
  uncommitted: 'not committed',
};

/** Whose a line is, in plain words. */
export const lineClassText = (lineClass: LineClass): string => lineClassTexts[lineClass];

const lineWord = (count: number): string => (count === 1 ? 'line' : 'lines');

/** "86% AI, 186 of 216 added lines", or why there is no share. */
export function shareWords(commit: Commit, format: Format): string {
  const side = commit.added_lines > 0 ? 'added' : 'removed';
  if (commit.countable_lines === 0) {
    return 'No AI share: it has no line that counts.';
  }
  if (commit.ai_share === null) {
    const unknown = commit.countable_lines - commit.known_lines;
    return `No AI share: who wrote ${format.count(unknown)} of ${format.count(commit.countable_lines)} ${side} lines is not proved.`;
  }
  const known = `${format.count(commit.ai_lines)} of ${format.count(commit.known_lines)} ${side} ${lineWord(commit.known_lines)}`;
  return `${format.ratio(commit.ai_share, commit.known_lines)} AI, ${known}`;
}

/** Lines of a session in a commit: "+186 −12: 180 same text at the same path, 18 …". */
export function creditWords(session: CommitSession, format: Format): string {
  if (session.credited_added_lines + session.credited_removed_lines === 0) {
    return 'no line proved';
  }
  const kinds = session.evidence.map(
    ({ kind, added_lines, removed_lines }) => `${format.count(added_lines + removed_lines)} ${evidenceText(kind)}`,
  );
  const lines = `+${format.count(session.credited_added_lines)} −${format.count(session.credited_removed_lines)}`;
  return kinds.length > 0 ? `${lines}: ${kinds.join('; ')}` : lines;
}

/** How sure the link is: lines prove it, a log or the commit says so, or both. */
export function confidenceWords(session: CommitSession, commit: Commit): string {
  const hasLines = session.credited_added_lines + session.credited_removed_lines > 0;
  const said = session.is_declared ? 'its log or the commit says so' : '';
  const known = hasLines ? ['proved by its lines', said].filter(Boolean).join('; ') : `declared only: ${said}`;
  return commit.is_provisional ? `${known}; provisional, not all is read` : known;
}

/** Why a commit is not more AI's: what its other lines are, and what is outside of every share. */
export function restWords({ commit, possible_sessions }: CommitReport, format: Format): string[] {
  const { tool, human, ai_declared, unknown } = commit.lines;
  const amount = ({ added, removed }: { added: number; removed: number }) => {
    const sides = [added > 0 ? `+${format.count(added)}` : '', removed > 0 ? `−${format.count(removed)}` : ''];
    return sides.filter(Boolean).join(' ');
  };
  const classes: [string, string][] = [
    [amount(human), 'human or untracked tool'],
    [amount(tool), 'in files that a session wrote by a command, whose text no log has'],
    [amount(ai_declared), 'only declared: the commit names an agent, no log proves a line'],
    [amount(unknown), 'unknown: no log covers them'],
    [
      commit.excluded_lines > 0 ? format.count(commit.excluded_lines) : '',
      'not counted: lock, generated, vendored or large files, very long lines',
    ],
  ];
  const said = classes.filter(([lines]) => lines !== '').map(([lines, words]) => `${lines} ${words}`);
  if (possible_sessions.length > 0) {
    const sessions = possible_sessions.length === 1 ? '1 other session' : `${possible_sessions.length} other sessions`;
    said.push(`${sessions} edited the same files before: possible, counted nowhere`);
  }
  return said;
}
