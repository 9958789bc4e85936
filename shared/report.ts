import * as z from 'zod';
import { filtersSchema, groupBySchema } from './filters';

/** Raised when a field of a report changes its name or meaning; added fields do not raise it. */
export const reportSchemaVersion = 1;

/** How a metric's value is to be read: plain count, mean, share of 1, milliseconds, US dollars. */
export const unitSchema = z.enum(['count', 'number', 'ratio', 'duration', 'usd']);
export type Unit = z.infer<typeof unitSchema>;

/** `too_few`: fewer independent units than a judgement needs. */
export const bandSchema = z.enum(['good', 'watch', 'risk', 'too_few']);
export type Band = z.infer<typeof bandSchema>;

/** One metric of one group. `value` null: it can't be known, see `reason`. */
export const metricRowSchema = z.object({
  group: z.string(),
  metric: z.string(),
  label: z.string(),
  unit: unitSchema,
  value: z.number().nullable(),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  /** Independent sessions or commits the value rests on. */
  units: z.number(),
  band: bandSchema.nullable(),
  /** Thresholds of the band: under `good` is good, up to `watch` is watch. */
  good: z.number().nullable(),
  watch: z.number().nullable(),
  /** Why there is no value, in words. */
  reason: z.string().nullable(),
});
export type MetricRow = z.infer<typeof metricRowSchema>;

/** Beside tokens and costs, never in them. */
const missingOutput = {
  /** Output that the log does not count, estimated from what was written. */
  estimated_missing_output_tokens: z.number(),
  /** Those tokens at list price. */
  estimated_missing_cost_usd: z.number(),
};

export const costRowSchema = z.object({
  group: z.string(),
  sessions: z.number(),
  input_tokens: z.number(),
  cache_write_tokens: z.number(),
  cache_read_tokens: z.number(),
  output_tokens: z.number(),
  /** As the logs state it. */
  recorded_cost_usd: z.number(),
  /** At list price, of the responses without a recorded cost. */
  estimated_cost_usd: z.number(),
  /** The two together. */
  cost_usd: z.number(),
  /** Of it, of sessions behind a commit that a branch holds. */
  linked_cost_usd: z.number(),
  /** The rest: linked and unlinked together are all. */
  unlinked_cost_usd: z.number(),
  /** Commits behind which these sessions stand; copies (amended, rebased, picked) are one. */
  linked_changes: z.number(),
  /** Linked cost by those commits; null: there is none. */
  cost_per_change_usd: z.number().nullable(),
  /** Sessions with at least one response whose model has no known price: their cost is not whole. */
  unpriced_sessions: z.number(),
  unpriced_tokens: z.number(),
  /** Sessions with at least one response whose output tokens are the log's first guess: `output_tokens` is too low. */
  underreported_sessions: z.number(),
  ...missingOutput,
});

const reportHead = {
  schema_version: z.literal(reportSchemaVersion),
  filters: filtersSchema.extend({ timezone: z.string() }),
  group_by: groupBySchema,
};

/** What `paceflow session --json` prints. */
export const sessionReportSchema = z.object({
  report: z.literal('session'),
  ...reportHead,
  rows: z.array(metricRowSchema),
});
export type SessionReport = z.infer<typeof sessionReportSchema>;

/** What `paceflow cost --json` prints. */
export const costReportSchema = z.object({ report: z.literal('cost'), ...reportHead, rows: z.array(costRowSchema) });
export type CostReport = z.infer<typeof costReportSchema>;

/** A session in a list: a row behind a number. */
export const sessionRowSchema = z.object({
  session_key: z.string(),
  provider: z.string(),
  kind: z.string(),
  title: z.string().nullable(),
  repository_key: z.string().nullable(),
  repository: z.string().nullable(),
  branch: z.string().nullable(),
  model: z.string().nullable(),
  started_at: z.number(),
  ended_at: z.number(),
  day: z.string(),
  prompts: z.number(),
  active_ms: z.number(),
  active_ms_to_first_edit: z.number().nullable(),
  edits_applied: z.number(),
  edits_rejected: z.number(),
  edits_failed: z.number(),
  declared_commits: z.number(),
  tokens: z.number(),
  recorded_cost_usd: z.number(),
  estimated_cost_usd: z.number(),
  cost_usd: z.number(),
  unpriced_responses: z.number(),
  ...missingOutput,
});
export type SessionRow = z.infer<typeof sessionRowSchema>;

/** A commit in a list. */
export const commitRowSchema = z.object({
  repository_key: z.string(),
  repository: z.string().nullable(),
  commit_id: z.string(),
  subject: z.string().nullable(),
  authored_at: z.number(),
  added_lines: z.number(),
  removed_lines: z.number(),
  /** Of the lines whose writer is known; null: too few are known, or there is none. */
  ai_share: z.number().nullable(),
  sessions: z.number(),
});
export type CommitRow = z.infer<typeof commitRowSchema>;

/** How lines were found to be a session's, best first. */
export const evidenceSchema = z.enum(['exact', 'renamed', 'loose', 'rewrapped', 'moved', 'overwrite', 'neighbour']);
export type Evidence = z.infer<typeof evidenceSchema>;

/** The session behind a commit. */
export const commitSessionSchema = z.object({
  session_key: z.string(),
  provider: z.string(),
  provider_name: z.string(),
  model: z.string().nullable(),
  title: z.string().nullable(),
  /** Read from the log just now, never stored; null where the log is gone. */
  first_prompt: z.string().nullable(),
  prompts: z.number(),
  active_ms: z.number(),
  started_at: z.number(),
  is_declared: z.boolean(),
  declared_at: z.number().nullable(),
  /** Lines of the commit that the session wrote and removed, by any evidence. */
  credited_added_lines: z.number(),
  credited_removed_lines: z.number(),
  /** Of these: the same text at the same path. */
  exact_added_lines: z.number(),
  exact_removed_lines: z.number(),
  /** Most lines first. */
  evidence: z.array(z.object({ kind: evidenceSchema, added_lines: z.number(), removed_lines: z.number() })),
  /** This commit's part of the session's cost; null: no branch holds the commit, or nothing has a price. */
  commit_cost_usd: z.number().nullable(),
  recorded_cost_usd: z.number(),
  estimated_cost_usd: z.number(),
  /** null: no response of the session has a price. */
  cost_usd: z.number().nullable(),
  unpriced_responses: z.number(),
  ...missingOutput,
});
export type CommitSession = z.infer<typeof commitSessionSchema>;

const bothSides = z.object({ added: z.number(), removed: z.number() });

/** What `paceflow commit <id> --json` prints. */
export const commitReportSchema = z.object({
  report: z.literal('commit'),
  schema_version: z.literal(reportSchemaVersion),
  commit: z.object({
    id: z.string(),
    repository: z.string(),
    repository_key: z.string(),
    author: z.string(),
    /** ISO 8601, UTC. */
    authored_at: z.string(),
    committed_at: z.string(),
    subject: z.string(),
    is_mine: z.boolean(),
    is_merge: z.boolean(),
    is_reachable: z.boolean(),
    files: z.number(),
    added_lines: z.number(),
    removed_lines: z.number(),
    changed_lines: z.number(),
    excluded_lines: z.number(),
    /** Something was still to be read when it was last looked at: the rest may change. */
    is_provisional: z.boolean(),
    /** An agent that a trailer names. */
    agent: z.string().nullable(),
    /** Added lines; where there is none, removed ones. */
    countable_lines: z.number(),
    ai_lines: z.number(),
    /** Of the countable: whose writer is known (session, tool, human). */
    known_lines: z.number(),
    /** `ai_lines` of `known_lines`; null: of more than half the lines nothing is known. */
    ai_share: z.number().nullable(),
    is_ai_heavy: z.boolean(),
    /** All lines by who wrote them. */
    lines: z.object({ ai: bothSides, ai_declared: bothSides, tool: bothSides, human: bothSides, unknown: bothSides }),
  }),
  sessions: z.array(commitSessionSchema),
  /** Sessions that edited files of the commit in the 30 days before it, without a line in it: counted nowhere. */
  possible_sessions: z.array(
    z.object({ session_key: z.string(), provider: z.string(), title: z.string().nullable(), files: z.number() }),
  ),
  /** Sessions that were at work in the repository in the 30 days before the commit. */
  looked_at_sessions: z.number(),
});
export type CommitReport = z.infer<typeof commitReportSchema>;

/** Who wrote a line: `uncommitted` is in no commit yet, `excluded` is in a file outside every share. */
export const lineClassSchema = z.enum([
  ...(['ai', 'ai_declared', 'tool', 'human', 'unknown', 'excluded', 'uncommitted'] as const),
]);
export type LineClass = z.infer<typeof lineClassSchema>;

/** Lines one after the other that have the same commit, class, session and evidence. */
export const blameRangeSchema = z.object({
  /** From 1 on. */
  line: z.number(),
  count: z.number(),
  commit: z.string().nullable(),
  class: lineClassSchema,
  /** Of `ai`: whose edit wrote the lines; of `tool`: whose command may have. */
  session_key: z.string().nullable(),
  evidence: evidenceSchema.nullable(),
});
export type BlameRange = z.infer<typeof blameRangeSchema>;

/** What `paceflow blame FILE --json` prints. */
export const blameReportSchema = z.object({
  report: z.literal('blame'),
  schema_version: z.literal(reportSchemaVersion),
  path: z.string(),
  /** Why no line is blamed; null where they are. */
  reason: z.string().nullable(),
  /** In the order of lines. */
  ranges: z.array(blameRangeSchema),
  sessions: z.array(
    z.object({
      session_key: z.string(),
      provider_name: z.string(),
      model: z.string().nullable(),
      title: z.string().nullable(),
      started_at: z.number(),
    }),
  ),
  commits: z.array(z.object({ id: z.string(), author: z.string(), authored_at: z.string(), subject: z.string() })),
});
export type BlameReport = z.infer<typeof blameReportSchema>;

/** One session, whole. */
export const sessionDetailSchema = z.object({
  session: sessionRowSchema.extend({ provider_name: z.string(), unpriced_tokens: z.number(), subagents: z.number() }),
  first_prompt: z.string().nullable(),
  commits: z.array(commitRowSchema),
  /** Where the log lies; null once it is gone. */
  log: z.object({ path: z.string(), line: z.number() }).nullable(),
});
export type SessionDetail = z.infer<typeof sessionDetailSchema>;

/** What `paceflow ingest` did. */
export const ingestSummarySchema = z.object({
  sources: z.number(),
  /** Files that had something new. */
  read: z.number(),
  unchanged: z.number(),
  bytes: z.number(),
  records: z.number(),
  sessions: z.number(),
  repositories: z.number(),
  commits: z.number(),
  problems: z.number(),
  duration_ms: z.number(),
  cancelled: z.boolean(),
  /** Damaged databases that were set aside, where they lie now. */
  set_aside: z.array(z.string()),
});
export type IngestSummary = z.infer<typeof ingestSummarySchema>;

/** What `paceflow doctor --json` prints: all that was read, and what was not. */
export const doctorReportSchema = z.object({
  report: z.literal('doctor'),
  schema_version: z.literal(reportSchemaVersion),
  version: z.string(),
  home: z.string(),
  database: z.object({
    path: z.string().nullable(),
    bytes: z.number(),
    schema: z.number(),
    mode: z.string(),
    timezone: z.string(),
    source_id: z.string(),
  }),
  /** The process that serves all windows; null: none runs, whoever asked opened the database itself. */
  engine: z
    .object({
      pid: z.number(),
      version: z.string(),
      /** ISO 8601, UTC. */
      started_at: z.string(),
      /** Socket or pipe. */
      address: z.string(),
      /** What keeps a second engine from the database. */
      lock: z.string(),
      connections: z.array(z.object({ role: z.string(), version: z.string(), pid: z.number() })),
    })
    .nullable(),
  /** What engines of this database could not do, the last ones, oldest first. */
  engine_errors: z.array(z.object({ at: z.string(), pid: z.number(), message: z.string() })),
  /** Every folder that was looked into, found or not. */
  places: z.array(z.object({ provider: z.string(), path: z.string(), found: z.boolean(), logs: z.number() })),
  sources: z.array(
    z.object({
      provider: z.string(),
      path: z.string(),
      status: z.string(),
      bytes: z.number(),
      records: z.number(),
      problems: z.number(),
      last_read_at: z.string(),
    }),
  ),
  unknown_records: z.array(
    z.object({ provider: z.string(), record_type: z.string(), client_version: z.string(), records: z.number() }),
  ),
  unknown_fields: z.array(
    z.object({
      provider: z.string(),
      record_type: z.string(),
      field: z.string(),
      client_version: z.string(),
      records: z.number(),
    }),
  ),
  /** All of them; `problems` lists 500 at most. */
  problem_count: z.number(),
  problems: z.array(
    z.object({ provider: z.string(), path: z.string(), place: z.number(), reason: z.string(), detail: z.string() }),
  ),
  repositories: z.array(
    z.object({
      repository_key: z.string(),
      name: z.string(),
      clones: z.number(),
      sessions: z.number(),
      commits: z.number(),
      is_shallow: z.boolean(),
    }),
  ),
  prices: z.array(
    z.object({ model: z.string(), source: z.string().nullable(), responses: z.number(), tokens: z.number() }),
  ),
  /** How changes are noticed. Folders that can't be watched are looked at every 30 seconds all the same. */
  live: z.object({
    mode: z.enum(['watching', 'paused', 'nobody looks']),
    watches: z.number(),
    failures: z.array(z.object({ path: z.string(), code: z.string() })),
  }),
  /** What this version does not read, in words. */
  not_read: z.array(z.string()),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
