import * as vscode from 'vscode';
import { confidenceWords, creditWords, restWords, shareWords } from '../../shared/commitWords';
import { createFormat } from '../../shared/format';
import { escapeMarkdown } from '../../shared/markdown';
import { missingOutputText } from '../../shared/missingOutput';
import type { CommitReport, CommitSession, DoctorReport, SessionDetail } from '../../shared/report';

/** Scheme of the read-only documents that Paceflow shows. */
export const scheme = 'paceflow';

/** Read-only documents: made when they are opened, never written to disk. */
export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? 'This page is no longer there. Open it anew.';
  }

  /** Shows Markdown rendered, beside nothing else. */
  async showMarkdown(name: string, text: string): Promise<void> {
    const uri = this.keep(`${name}.md`, text);
    await vscode.commands.executeCommand('markdown.showPreview', uri).then(undefined, async () => {
      // The Markdown extension is off: the source is readable too.
      await vscode.window.showTextDocument(uri, { preview: true });
    });
  }

  async showSql(name: string, text: string): Promise<void> {
    const uri = this.keep(`${name}.sql`, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'sql').then(undefined, () => undefined);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.changed.dispose();
    this.texts.clear();
  }

  private keep(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll(/[\\/:*?"<>|]/g, '-')}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** A session as a page. All text of logs and git is escaped. */
export function sessionPage({ session, first_prompt, commits, log }: SessionDetail, locale: string): string {
  const format = createFormat(locale);
  const title = escapeMarkdown(session.title ?? first_prompt ?? session.session_key, 100);
  const isUnpriced = session.cost_usd === 0 && session.unpriced_responses > 0;
  return [
    `# ${title}`,
    table(
      ['', ''],
      [
        ['Agent', `${escapeMarkdown(session.provider_name)}, ${escapeMarkdown(session.model ?? 'no model named')}`],
        ['When', `${escapeMarkdown(format.instant(session.started_at))}, ${format.duration(session.active_ms)} active`],
        [
          'Where',
          `${escapeMarkdown(session.repository ?? 'no repository')}${session.branch ? `, branch ${escapeMarkdown(session.branch)}` : ''}`,
        ],
        ['Prompts', format.count(session.prompts)],
        [
          'First applied edit',
          session.active_ms_to_first_edit === null
            ? 'none'
            : `after ${format.duration(session.active_ms_to_first_edit)}`,
        ],
        [
          'Edits',
          `${format.count(session.edits_applied)} applied, ${format.count(session.edits_rejected)} rejected, ${format.count(session.edits_failed)} failed`,
        ],
        ['Sub-agents', format.count(session.subagents)],
        ['Tokens', escapeMarkdown(format.tokens(session.tokens))],
        [
          'Cost',
          isUnpriced
            ? 'no price is known for its model'
            : `${escapeMarkdown(format.usd(session.cost_usd))}: ${escapeMarkdown(format.usd(session.recorded_cost_usd))} recorded, ${escapeMarkdown(format.usd(session.estimated_cost_usd))} at list price${session.unpriced_responses > 0 ? `; ${format.count(session.unpriced_responses)} responses have no price` : ''}`,
        ],
        ...(session.estimated_missing_output_tokens > 0
          ? [['Not logged', `${escapeMarkdown(missingOutputText(session, format))}; in no number above`]]
          : []),
        ['Session', escapeMarkdown(session.session_key)],
      ],
    ),
    '## First prompt',
    first_prompt === null
      ? 'Its log is gone, so its prompts cannot be shown.'
      : `> ${escapeMarkdown(first_prompt, 2_000)}`,
    '## Commits',
    commits.length === 0
      ? 'Its log names no commit that is known.'
      : table(
          ['Commit', 'Subject', 'Lines', 'When'],
          commits.map((commit) => [
            `\`${commit.commit_id.slice(0, 7)}\``,
            escapeMarkdown(commit.subject ?? '', 100),
            `+${format.count(commit.added_lines)} −${format.count(commit.removed_lines)}`,
            escapeMarkdown(format.instant(commit.authored_at)),
          ]),
        ),
    ...(log ? ['## Log', `${escapeMarkdown(log.path, 1_000)}, line ${log.line}`] : []),
  ].join('\n\n');
}

/** Why a session stands, or does not stand, behind a commit, and what the rest of its lines is. */
export function commitPage(report: CommitReport, locale: string): string {
  const format = createFormat(locale);
  const { commit, sessions, possible_sessions } = report;
  const rest = restWords(report, format);
  const text = (words: string) => escapeMarkdown(words, 1_000);
  const cost = (session: CommitSession) =>
    session.cost_usd === null
      ? 'no price'
      : session.commit_cost_usd === null
        ? `${format.usd(session.cost_usd)} for the session`
        : `${format.usd(session.commit_cost_usd)} of ${format.usd(session.cost_usd)}`;
  return [
    `# ${escapeMarkdown(commit.subject, 120)}`,
    `\`${commit.id}\` in ${text(commit.repository)}, by ${text(commit.author)}, ${text(format.instant(Date.parse(commit.authored_at)))}.`,
    `${format.count(commit.files)} files, +${format.count(commit.added_lines)} −${format.count(commit.removed_lines)} lines. ${text(shareWords(commit, format))}`,
    '## How this is known',
    sessions.length === 0
      ? `No line of a session was found in this commit, and no log names it. ${format.count(report.looked_at_sessions)} sessions were at work in the repository in the 30 days before it.`
      : table(
          ['Session', 'Agent', 'Cost', 'Lines', 'Confidence'],
          sessions.map((session) => [
            escapeMarkdown(session.title ?? session.first_prompt ?? session.session_key, 80),
            text(`${session.provider_name}, ${session.model ?? 'no model named'}`),
            text(cost(session)),
            text(creditWords(session, format)),
            text(confidenceWords(session, commit)),
          ]),
        ),
    ...(rest.length > 0 ? ['## Why not more', rest.map((words) => `- ${text(words)}`).join('\n')] : []),
    ...(possible_sessions.length > 0
      ? [
          '## Possible sessions',
          table(
            ['Session', 'Same files'],
            possible_sessions.map(({ session_key, title, files }) => [text(title ?? session_key), format.count(files)]),
          ),
        ]
      : []),
  ].join('\n\n');
}

/** The process that serves all windows, and what its kind could not do. */
function enginePart({ engine, engine_errors }: DoctorReport, locale: string): string[] {
  const format = createFormat(locale);
  const text = (value: string) => escapeMarkdown(value, 1_000);
  return [
    '## Engine',
    ...(engine
      ? [
          `Process ${engine.pid}, version ${text(engine.version)}, since ${text(format.instant(Date.parse(engine.started_at)))}, at ${text(engine.address)}, locked by ${text(engine.lock)}.`,
          table(
            ['Connection', 'Version', 'Process'],
            engine.connections.map(({ role, version, pid }) => [text(role), text(version), String(pid)]),
          ),
        ]
      : ['None runs.']),
    ...(engine_errors.length > 0
      ? [
          table(
            ['Error', 'Process', 'When'],
            engine_errors.map(({ at, pid, message }) => [
              text(message),
              String(pid),
              text(format.instant(Date.parse(at))),
            ]),
          ),
        ]
      : []),
  ];
}

const liveModes = {
  watching: 'on',
  paused: 'paused until Refresh',
  'nobody looks': 'off, since nobody looks',
} as const satisfies Record<DoctorReport['live']['mode'], string>;

/** The diagnosis: what was read, what was not, and where. */
export function doctorPage(report: DoctorReport, locale: string): string {
  const format = createFormat(locale);
  const text = (value: string) => escapeMarkdown(value, 1_000);
  const { database } = report;
  const most = 100;
  return [
    '# What was read',
    `Paceflow ${text(report.version)}, home folder ${text(report.home)}.`,
    `Database ${text(database.path ?? 'in memory')}, ${text(format.number(database.bytes / 1e6))} MB, kept as ${text(database.mode)}; days in ${text(database.timezone)}.`,
    ...enginePart(report, locale),
    '## Looked in',
    table(
      ['Agent', 'Folder', 'Logs'],
      report.places.map((place) => [
        text(place.provider),
        text(place.path),
        place.found ? format.count(place.logs) : 'not there',
      ]),
    ),
    `## Problems: ${format.count(report.problem_count)}`,
    report.problems.length === 0
      ? 'None.'
      : table(
          ['Source', 'Place', 'Reason', 'Detail'],
          report.problems
            .slice(0, most)
            .map((problem) => [
              text(problem.path),
              format.count(problem.place),
              text(problem.reason),
              text(problem.detail),
            ]),
        ),
    '## Repositories',
    report.repositories.length === 0
      ? 'None yet.'
      : table(
          ['Repository', 'Sessions', 'Commits', ''],
          report.repositories.map((repository) => [
            text(
              repository.repository_key.startsWith('folder:')
                ? `${repository.name} (no git)`
                : repository.repository_key,
            ),
            format.count(repository.sessions),
            format.count(repository.commits),
            repository.is_shallow ? 'shallow clone' : '',
          ]),
        ),
    '## Prices',
    report.prices.length === 0
      ? 'No tokens were used.'
      : table(
          ['Model', 'Responses', 'Tokens', 'Price from'],
          report.prices.map((price) => [
            text(price.model),
            format.count(price.responses),
            text(format.tokens(price.tokens)),
            price.source ? text(price.source) : 'no price known',
          ]),
        ),
    '## Not understood',
    report.unknown_records.length + report.unknown_fields.length === 0
      ? 'Every record and field is known.'
      : table(
          ['Agent', 'Record', 'Field', 'Version', 'Records'],
          [
            ...report.unknown_records.map((unknown) => [
              text(unknown.provider),
              text(unknown.record_type),
              '',
              text(unknown.client_version),
              format.count(unknown.records),
            ]),
            ...report.unknown_fields.map((unknown) => [
              text(unknown.provider),
              text(unknown.record_type),
              text(unknown.field),
              text(unknown.client_version),
              format.count(unknown.records),
            ]),
          ].slice(0, most),
        ),
    `## Watching: ${liveModes[report.live.mode]}, ${format.count(report.live.watches)} watches`,
    report.live.failures.length === 0
      ? 'No folder had to be left out.'
      : table(
          ['Not watched, looked at every 30 seconds', 'Why'],
          report.live.failures.map((failure) => [text(failure.path), text(failure.code)]),
        ),
    '## Not read by this version',
    report.not_read.map((line) => `- ${text(line)}`).join('\n'),
    `## Sources: ${format.count(report.sources.length)}`,
    report.sources.length === 0
      ? 'None.'
      : table(
          ['Agent', 'Path', 'Status', 'Records', 'MB', 'Problems'],
          report.sources
            .slice(0, most)
            .map((source) => [
              text(source.provider),
              text(source.path),
              text(source.status),
              format.count(source.records),
              text(format.number(source.bytes / 1e6)),
              format.count(source.problems),
            ]),
        ),
    ...(report.sources.length > most
      ? [`and ${format.count(report.sources.length - most)} more: "paceflow doctor --json" lists them.`]
      : []),
  ].join('\n\n');
}
