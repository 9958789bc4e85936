import * as z from 'zod';
import { filtersSchema, groupBySchema, rangeSchema, scopeKindSchema } from './filters';
import { ownPricesSchema } from './prices';
import {
  blameReportSchema,
  commitReportSchema,
  commitRowSchema,
  costReportSchema,
  doctorReportSchema,
  ingestSummarySchema,
  sessionDetailSchema,
  sessionReportSchema,
  sessionRowSchema,
} from './report';
import { sidebarEmptySchema, sidebarReadySchema } from './sidebar';

interface RequestShape {
  params: z.ZodType;
  result: z.ZodType;
  /** After this many milliseconds the asker gives up. */
  timeoutMs: number;
}

/**
 * Raised when a message changes its shape: an engine and a client of two versions speak with each other where this is the
 * same.
 */
export const engineProtocol = 1;

/** Scope as the person chose it; the engine knows which repositories the workspace folders belong to. */
const scope = { scope: scopeKindSchema, range: rangeSchema };

/**
 * Every request that a client may send to the engine beyond the language server protocol.
 * Both ends take their types from here; a missing handler does not compile.
 */
export const engineRequests = {
  /** Reads what is new in logs and git. One at a time: a second asker gets the running one's result. */
  ingest: { params: z.object({}), result: ingestSummarySchema, timeoutMs: 3_600_000 },
  sidebar: {
    params: z.object(scope),
    result: z.discriminatedUnion('state', [sidebarReadySchema, sidebarEmptySchema]),
    timeoutMs: 60_000,
  },
  report: {
    params: z.object({
      report: z.enum(['session', 'cost']),
      filters: filtersSchema,
      groupBy: groupBySchema,
      /** IANA zone of days for this report alone; null: the database's. */
      zone: z.string().nullable(),
    }),
    result: z.discriminatedUnion('report', [sessionReportSchema, costReportSchema]),
    timeoutMs: 60_000,
  },
  /** The rows behind a number of the sidebar. */
  rows: {
    params: z.object({
      ...scope,
      metric: z.string(),
      limit: z.number().int().min(1).max(500),
      offset: z.number().int().min(0),
    }),
    result: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('sessions'), total: z.number(), rows: z.array(sessionRowSchema) }),
      z.object({ kind: z.literal('commits'), total: z.number(), rows: z.array(commitRowSchema) }),
    ]),
    timeoutMs: 60_000,
  },
  /** The SQL behind a number and the parameters it ran with. */
  sql: {
    params: z.object({ ...scope, metric: z.string() }),
    result: z.object({ name: z.string(), text: z.string() }),
    timeoutMs: 10_000,
  },
  /** `null`: no commit, or more than one, begins with these digits. */
  commit: { params: z.object({ commit: z.string() }), result: commitReportSchema.nullable(), timeoutMs: 10_000 },
  /** Commits of the workspace that have a session behind them, newest first. */
  commits: {
    params: z.object({ ...scope, limit: z.number().int().min(1).max(500) }),
    result: z.array(commitRowSchema),
    timeoutMs: 10_000,
  },
  /**
   * Whose each line of a file is. `contents`: its text where that is not what is on disk; null: the file is read.
   * A file that cannot be blamed says why.
   */
  blame: {
    params: z.object({ path: z.string(), contents: z.string().nullable() }),
    result: blameReportSchema,
    timeoutMs: 30_000,
  },
  session: { params: z.object({ sessionKey: z.string() }), result: sessionDetailSchema.nullable(), timeoutMs: 10_000 },
  doctor: { params: z.object({}), result: doctorReportSchema, timeoutMs: 60_000 },
  /** Repositories that folders lie in, per folder, and the names of all repositories by key. */
  repositories: {
    params: z.object({ folders: z.array(z.string()) }),
    result: z.object({ of: z.array(z.array(z.string())), names: z.record(z.string(), z.string()) }),
    timeoutMs: 60_000,
  },
  /** Sets the zone of days for good: events are built anew. */
  setZone: { params: z.object({ zone: z.string() }), result: z.object({}), timeoutMs: 3_600_000 },
  /** Removes the database and all that lies beside it. Nothing is read again until `ingest` asks for it. */
  clearData: { params: z.object({}), result: z.object({ files: z.number() }), timeoutMs: 60_000 },
} as const satisfies Record<string, RequestShape>;

export type EngineMethod = keyof typeof engineRequests;
export type EngineParams<M extends EngineMethod> = z.infer<(typeof engineRequests)[M]['params']>;
export type EngineResult<M extends EngineMethod> = z.infer<(typeof engineRequests)[M]['result']>;

/** Every notification that the engine sends. */
export const engineNotifications = {
  /** Something that is shown may have changed: ask again. */
  dataChanged: z.object({ dataVersion: z.number() }),
  /** How far the reading is; `null`: nothing is being read. */
  ingestProgress: z.object({ text: z.string(), done: z.number(), total: z.number() }).nullable(),
  /** The engine ends. `successor`: for a newer window's one, so that nobody starts an older one meanwhile. */
  leaving: z.object({ successor: z.boolean() }),
} as const;
export type EngineNotification = keyof typeof engineNotifications;

/** Every notification that a client sends. */
export const clientNotifications = {
  /** Whether a person may be looking: only then is anything read by itself. Not sent: nobody is. */
  visible: z.object({ isVisible: z.boolean() }),
} as const;
export type ClientNotification = keyof typeof clientNotifications;

/** What a client says about itself when it connects: each has its own, the engine serves many. */
export const clientOptionsSchema = z.object({
  /** The home folder whose logs are read; '' is the person's own. */
  home: z.string(),
  /** Variables of the client that say where agents keep their logs: the engine has those of whoever started it. */
  variables: z.record(z.string(), z.string()),
  /** Folders of the open workspace. */
  folders: z.array(z.string()),
  /** No git runs in an untrusted workspace's folders. */
  isTrusted: z.boolean(),
  /** Whether Markdown may carry HTML, icons and command links. */
  richHover: z.boolean(),
  /** The person's other e-mail addresses. */
  identities: z.array(z.string()),
  /** The person's own prices; null: none were set here, what the database remembers holds. */
  prices: ownPricesSchema.nullable(),
});
export type ClientOptions = z.infer<typeof clientOptionsSchema>;

/** Variables that point to where agents and git keep their files. */
export const homeVariables = [
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'APPDATA',
  'LOCALAPPDATA',
] as const;

/** Those of them that are set. */
export const homeVariablesOf = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    homeVariables.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** The wire name of a request or notification. */
export const wireName = (name: EngineMethod | EngineNotification | ClientNotification): string => `paceflow/${name}`;

/** What the sidebar's page may ask of the extension host; the host passes on the engine's requests and does the rest itself. */
export const viewRequests = {
  rows: engineRequests.rows,
  refresh: { params: z.object({}), result: z.object({}), timeoutMs: 3_600_000 },
  /** Changes what is looked at; the answer comes as a new state. */
  setScope: { params: z.object(scope), result: z.object({}), timeoutMs: 60_000 },
  openSql: { params: z.object({ metric: z.string() }), result: z.object({}), timeoutMs: 20_000 },
  openSession: { params: z.object({ sessionKey: z.string() }), result: z.object({}), timeoutMs: 20_000 },
  openCommit: { params: z.object({ commit: z.string() }), result: z.object({}), timeoutMs: 20_000 },
  showWhatWasRead: { params: z.object({}), result: z.object({}), timeoutMs: 60_000 },
  copyText: { params: z.object({ text: z.string().max(100_000) }), result: z.object({}), timeoutMs: 10_000 },
} as const satisfies Record<string, RequestShape>;
export type ViewMethod = keyof typeof viewRequests;
export type ViewParams<M extends ViewMethod> = z.infer<(typeof viewRequests)[M]['params']>;
export type ViewResult<M extends ViewMethod> = z.infer<(typeof viewRequests)[M]['result']>;
