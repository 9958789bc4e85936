import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import {
  type ClientOptions,
  type EngineMethod,
  type EngineParams,
  type EngineResult,
  engineRequests,
} from '../../shared/contract';
import type { Filters, Range, ScopeKind } from '../../shared/filters';
import { type OwnPrice, ownPricesSchema } from '../../shared/prices';
import { commitRowSchema, type IngestSummary, sessionRowSchema } from '../../shared/report';
import { errorsOf } from '../rendezvous/engineErrors';
import { placeOf } from '../rendezvous/place';
import { readCatalogue } from './database/catalogue';
import type { Database } from './database/database';
import type { DatabaseFile } from './database/databaseFile';
import { noteEventsBuilt, noteEventsStale, readSetting, writeSetting } from './database/schema';
import { saveEveryMs } from './database/snapshotStore';
import { createStore } from './database/store';
import { adoptEnvironment, environmentOf } from './environment';
import { createCalendar } from './events/calendar';
import { HumanError } from './humanError';
import { buildEvents } from './ingest/buildEvents';
import { discoverLogs } from './ingest/discover';
import { ingest, type Progress } from './ingest/ingest';
import { repositoriesOf } from './ingest/repositories';
import { withOwnPrices } from './pricing/ownPrices';
import type { PriceList } from './pricing/prices';
import type { Environment, Provider } from './providers/provider';
import { commitReport } from './reports/commit';
import { doctorReport } from './reports/doctor';
import { costReport, sessionReport } from './reports/metrics';
import { filterParameters, rangeDays, readableQuery, runQuery } from './reports/parameters';
import { sessionDetail } from './reports/sessionDetail';
import { buildSidebar } from './reports/sidebar';

export interface ApplicationOptions {
  file: DatabaseFile;
  /** Folder that holds `sql/`. */
  root: string;
  wasmFile: string;
  /** The bundled thread that reads logs; undefined: logs are read in this thread. */
  readerFile?: string;
  version: string;
  providers: readonly Provider[];
  prices: PriceList;
  clock: () => number;
  /** IANA zone of a new database. */
  zone: string;
  onProgress(progress: Progress | null): void;
  /** Numbers that are shown may have changed. */
  onDataChanged(dataVersion: number): void;
}

/** What the application has to know of a client: what it may read, and for whom. */
export type Asker = Omit<ClientOptions, 'richHover'>;

/** Everything that the product does with one database: behind the language server, and behind the terminal program. */
export interface Application {
  connect(asker: Asker): ApplicationClient;
  /** Ends what is being read; what was read is kept. */
  close(): Promise<void>;
}

/** The application for one window or one run of the terminal. */
export interface ApplicationClient {
  /** Answers one request of the contract. Rejects with HumanError where a person can act. */
  handle<M extends EngineMethod>(method: M, params: EngineParams<M>, signal: AbortSignal): Promise<EngineResult<M>>;
  /** It has gone: its folders are no longer read. With the last one a pass ends that nobody waits for. */
  leave(): void;
}

/** A client, as the handlers see it. */
interface Caller {
  asker: Asker;
  environment: Environment;
}

/** A reading of logs and git, and for whom. */
interface Pass {
  summary: Promise<IngestSummary>;
  prices: Asker['prices'];
  /** undefined: it has not begun. */
  askers: readonly Asker[] | undefined;
}

type Handlers = {
  [M in EngineMethod]: (params: EngineParams<M>, caller: Caller, signal: AbortSignal) => Promise<EngineResult<M>>;
};

/** Of engines, in the diagnosis. */
const shownErrors = 10;

export function createApplication(options: ApplicationOptions): Application {
  const { providers, clock } = options;
  const catalogue = readCatalogue(path.join(options.root, 'sql'));
  const rebuild = (database: Database) =>
    buildEvents(database, { sessions: 'all', commits: 'all', logs: 'all' }, clock());
  const store = createStore({
    file: options.file,
    catalogue,
    wasmFile: options.wasmFile,
    zone: options.zone,
    rebuildEvents: rebuild,
  });
  const callers = new Set<Caller>();
  /** Of the passes: aborted where nobody is left who waits for one. */
  const ends = new Set<AbortController>();
  /** The last pass that runs or waits, by the home folder that it reads. */
  const passes = new Map<string, Pass>();
  let lastPass: Promise<unknown> = Promise.resolve();
  let dataVersion = 0;
  let copyProblem: HumanError | undefined;

  const changed = () => {
    dataVersion += 1;
    options.onDataChanged(dataVersion);
  };
  const zoneOf = (database: Database) => readSetting(database, 'zone') ?? options.zone;
  /** undefined: all repositories. */
  const repositoriesIn = (database: Database, scope: ScopeKind, { asker }: Caller): string[] | undefined =>
    scope === 'all' ? undefined : repositoriesOf(database, asker.folders);
  const filtersOf = (database: Database, scope: ScopeKind, range: Range, caller: Caller): Filters => {
    const repositories = repositoriesIn(database, scope, caller);
    const today = createCalendar(zoneOf(database)).day(clock());
    return {
      ...(repositories ? { repositories } : {}),
      ...(range === 'all' ? {} : { from: rangeDays(today, range).from, to: today }),
    };
  };

  const setZone = (database: Database, zone: string) => {
    createCalendar(zone);
    if (zoneOf(database) === zone) {
      return;
    }
    database.transaction(() => {
      writeSetting(database, 'zone', zone);
      noteEventsStale(database);
    });
    rebuild(database);
    noteEventsBuilt(database);
  };

  const runIngest = (caller: Caller, askers: readonly Asker[], signal: AbortSignal): Promise<IngestSummary> => {
    adoptEnvironment(caller.environment);
    return store.write(
      signal,
      (pid) => options.onProgress({ text: `Waiting for another window (process ${pid})`, done: 0, total: 1 }),
      async (database, save) => {
        let savedAt = clock();
        const { places: _, ...summary } = await ingest(database, {
          providers,
          environment: caller.environment,
          readerFile: options.readerFile,
          prices: withOwnPrices(ownPrices(database, caller.asker.prices), options.prices),
          clock,
          signal,
          folders: foldersOf(askers.filter(({ isTrusted }) => isTrusted)),
          untrusted: foldersOf(askers.filter(({ isTrusted }) => !isTrusted)),
          identities: [...new Set(askers.flatMap(({ identities }) => identities))],
          onProgress: options.onProgress,
          onCheckpoint: async () => {
            if (clock() - savedAt >= saveEveryMs) {
              await save();
              savedAt = clock();
              changed();
            }
          },
        });
        return { ...summary, set_aside: [...store.setAside()] };
      },
    );
  };

  /** A copy that can't be made is no reason to call the pass a failure. */
  const keepFacts = async (summary: IngestSummary): Promise<IngestSummary> => {
    try {
      await store.copyFacts(clock());
      copyProblem = undefined;
    } catch (error) {
      if (!(error instanceof HumanError)) {
        throw error;
      }
      copyProblem = error;
    }
    return summary;
  };

  const abandon = () => {
    for (const end of ends) {
      end.abort(new HumanError('Cancelled.', 'Nobody waits for it any more.'));
    }
  };

  /** One pass at a time; a second asker gets the result of the one that runs, if that reads all that it wants read. */
  const passFor = (caller: Caller, signal: AbortSignal): Promise<IngestSummary> => {
    const { home } = caller.environment;
    const known = passes.get(home);
    if (known && reads(known, caller.asker)) {
      return unlessAborted(known.summary, signal);
    }
    const end = new AbortController();
    ends.add(end);
    const begin = () => {
      // Who asked may have gone while an earlier pass ran.
      pass.askers = [...new Set([caller, ...callers])].map(({ asker }) => asker);
      return runIngest(caller, pass.askers, AbortSignal.any([signal, end.signal]));
    };
    const pass: Pass = {
      prices: caller.asker.prices,
      askers: undefined,
      summary: lastPass
        .then(begin)
        .then(keepFacts)
        .finally(() => {
          ends.delete(end);
          if (passes.get(home) === pass) {
            passes.delete(home);
          }
          options.onProgress(null);
          changed();
        }),
    };
    passes.set(home, pass);
    lastPass = pass.summary.catch(() => undefined);
    return pass.summary;
  };

  const handlers: Handlers = {
    // Only the cancellation of the one who asked first ends a pass for all.
    ingest: async (_, caller, signal) => passFor(caller, signal),
    sidebar: async ({ scope, range }, caller) => {
      const { places } = await discoverLogs(providers, caller.environment);
      // Last: a database that another process replaces is closed, so no work of its own may lie between.
      const database = await store.read();
      return buildSidebar({
        database,
        catalogue,
        scope,
        scopeLabel: scopeLabel(caller.asker.folders, scope),
        range,
        repositories: repositoriesIn(database, scope, caller),
        places,
        names: new Map(providers.map((provider) => [provider.id, provider.name])),
        now: clock(),
        zone: zoneOf(database),
        dataVersion,
      });
    },
    report: async ({ report, filters, groupBy, zone }) => {
      const make = report === 'session' ? sessionReport : costReport;
      const database = await store.read();
      if (zone === null || zone === zoneOf(database)) {
        return make(database, catalogue, filters, groupBy);
      }
      // Days of another zone are other events: made in a copy that others do not see.
      const copy = await store.readCopy();
      try {
        setZone(copy, zone);
        return make(copy, catalogue, filters, groupBy);
      } finally {
        copy.close();
      }
    },
    rows: async ({ scope, range, metric, limit, offset }, caller) => {
      const database = await store.read();
      const parameters = {
        ...filterParameters(filtersOf(database, scope, range, caller)),
        $metric: metric,
        $limit: limit,
        $offset: offset,
        $linked: 1,
      };
      if (metric === 'commits_linked') {
        const rows = runQuery(
          database,
          catalogue,
          'commit.rows',
          parameters,
          commitRowSchema.extend({ total: z.number() }),
        );
        return { kind: 'commits', total: rows[0]?.total ?? 0, rows: rows.map(({ total: _, ...row }) => row) };
      }
      const rows = runQuery(
        database,
        catalogue,
        'session.rows',
        parameters,
        sessionRowSchema.extend({ total: z.number() }),
      );
      return { kind: 'sessions', total: rows[0]?.total ?? 0, rows: rows.map(({ total: _, ...row }) => row) };
    },
    sql: async ({ scope, range, metric }, caller) => {
      const database = await store.read();
      const name = catalogue.metrics.get(metric)?.query;
      if (!name) {
        throw new HumanError(`There is no metric "${metric}".`, 'Refresh the panel.');
      }
      return {
        name,
        text: readableQuery(catalogue, name, filterParameters(filtersOf(database, scope, range, caller))),
      };
    },
    commit: async ({ commit }, { asker }) => {
      const database = await store.read();
      return commitReport(database, catalogue, providers, commit, repositoriesOf(database, asker.folders));
    },
    commits: async ({ scope, range, limit }, caller) => {
      const database = await store.read();
      const rows = runQuery(
        database,
        catalogue,
        'commit.rows',
        { ...filterParameters(filtersOf(database, scope, range, caller)), $linked: 1, $limit: limit, $offset: 0 },
        commitRowSchema.extend({ total: z.number() }),
      );
      return rows.map(({ total: _, ...row }) => row);
    },
    session: async ({ sessionKey }) => sessionDetail(await store.read(), catalogue, providers, sessionKey),
    doctor: async (_, { environment }) => {
      const { places } = await discoverLogs(providers, environment);
      const bytes = await stat(options.file.path).then(
        (found) => found.size,
        () => 0,
      );
      return doctorReport({
        database: await store.read(),
        catalogue,
        version: options.version,
        home: environment.home,
        file: { path: options.file.path, bytes, mode: store.mode() },
        places,
        troubles: [
          ...store.setAside().map((kept) => ({
            path: kept,
            reason: 'damaged',
            detail: 'the database was damaged and set aside; what was readable was taken over, logs were read anew',
          })),
          ...(copyProblem
            ? [{ path: options.file.path, reason: 'not copied', detail: `${copyProblem.message} ${copyProblem.next}` }]
            : []),
        ],
        errors: (await errorsOf(placeOf(options.file.path).errors)).slice(-shownErrors),
      });
    },
    repositories: async ({ folders }) => {
      const database = await store.read();
      const rows = database.all<{ repository_key: string; name: string }>(
        'select repository_key, name from metadata_repository',
      );
      return {
        of: folders.map((folder) => repositoriesOf(database, [folder])),
        names: Object.fromEntries(rows.map((row) => [row.repository_key, row.name])),
      };
    },
    setZone: async ({ zone }, _, signal) => {
      await store.write(
        signal,
        () => undefined,
        async (database) => setZone(database, zone),
      );
      changed();
      return {};
    },
  };

  const handle = async <M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<EngineResult<M>> => {
    const checked = engineRequests[method].params.safeParse(params);
    if (!checked.success) {
      throw new HumanError(
        `The request "${method}" makes no sense: ${z.prettifyError(checked.error)}.`,
        'Reload the window.',
      );
    }
    return handlers[method](checked.data as typeof params, caller, signal);
  };

  return {
    connect: (asker) => {
      const caller = { asker, environment: environmentOf(asker.home, asker.variables) };
      callers.add(caller);
      return {
        handle: (method, params, signal) => handle(method, params, caller, signal),
        leave: () => {
          callers.delete(caller);
          if (callers.size === 0) {
            abandon();
          }
        },
      };
    },
    close: async () => {
      abandon();
      await lastPass;
      store.close();
    },
  };
}

/** Whether a pass does all that one more asker wants: its folders, its addresses, its prices. One that waits takes all in. */
function reads({ askers, prices }: Pass, asker: Asker): boolean {
  const isSamePrice = asker.prices === null || JSON.stringify(asker.prices) === JSON.stringify(prices);
  if (!isSamePrice || askers === undefined) {
    return isSamePrice;
  }
  const folders = foldersOf(askers.filter(({ isTrusted }) => isTrusted));
  const identities = askers.flatMap((other) => other.identities);
  return (
    (!asker.isTrusted || asker.folders.every((folder) => folders.includes(folder))) &&
    asker.identities.every((identity) => identities.includes(identity))
  );
}

/** The result, unless whoever asked has given up waiting for it. */
const unlessAborted = <Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    result.then(resolve, reject);
  });

const foldersOf = (askers: readonly Asker[]): string[] => [...new Set(askers.flatMap(({ folders }) => folders))];

/** Own prices are kept in the database, so that a terminal without the editor's settings prices alike. */
function ownPrices(database: Database, given: readonly OwnPrice[] | null): readonly OwnPrice[] {
  if (given) {
    writeSetting(database, 'own_prices', JSON.stringify(given));
    return given;
  }
  return ownPricesSchema.parse(JSON.parse(readSetting(database, 'own_prices') ?? '[]'));
}

function scopeLabel(folders: readonly string[], scope: ScopeKind): string {
  if (scope === 'all') {
    return 'All repositories';
  }
  const [first] = folders;
  return first === undefined
    ? 'No folder open'
    : folders.length === 1
      ? path.basename(first)
      : `${path.basename(first)} and ${folders.length - 1} more`;
}
