import { confidenceWords, creditWords, restWords, shareWords } from '../../shared/commitWords';
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

/** A label with its icon, and what is said: a row of the table, or an item of the list. */
type Fact = [icon: string, label: string, text: string];

/** The card of a commit: what part of it is AI's, the sessions behind it, and what the rest is (ui.md, Hover card). */
export function commitHover(report: CommitReport, options: HoverOptions): string {
  const { commit, sessions } = report;
  const [first, ...others] = sessions;
  const head = `**${escapeMarkdown(commit.subject, 120) || 'No subject'}** &nbsp; \`${commit.id.slice(0, 7)}\``;
  const facts = first && others.length === 0 ? sessionFacts(first, report, options) : sessionRows(report, options);
  const rest = restWords(report, createFormat(options.locale)).map((words) => escapeMarkdown(words, 200));
  const shown: Fact[] = rest.length > 0 ? [...facts, ['question', 'Rest', `${rest.join('; ')}.`]] : facts;
  return [
    head,
    shareLine(commit, options),
    ...(first ? [] : [noSession(report)]),
    ...(shown.length > 0 ? [options.isRich ? factTable(shown) : factList(shown)] : []),
    ...(options.isRich ? ['---', links(commit.id, first)] : []),
  ].join('\n\n');
}

function noSession({ looked_at_sessions, commit }: CommitReport): string {
  const looked = looked_at_sessions === 1 ? '1 session was' : `${looked_at_sessions} sessions were`;
  return `No line of a session was found in this commit, and no log names it. ${looked} at work in *${escapeMarkdown(commit.repository, 60)}* in the 30 days before it.`;
}

/** Widths that a hover keeps: it draws no more of HTML than coloured spans. */
const barCells = 40;

function shareLine(commit: CommitReport['commit'], { locale, isRich }: HoverOptions): string {
  const words = escapeMarkdown(shareWords(commit, createFormat(locale)));
  if (!isRich || commit.ai_share === null) {
    return words;
  }
  const filled = Math.round(commit.ai_share * barCells);
  const part = (cells: number, colour: string) =>
    cells > 0 ? `<span style="background-color:var(--vscode-${colour});">${'&nbsp;'.repeat(cells)}</span>` : '';
  return `${part(filled, 'charts-blue')}${part(barCells - filled, 'badge-background')} &nbsp;${words}`;
}

function factTable(facts: readonly Fact[]): string {
  const cell = (icon: string, label: string) => (icon === '' ? filler : `$(${icon})&nbsp;${label}&nbsp;&nbsp;&nbsp;`);
  const [head, ...rows] = facts.map(([icon, label, text]) => `| ${cell(icon, label)} | ${text} |`);
  return [head, '|:--|:--|', ...rows].join('\n');
}

/**
 * Keeps the column as wide as its head: an icon may be broken off its label, these may not. The word joiners keep the
 * cell from being trimmed.
 */
const filler = `&#8288;${'&nbsp;'.repeat(22)}&#8288;`;

const factList = (facts: readonly Fact[]): string => facts.map(([, , text]) => `- ${text}`).join('\n');

/** All of the one session behind a commit. */
function sessionFacts(session: CommitSession, { commit }: CommitReport, options: HoverOptions): Fact[] {
  const title: Fact[] = options.isRich ? [['comment-discussion', 'Session', titleLink(session)]] : [];
  return [
    ...title,
    ['', '', whoWords(session, options)],
    ['comment', 'Asked', askedWords(session)],
    ['credit-card', 'Cost', costWords(session, options)],
    ['link', 'Known', knownWords(session, commit, options)],
  ];
}

/** A line for each of several sessions, most lines first. */
function sessionRows({ sessions, commit }: CommitReport, options: HoverOptions): Fact[] {
  const format = createFormat(options.locale);
  const rows = sessions.slice(0, mostSessions).map((session, index): Fact => {
    const title = options.isRich ? titleLink(session) : sessionTitle(session);
    const lines = `+${format.count(session.credited_added_lines)} −${format.count(session.credited_removed_lines)}`;
    const cost = session.commit_cost_usd === null ? '' : `, ${escapeMarkdown(format.usd(session.commit_cost_usd))}`;
    const words = `${title}: ${escapeMarkdown(session.provider_name)}, ${escapeMarkdown(lines)}${cost}, ${escapeMarkdown(confidenceWords(session, commit))}`;
    return index === 0 ? ['comment-discussion', 'Sessions', words] : ['', '', words];
  });
  const more = sessions.length - rows.length;
  return more > 0 ? [...rows, ['', '', `and ${format.count(more)} more`]] : rows;
}

const sessionTitle = (session: CommitSession): string =>
  escapeMarkdown(session.title ?? oneLine(session.first_prompt ?? session.session_key, 60), 80);

const titleLink = (session: CommitSession): string =>
  `[${sessionTitle(session)}](${commandLink('paceflow.openSession', session.session_key)} "Open the session")`;

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
  const whole = escapeMarkdown(format.usd(session.cost_usd));
  const part = session.commit_cost_usd === null ? undefined : escapeMarkdown(format.usd(session.commit_cost_usd));
  const amount =
    part === undefined || part === whole ? `${whole} for the whole session` : `${part} of the session’s ${whole}`;
  return `${amount}, ${basis}${unpriced}${missing}`;
}

function knownWords(session: CommitSession, commit: CommitReport['commit'], { locale }: HoverOptions): string {
  const credit = creditWords(session, createFormat(locale));
  return escapeMarkdown(`${credit}. ${capital(confidenceWords(session, commit))}.`, 400);
}

const capital = (words: string): string => words.replace(/^./, (letter) => letter.toUpperCase());

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
