import { createFormat, type Format } from '../../../shared/format';
import type {
  BlameReport,
  CommitReport,
  CostReport,
  DoctorReport,
  IngestSummary,
  MetricRow,
  SessionReport,
} from '../../../shared/report';
import { missingOutputNote } from './missingOutputNote';
import { renderBlame } from './renderBlame';
import { renderCommit } from './renderCommit';
import { type Column, plainText, renderTable } from './table';

/** Text of the reports for people; what `--json` prints holds the same numbers. `names`: repository keys to names. */
export interface Renderer {
  ingest(summary: IngestSummary, database: string): string;
  session(report: SessionReport, names: ReadonlyMap<string, string>): string;
  cost(report: CostReport, names: ReadonlyMap<string, string>): string;
  commit(report: CommitReport): string;
  /** `text`: the file's, as its lines are to be shown. */
  blame(report: BlameReport, text: Uint8Array): string;
  doctor(report: DoctorReport): string;
}

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

export function createRenderer(locale: string): Renderer {
  const format = createFormat(locale);
  return {
    ingest: (summary, database) => renderIngest(format, summary, database),
    session: (report, names) => renderSession(format, report, names),
    cost: (report, names) => renderCost(format, report, names),
    commit: (report) => renderCommit(format, report),
    blame: (report, text) => renderBlame(format, report, text),
    doctor: (report) => renderDoctor(format, report),
  };
}

function renderIngest(format: Format, summary: IngestSummary, database: string): string {
  const seconds = format.number(summary.duration_ms / 1000);
  return [
    `${format.count(summary.read)} of ${format.count(summary.sources)} logs had something new: ${format.count(summary.records)} records, ${megabytes(format, summary.bytes)}.`,
    `${format.count(summary.commits)} commits read. ${format.count(summary.sessions)} sessions and ${format.count(summary.repositories)} repositories known.`,
    ...(summary.problems > 0 ? [`${format.count(summary.problems)} problems: paceflow doctor shows them.`] : []),
    ...(summary.cancelled ? ['Cancelled: what was read is kept, the next run goes on from there.'] : []),
    `${seconds} s, ${plainText(database)}`,
  ].join('\n');
}

function headLine(format: Format, report: SessionReport | CostReport, names: ReadonlyMap<string, string>): string {
  const { from, to, timezone } = report.filters;
  const range =
    from || to ? `${from ? format.day(from, '') : 'the beginning'} – ${to ? format.day(to, '') : 'today'}` : 'all days';
  const chosen = [
    ...(report.filters.repositories ?? []).map((key) => names.get(key) ?? key),
    ...(report.filters.providers ?? []),
    ...(report.filters.models ?? []),
    ...(report.filters.branches ?? []),
  ].map(plainText);
  return [
    `paceflow ${report.report}`,
    range,
    timezone,
    ...(report.group_by === 'none' ? [] : [`by ${report.group_by}`]),
    ...chosen,
  ].join('    ');
}

function groupName(group: string, groupBy: string, names: ReadonlyMap<string, string>): string {
  if (group === '') {
    return `(no ${groupBy})`;
  }
  return plainText(groupBy === 'repository' ? (names.get(group) ?? group) : group);
}

function renderSession(format: Format, report: SessionReport, names: ReadonlyMap<string, string>): string {
  const isGrouped = report.group_by !== 'none';
  const rows = report.rows.map((row) => [
    ...(isGrouped ? [groupName(row.group, report.group_by, names)] : []),
    row.label,
    row.value === null ? '–' : format.value(row.value, row.unit, row.units),
    row.value === null ? (row.reason ?? '') : ofWords(format, row),
    row.band === 'too_few' ? 'too few' : (row.band ?? ''),
  ]);
  const columns = [
    ...(isGrouped ? [left(report.group_by)] : []),
    left('metric'),
    right('value'),
    left('of'),
    left('band'),
  ];
  return [
    headLine(format, report, names),
    '',
    rows.length === 0 ? 'No sessions in the range.' : renderTable(columns, rows),
  ].join('\n');
}

function ofWords(format: Format, row: MetricRow): string {
  const n = format.count(row.numerator ?? 0);
  const of = format.count(row.denominator ?? 0);
  switch (row.metric) {
    case 'sessions':
      return `of ${of}`;
    case 'time_to_first_edit':
    case 'median_prompts':
      return `median of ${n}`;
    default:
      return row.unit === 'number' ? `${n} in ${of}` : `${n} of ${of}`;
  }
}

function renderCost(format: Format, report: CostReport, names: ReadonlyMap<string, string>): string {
  const columns = [
    left(report.group_by === 'none' ? '' : report.group_by),
    ...[
      'sessions',
      'input',
      'cache write',
      'cache read',
      'output',
      'recorded',
      'estimated',
      'cost',
      'linked',
      'unlinked',
      'per commit',
      'unpriced',
    ].map(right),
  ];
  const rows = report.rows.map((row) => [
    report.group_by === 'none' ? 'all' : groupName(row.group, report.group_by, names),
    format.count(row.sessions),
    ...[row.input_tokens, row.cache_write_tokens, row.cache_read_tokens, row.output_tokens].map(format.tokens),
    ...[row.recorded_cost_usd, row.estimated_cost_usd].map((cost) => format.usd(cost)),
    row.cost_usd === 0 && row.unpriced_sessions > 0 ? 'no price' : format.usd(row.cost_usd),
    ...[row.linked_cost_usd, row.unlinked_cost_usd].map((cost) => format.usd(cost)),
    row.cost_per_change_usd === null ? '–' : format.usd(row.cost_per_change_usd),
    row.unpriced_sessions === 0 ? '0' : `${format.count(row.unpriced_sessions)} sessions`,
  ]);
  const note =
    'Estimated at list price of the day ("API-equivalent": a subscription pays otherwise). A session may count in several rows. Linked: of sessions behind a commit that a branch holds; linked and unlinked are all.';
  return [
    headLine(format, report, names),
    '',
    ...(rows.length === 0
      ? ['No session in the range used tokens.']
      : [renderTable(columns, rows), note, ...missingOutputNote(format, report)]),
  ].join('\n');
}

function engineWords(format: Format, engine: NonNullable<DoctorReport['engine']>): string {
  const { pid, version, started_at, address, lock } = engine;
  return `process ${pid}, version ${plainText(version)}, since ${format.instant(Date.parse(started_at))}, at ${plainText(address)}, locked by ${lock}`;
}

function renderDoctor(format: Format, report: DoctorReport): string {
  const { database } = report;
  const section = (title: string, body: string) => ['', title, body];
  const problems = report.problems.slice(0, 50);
  return [
    `Paceflow ${report.version}`,
    `home      ${plainText(report.home)}`,
    `database  ${plainText(database.path ?? 'in memory')}, ${megabytes(format, database.bytes)}, schema ${database.schema}, ${database.mode}, days in ${database.timezone}`,
    `engine    ${report.engine ? engineWords(format, report.engine) : 'none runs: this command opened the database itself'}`,
    ...(report.engine
      ? section(
          `Connections: ${format.count(report.engine.connections.length)}`,
          renderTable(
            [left('who'), left('version'), right('process')],
            report.engine.connections.map(({ role, version, pid }) => [role, plainText(version), String(pid)]),
          ),
        )
      : []),
    ...(report.engine_errors.length > 0
      ? section(
          'Last errors of the engine',
          renderTable(
            [left('when'), right('process'), left('what')],
            report.engine_errors.map(({ at, pid, message }) => [
              format.instant(Date.parse(at)),
              String(pid),
              plainText(message),
            ]),
          ),
        )
      : []),
    ...section(
      'Looked in',
      renderTable(
        [left('agent'), left('folder'), right('logs')],
        report.places.map((place) => [
          place.provider,
          plainText(place.path),
          place.found ? format.count(place.logs) : 'not there',
        ]),
      ),
    ),
    ...section(
      `Sources: ${format.count(report.sources.length)}`,
      renderTable(
        [left('agent'), left('status'), right('files'), right('records'), right('size'), right('problems')],
        [...groupSources(report)].map(([key, group]) => [
          ...key.split('\0'),
          format.count(group.files),
          format.count(group.records),
          megabytes(format, group.bytes),
          format.count(group.problems),
        ]),
      ),
    ),
    ...(report.repositories.length > 0
      ? section(
          'Repositories',
          renderTable(
            [left('repository'), right('sessions'), right('commits'), left('')],
            report.repositories.map((repository) => [
              plainText(repositoryName(repository)),
              format.count(repository.sessions),
              format.count(repository.commits),
              repository.is_shallow ? 'shallow' : '',
            ]),
          ),
        )
      : []),
    ...(report.prices.length > 0
      ? section(
          'Prices',
          renderTable(
            [left('model'), right('responses'), right('tokens'), left('price from')],
            report.prices.map((price) => [
              plainText(price.model),
              format.count(price.responses),
              format.tokens(price.tokens),
              price.source ?? 'no price known',
            ]),
          ),
        )
      : []),
    ...(report.unknown_records.length > 0
      ? section(
          'Records not understood',
          renderTable(
            [left('agent'), left('type'), left('version'), right('records')],
            report.unknown_records.map((row) => [
              row.provider,
              plainText(row.record_type),
              plainText(row.client_version),
              format.count(row.records),
            ]),
          ),
        )
      : []),
    ...(report.unknown_fields.length > 0
      ? section(
          'Fields not understood',
          renderTable(
            [left('agent'), left('type'), left('field'), left('version'), right('records')],
            report.unknown_fields.map((row) => [
              row.provider,
              plainText(row.record_type),
              plainText(row.field),
              plainText(row.client_version),
              format.count(row.records),
            ]),
          ),
        )
      : []),
    ...(problems.length > 0
      ? section(
          `Problems: ${format.count(report.problem_count)}`,
          renderTable(
            [left('source'), left('reason'), left('detail')],
            problems.map((problem) => [plainText(problem.path), plainText(problem.reason), plainText(problem.detail)]),
          ),
        )
      : ['', 'No problems.']),
    ...(report.live.failures.length > 0
      ? section(
          `Not watched: ${format.count(report.live.failures.length)}`,
          renderTable(
            [left('folder'), left('why')],
            report.live.failures.map((failure) => [plainText(failure.path), plainText(failure.code)]),
          ),
        )
      : []),
    ...section('Not read by this version', report.not_read.map((line) => `- ${line}`).join('\n')),
  ].join('\n');
}

function groupSources(
  report: DoctorReport,
): Map<string, { files: number; records: number; bytes: number; problems: number }> {
  const groups = new Map<string, { files: number; records: number; bytes: number; problems: number }>();
  for (const source of report.sources) {
    const key = `${source.provider}\0${source.status}`;
    const group = groups.get(key) ?? { files: 0, records: 0, bytes: 0, problems: 0 };
    groups.set(key, {
      files: group.files + 1,
      records: group.records + source.records,
      bytes: group.bytes + source.bytes,
      problems: group.problems + source.problems,
    });
  }
  return groups;
}

const megabytes = (format: Format, bytes: number): string => `${format.number(bytes / 1e6)} MB`;

/** Keys that are a digest say nothing to a person. */
function repositoryName({ repository_key, name }: { repository_key: string; name: string }): string {
  if (repository_key.startsWith('folder:')) {
    return `${name} (no git)`;
  }
  return /^(?:path|root):/.test(repository_key) ? `${name} (no remote)` : repository_key;
}
