import { createFormat } from '../../shared/format';
import { escapeMarkdown, oneLine } from '../../shared/markdown';
import { missingOutputText } from '../../shared/missingOutput';
import type { CommitReport, CommitSession } from '../../shared/report';

export interface HoverOptions {
  locale: string;
  /** Whether the client draws icons, tables with HTML and command links; else plain Markdown. */
  isRich: boolean;
}

/** Sessions shown on a card; the rest is counted. */
const mostSessions = 3;

/** The card of a commit: its subject, and per session agent, model, first prompt and cost (ui.md, Hover card). */
export function commitHover(report: CommitReport, options: HoverOptions): string {
  const { commit, sessions } = report;
  const head = `**${escapeMarkdown(commit.subject, 120) || 'No subject'}** &nbsp; \`${commit.id.slice(0, 7)}\``;
  if (sessions.length === 0) {
    return [head, noSession(report), ...(options.isRich ? [links(commit.id, undefined)] : [])].join('\n\n');
  }
  const shown = sessions.slice(0, mostSessions);
  const more = sessions.length > shown.length ? [`and ${sessions.length - shown.length} more`] : [];
  return [
    head,
    ...shown.map((session) => (options.isRich ? richFacts(session, options) : plainFacts(session, options))),
    ...more,
    ...(options.isRich ? ['---', links(commit.id, shown[0])] : []),
  ].join('\n\n');
}

function noSession({ looked_at_sessions, commit }: CommitReport): string {
  const looked = looked_at_sessions === 1 ? '1 session was' : `${looked_at_sessions} sessions were`;
  return `No agent session says that it made this commit. ${looked} at work in *${escapeMarkdown(commit.repository, 60)}* in the 30 days before it.`;
}

function richFacts(session: CommitSession, options: HoverOptions): string {
  const cell = (icon: string, label: string) => `$(${icon})&nbsp;${label}&nbsp;&nbsp;&nbsp;`;
  const title = escapeMarkdown(session.title ?? oneLine(session.first_prompt ?? session.session_key, 60), 80);
  return [
    `| ${cell('comment-discussion', 'Session')} | [${title}](${commandLink('paceflow.openSession', session.session_key)} "Open the session") |`,
    '|:--|:--|',
    // Keeps the column as wide as its head: an icon may be broken off its label, these may not. The word joiners keep
    // the cell from being trimmed.
    `| &#8288;${'&nbsp;'.repeat(22)}&#8288; | ${whoWords(session, options)} |`,
    `| ${cell('comment', 'Asked')} | ${askedWords(session)} |`,
    `| ${cell('credit-card', 'Cost')} | ${costWords(session, options)} |`,
    `| ${cell('link', 'Known')} | ${knownWords(session)} |`,
  ].join('\n');
}

function plainFacts(session: CommitSession, options: HoverOptions): string {
  return [whoWords(session, options), askedWords(session), costWords(session, options), knownWords(session)]
    .map((line) => `- ${line}`)
    .join('\n');
}

function whoWords(session: CommitSession, { locale }: HoverOptions): string {
  const format = createFormat(locale);
  const prompts = session.prompts === 1 ? '1 prompt' : `${format.count(session.prompts)} prompts`;
  return `${escapeMarkdown(session.provider_name)}, ${escapeMarkdown(session.model ?? 'no model named')}, ${prompts}, ${format.duration(session.active_ms)} active`;
}

function askedWords(session: CommitSession): string {
  return session.first_prompt === null
    ? 'The log is gone, so its prompts cannot be shown.'
    : `“${escapeMarkdown(session.first_prompt, 280)}”`;
}

function costWords(session: CommitSession, { locale }: HoverOptions): string {
  const format = createFormat(locale);
  if (session.cost_usd === null) {
    return 'No price is known for its model.';
  }
  const basis =
    session.recorded_cost_usd === 0
      ? 'list price'
      : session.estimated_cost_usd === 0
        ? 'as recorded'
        : 'recorded and list price';
  const unpriced =
    session.unpriced_responses > 0 ? `; ${format.count(session.unpriced_responses)} responses have no price` : '';
  const missing =
    session.estimated_missing_output_tokens > 0
      ? `; not logged: ${escapeMarkdown(missingOutputText(session, format))}`
      : '';
  return `${escapeMarkdown(format.usd(session.cost_usd))} for the whole session, ${basis}${unpriced}${missing}`;
}

const knownWords = (session: CommitSession): string =>
  session.is_declared ? 'The session’s log names this commit.' : 'Lines of the session are in this commit.';

function links(commit: string, session: CommitSession | undefined): string {
  const why = `[$(info) How is this known?](${commandLink('paceflow.explainCommit', commit)} "What the link rests on")`;
  return session
    ? `[$(comment-discussion) Session](${commandLink('paceflow.openSession', session.session_key)} "Open the session") &nbsp;&nbsp; ${why}`
    : why;
}

/** The argument is JSON in a URI; both kinds of bracket would end the link. */
function commandLink(command: string, argument: string): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify([argument]))
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')}`;
}
