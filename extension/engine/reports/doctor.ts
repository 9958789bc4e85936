import * as z from 'zod';
import { type DoctorReport, doctorReportSchema, reportSchemaVersion } from '../../../shared/report';
import type { EngineError } from '../../rendezvous/engineErrors';
import type { Catalogue } from '../database/catalogue';
import type { Database } from '../database/database';
import { readSetting } from '../database/schema';
import type { LookedAt } from '../ingest/discover';
import type { LiveState } from '../live/live';
import { runQuery } from './parameters';

export interface DoctorInput {
  database: Database;
  catalogue: Catalogue;
  version: string;
  home: string;
  file: { path: string | null; bytes: number; mode: string };
  places: LookedAt[];
  /** What happened to the database itself. */
  troubles: readonly { path: string; reason: string; detail: string }[];
  /** Of engines, oldest first. */
  errors: readonly EngineError[];
  live: LiveState;
}

/** What this version leaves out, said where a person looks for it. */
const notRead = [
  'Agents other than Claude Code.',
  'Lines of commits: what a session wrote by a command whose output no log shows is not matched, only named as a tool’s.',
  'Claude Code: output tokens that versions 1.0.11 to 2.1.97 did not log; an estimate stands beside what they cost.',
  'Claude Code: the tokens of web searches; the tokens of sub-agents whose own log is gone.',
  'Claude Code: commits made with --quiet, links of pull requests.',
  'Claude Code: what scripts in files, encoded commands and commands on other machines or in containers write.',
  'Claude Code: logs in the home of a WSL distribution, seen from Windows, unless CLAUDE_CONFIG_DIR names it.',
  'Claude Code: copies of logs, which are listed among the sources; the name of a renamed log, whose records say the session (of several the last).',
  'git: lines of merges that one of the parents has, and commits more than 30 days older than the first session of their repository.',
];

/** Of folders that can't be watched: one limit that is reached has many of them. */
const mostFailures = 20;

/** All that was read and all that was not. */
export function doctorReport({
  database,
  catalogue,
  version,
  home,
  file,
  places,
  troubles,
  live,
  errors,
}: DoctorInput): DoctorReport {
  const { sources, unknown_records, unknown_fields, problems, repositories, prices } = doctorReportSchema.shape;
  const sourceRows = runQuery(
    database,
    catalogue,
    'coverage.sources',
    {},
    sources.element.extend({ last_read_at: z.number() }),
  );
  return {
    report: 'doctor',
    schema_version: reportSchemaVersion,
    version,
    home,
    database: {
      path: file.path,
      bytes: file.bytes,
      schema: catalogue.schemaVersion,
      mode: file.mode,
      timezone: readSetting(database, 'zone') ?? 'UTC',
      source_id: readSetting(database, 'source_id') ?? '',
    },
    // Only the engine itself knows: it fills this in (server.ts).
    engine: null,
    engine_errors: errors.map(({ at, pid, message }) => ({ at: new Date(at).toISOString(), pid, message })),
    places: places.map((place) => ({
      provider: place.provider,
      path: place.path,
      found: place.isFound,
      logs: place.logs,
    })),
    sources: sourceRows.map((row) => ({ ...row, last_read_at: new Date(row.last_read_at).toISOString() })),
    unknown_records: runQuery(database, catalogue, 'coverage.unknownRecords', {}, unknown_records.element),
    unknown_fields: runQuery(database, catalogue, 'coverage.unknownFields', {}, unknown_fields.element),
    problem_count: sourceRows.reduce((sum, source) => sum + source.problems, troubles.length),
    problems: [
      ...troubles.map((trouble) => ({ provider: 'database', place: 0, ...trouble })),
      ...runQuery(database, catalogue, 'coverage.problems', {}, problems.element),
    ],
    repositories: runQuery(
      database,
      catalogue,
      'coverage.repositories',
      {},
      repositories.element.extend({ is_shallow: z.number() }),
    ).map((row) => ({
      ...row,
      is_shallow: row.is_shallow === 1,
    })),
    prices: runQuery(database, catalogue, 'coverage.prices', {}, prices.element),
    live: { mode: live.mode, watches: live.watches, failures: live.failures.slice(0, mostFailures) },
    not_read: notRead,
  };
}
