import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type EngineMethod, type EngineParams, type EngineResult, engineRequests } from '../../shared/contract';
import type { Filters, Range, ScopeKind } from '../../shared/filters';
import { type OwnPrice, ownPricesSchema } from '../../shared/prices';
import { commitRowSchema, type IngestSummary, sessionRowSchema } from '../../shared/report';
import type { SidebarEmpty } from '../../shared/sidebar';
import { type Catalogue, readCatalogue } from './database/catalogue';
import type { Database } from './database/database';
import type { DatabaseFile } from './database/databaseFile';
import { removeDatabase } from './database/removeDatabase';
import { readSetting, writeSetting } from './database/schema';
import { createStore } from './database/store';
import { createCalendar } from './events/calendar';
import { HumanError } from './humanError';
import { buildEvents } from './ingest/buildEvents';
import { discoverLogs, type LookedAt, realRoots } from './ingest/discover';
import { type Changed, ingest, type Progress } from './ingest/ingest';
import { repositoriesOf } from './ingest/repositories';
import { createLive } from './live/live';
import { createLook } from './live/look';
import { createWatching } from './live/watching';
import type { Log } from './log';
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
  environment: Environment;
  providers: readonly Provider[];
  prices: PriceList;
  /** The person's own prices; undefined: those that the database remembers. */
  ownPrices: readonly OwnPrice[] | undefined;
  clock: () => number;
  /** IANA zone of a new database. */
  zone: string;
  folders: readonly string[];
  isTrusted: boolean;
  identities: readonly string[];
  log: Log;
  onProgress(progress: Progress | null): void;
  /** Numbers that are shown may have changed. */
  onDataChanged(dataVersion: number): void;
}

/** Everything that the product does with one database: behind the language server, and behind the terminal program. */
export interface Application {
  /** Answers one request of the contract. Rejects with HumanError where a person can act. */
  handle<M extends EngineMethod>(method: M, params: EngineParams<M>, signal: AbortSignal): Promise<EngineResult<M>>;
  /** Whether any client shows what is read: as long as one does, what is written to logs is read at once. */
  setVisible(isVisible: boolean): void;
  /** Sets the zone of days; events are built anew. For one run where `isKept` is 'run', for good where it is 'always'. */
  setZone(zone: string, isKept: 'run' | 'always', signal: AbortSignal): Promise<void>;
  /** Repositories that the folders lie in. */
  repositoriesOf(folders: readonly string[]): Promise<string[]>;
  /** Names of all repositories by key. */
  repositoryNames(): Promise<ReadonlyMap<string, string>>;
  catalogue: Catalogue;
  /** Damaged databases that were set aside, where they lie now. */
  setAside(): readonly string[];
  close(): void;
}

type Handlers = { [M in EngineMethod]: (params: EngineParams<M>, signal: AbortSignal) => Promise<EngineResult<M>> };

/** At most this much reading is lost when the machine stops. */
const saveEveryMs = 30_000;

export function createApplication(options: ApplicationOptions): Application {
  const { providers, clock } = options;
  const catalogue = readCatalogue(path.join(options.root, 'sql'));
  const rebuild = (database: Database) =>
    buildEvents(database, { sessions: 'all', commits: 'all', logs: 'all' }, clock());
  const openStore = () =>
    createStore({
      file: options.file,
      catalogue,
      wasmFile: options.wasmFile,
      zone: options.zone,
      rebuildEvents: rebuild,
    });
  let store = openStore();
  let dataVersion = 0;
  let running: Promise<IngestSummary> | undefined;
  let lastWork: Promise<unknown> = Promise.resolve();
  /** Whatever changes the database waits for what changed it before. */
  const oneByOne = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = lastWork.then(work);
    lastWork = result.catch(() => undefined);
    return result;
  };

  const changed = () => {
    dataVersion += 1;
    options.onDataChanged(dataVersion);
  };
  const zoneOf = (database: Database) => readSetting(database, 'zone') ?? options.zone;
  /** undefined: all repositories. */
  const repositoriesIn = (database: Database, scope: ScopeKind): string[] | undefined =>
    scope === 'all' ? undefined : repositoriesOf(database, options.folders);
  const filtersOf = (database: Database, scope: ScopeKind, range: Range): Filters => {
    const repositories = repositoriesIn(database, scope);
    const today = createCalendar(zoneOf(database)).day(clock());
    return {
      ...(repositories ? { repositories } : {}),
      ...(range === 'all' ? {} : { from: rangeDays(today, range).from, to: today }),
    };
  };

  const runIngest = (signal: AbortSignal, only?: Changed): Promise<IngestSummary> =>
    store.write(
      signal,
      (pid) => options.onProgress({ text: `Waiting for another window (process ${pid})`, done: 0, total: 1 }),
      async (database, save) => {
        let savedAt = clock();
        const { places: _, ...summary } = await ingest(database, {
          providers,
          environment: options.environment,
          readerFile: options.readerFile,
          prices: withOwnPrices(ownPrices(database, options.ownPrices), options.prices),
          clock,
          signal,
          ...(only ? { only } : {}),
          folders: options.folders,
          isTrusted: options.isTrusted,
          identities: options.identities,
          // What is read while a person looks on takes no time worth telling.
          onProgress: only ? () => undefined : options.onProgress,
          onCheckpoint: async () => {
            if (clock() - savedAt >= saveEveryMs) {
              await save();
              savedAt = clock();
              changed();
            }
          },
        });
        return summary;
      },
    );
  const readEverything = (signal: AbortSignal): Promise<IngestSummary> => {
    running ??= oneByOne(async () => {
      if (live.state().mode !== 'nobody looks') {
        await look.remember();
      }
      return runIngest(signal);
    })
      .then((summary) => {
        options.log.info(`read ${summary.read} of ${summary.sources} logs in ${summary.duration_ms} ms`);
        return summary;
      })
      .catch((error: unknown) => {
        look.forget();
        throw error;
      })
      .finally(() => {
        running = undefined;
        options.onProgress(null);
        changed();
        live.passed();
      });
    return running;
  };
  const knownClones = async (): Promise<string[]> => {
    if (!options.isTrusted) {
      return [];
    }
    try {
      const rows = (await store.read()).all<{ common_dir: string }>('select common_dir from metadata_clone');
      return rows.map((row) => row.common_dir);
    } catch {
      // A database that can't be read is set aside by the next pass, and what asks for numbers says so.
      return [];
    }
  };
  const look = createLook({ ...options, clones: knownClones });
  const live = createLive({
    look,
    watch: (listener) => createWatching(options.environment.platform, listener),
    places: async () => ({ roots: await realRoots(providers, options.environment), clones: await knownClones() }),
    read: async (change) => {
      const { signal } = new AbortController();
      if (change === 'all') {
        await readEverything(signal);
        return;
      }
      const summary = await oneByOne(() => runIngest(signal, change));
      options.log.debug(
        `read ${change.logs.map((found) => found.path).join(', ')} ${[...change.clones].join(', ')} in ${summary.duration_ms} ms`,
      );
      changed();
    },
    onError: (error) => options.log.error('reading what changed', error),
  });

  const handlers: Handlers = {
    // A second asker waits for the pass that is running; only the first one's cancellation ends it.
    ingest: async (_, signal) => {
      live.resume();
      const summary = await readEverything(signal);
      if (summary.cancelled) {
        // Who has stopped the reading does not want it to go on by itself.
        look.forget();
        live.pause();
      }
      return summary;
    },
    sidebar: async ({ scope, range }) => {
      const database = await store.read();
      const built = buildSidebar({
        database,
        catalogue,
        scope,
        scopeLabel: scopeLabel(options.folders, scope),
        range,
        repositories: repositoriesIn(database, scope),
        now: clock(),
        zone: zoneOf(database),
        dataVersion,
      });
      return built.state === 'ready' ? built : { ...built, places: await placesOf(options) };
    },
    clearData: async () => {
      live.pause();
      return oneByOne(async () => {
        store.close();
        look.forget();
        try {
          return { files: await removeDatabase(options.file.path) };
        } finally {
          store = openStore();
          changed();
        }
      });
    },
    report: async ({ report, filters, groupBy }) => {
      const database = await store.read();
      return report === 'session'
        ? sessionReport(database, catalogue, filters, groupBy)
        : costReport(database, catalogue, filters, groupBy);
    },
    rows: async ({ scope, range, metric, limit, offset }) => {
      const database = await store.read();
      const parameters = {
        ...filterParameters(filtersOf(database, scope, range)),
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
    sql: async ({ scope, range, metric }) => {
      const database = await store.read();
      const name = catalogue.metrics.get(metric)?.query;
      if (!name) {
        throw new HumanError(`There is no metric "${metric}".`, 'Refresh the panel.');
      }
      return { name, text: readableQuery(catalogue, name, filterParameters(filtersOf(database, scope, range))) };
    },
    commit: async ({ commit }) => {
      const database = await store.read();
      return commitReport(database, catalogue, providers, commit, repositoriesOf(database, options.folders));
    },
    commits: async ({ scope, range, limit }) => {
      const database = await store.read();
      const rows = runQuery(
        database,
        catalogue,
        'commit.rows',
        { ...filterParameters(filtersOf(database, scope, range)), $linked: 1, $limit: limit, $offset: 0 },
        commitRowSchema.extend({ total: z.number() }),
      );
      return rows.map(({ total: _, ...row }) => row);
    },
    session: async ({ sessionKey }) => sessionDetail(await store.read(), catalogue, providers, sessionKey),
    doctor: async () => {
      const { places } = await discoverPlaces(options);
      const bytes = await stat(options.file.path).then(
        (found) => found.size,
        () => 0,
      );
      return doctorReport({
        database: await store.read(),
        catalogue,
        version: options.version,
        home: options.environment.home,
        file: { path: options.file.path, bytes, mode: options.file.mode },
        places,
        setAside: store.setAside(),
        live: live.state(),
        errors: options.log.lastErrors(),
      });
    },
  };

  return {
    catalogue,
    handle: async (method, params, signal) => {
      const checked = engineRequests[method].params.safeParse(params);
      if (!checked.success) {
        throw new HumanError(
          `The request "${method}" makes no sense: ${z.prettifyError(checked.error)}.`,
          'Reload the window.',
        );
      }
      return handlers[method](checked.data as typeof params, signal);
    },
    setZone: async (zone, isKept, signal) => {
      createCalendar(zone);
      const apply = (database: Database) => {
        if (zoneOf(database) !== zone) {
          database.transaction(() => writeSetting(database, 'zone', zone));
          rebuild(database);
        }
      };
      if (isKept === 'run') {
        apply(await store.read());
      } else {
        await store.write(
          signal,
          () => undefined,
          async (database) => apply(database),
        );
      }
    },
    setVisible: live.setVisible,
    repositoriesOf: async (folders) => repositoriesOf(await store.read(), folders),
    repositoryNames: async () => {
      const rows = (await store.read()).all<{ repository_key: string; name: string }>(
        'select repository_key, name from metadata_repository',
      );
      return new Map(rows.map((row) => [row.repository_key, row.name]));
    },
    setAside: () => store.setAside(),
    close: () => {
      live.close();
      store.close();
    },
  };
}

/** Where logs were looked for; quick enough to be asked each time, since agents come and go. */
const discoverPlaces = (options: ApplicationOptions) => discoverLogs(options.providers, options.environment);

/** The same as the page of an empty sidebar lists it. */
async function placesOf(options: ApplicationOptions): Promise<SidebarEmpty['places']> {
  const names = new Map(options.providers.map((provider) => [provider.id, provider.name]));
  const { places } = await discoverPlaces(options);
  return places.map((place: LookedAt) => ({
    provider: names.get(place.provider) ?? place.provider,
    path: place.path,
    found: place.isFound,
    logs: place.logs,
  }));
}

/** Own prices are kept in the database, so that a terminal without the editor's settings prices alike. */
function ownPrices(database: Database, given: readonly OwnPrice[] | undefined): readonly OwnPrice[] {
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
