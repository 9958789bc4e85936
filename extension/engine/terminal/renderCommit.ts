import { confidenceWords, creditWords, restWords, shareWords } from '../../../shared/commitWords';
import type { Format } from '../../../shared/format';
import type { CommitReport, CommitSession } from '../../../shared/report';
import { plainText } from './table';

/** A commit for people: what part of it is AI's, by which sessions, and what the rest is. */
export function renderCommit(format: Format, report: CommitReport): string {
  const { commit, sessions, looked_at_sessions } = report;
  const rest = restWords(report, format);
  return [
    `${commit.id.slice(0, 7)}  ${plainText(commit.subject)}`,
    `${plainText(commit.author)}, ${format.instant(Date.parse(commit.authored_at))}, ${plainText(commit.repository)}`,
    `${filesWord(format, commit.files)}, +${format.count(commit.added_lines)} −${format.count(commit.removed_lines)} lines`,
    shareWords(commit, format),
    '',
    ...(sessions.length === 0
      ? [
          `No line of a session was found in it, and no log names it. ${format.count(looked_at_sessions)} sessions were at work in the repository in the 30 days before it.`,
        ]
      : sessions.flatMap((session) => sessionLines(format, session, commit))),
    ...(rest.length > 0 ? ['', 'Why not more', ...rest.map((words) => `  ${words}`)] : []),
    ...report.possible_sessions.map(
      ({ session_key, title, files }) =>
        `    ${plainText(session_key)}${title === null ? '' : ` ${plainText(title)}`}, ${filesWord(format, files)}`,
    ),
  ].join('\n');
}

function sessionLines(format: Format, session: CommitSession, commit: CommitReport['commit']): string[] {
  const cost = session.cost_usd === null ? 'no price' : format.usd(session.cost_usd);
  const part =
    session.commit_cost_usd === null
      ? ''
      : `, ${session.commit_cost_usd === session.cost_usd ? 'all' : format.usd(session.commit_cost_usd)} of it for this commit`;
  return [
    `${session.provider_name}, ${plainText(session.model ?? 'no model')}, ${format.count(session.prompts)} prompts, ${format.duration(session.active_ms)} active, ${cost}${part}`,
    `  ${plainText(session.first_prompt ?? session.title ?? 'Its log is gone, so its prompts cannot be shown.')}`.slice(
      0,
      500,
    ),
    `  ${creditWords(session, format)}`,
    `  ${plainText(session.session_key)}; ${confidenceWords(session, commit)}`,
  ];
}

const filesWord = (format: Format, files: number): string => (files === 1 ? '1 file' : `${format.count(files)} files`);
