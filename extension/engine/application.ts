import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type EngineMethod, type EngineParams, type EngineResult, engineRequests } from '../../shared/contract';
import type { Filters, Range, ScopeKind } from '../../shared/filters';
import { type OwnPrice, ownPricesSchema } from '../../shared/prices';
import { commitRowSchema, type IngestSummary, sessionRowSchema } from '../../shared/report';
import { type Catalogue, readCatalogue } from './database/catalogue';
import type { Database } from './database/database';
import type { DatabaseFile } from './database/databaseFile';
import { noteEventsBuilt, noteEventsStale, readSetting, writeSetting } from './database/schema';
import { saveEveryMs } from './database/snapshotStore';
import { createStore } from './database/store';
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
  onProgress(progress: Progress | null): void;
  /** Numbers that are shown may have changed. */
  onDataChanged(dataVersion: number): void;
}

/** Everything that the product does with one database: behind the language server, and behind the terminal program. */
export interface Application {
  /** Answers one request of the contract. Rejects with HumanError where a person can act. */
  handle<M extends EngineMethod>(method: M, params: EngineParams<M>, signal: AbortSignal): Promise<EngineResult<M>>;
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
  let dataVersion = 0;
  let running: Promise<IngestSummary> | undefined;
  /** Stands for the database where days are those of another zone, for this run only. */
  let inOtherZone: Database | undefined;
  let copyProblem: HumanError | undefined;

  const read = async (): Promise<Database> => inOtherZone ?? store.read();

  const changed = () => {
    dataVersion += 1;
    options.onDataChanged(dataVersion);
  };
  const moveDays = (database: Database, zone: string) => {
    database.transaction(() => {
      writeSetting(database, 'zone', zone);
      noteEventsStale(database);
    });
    rebuild(database);
    noteEventsBuilt(database);
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

  const runIngest = (signal: AbortSignal): Promise<IngestSummary> =>
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
          folders: options.folders,
          isTrusted: options.isTrusted,
          identities: options.identities,
          onProgress: options.onProgress,
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

  const handlers: Handlers = {
    // A second asker waits for the pass that is running; only the first one's cancellation ends it.
    ingest: async (_, signal) => {
      running ??= runIngest(signal)
        .then(keepFacts)
        .finally(() => {
          running = undefined;
          options.onProgress(null);
          changed();
        });
      return running;
    },
    sidebar: async ({ scope, range }) => {
      const { places } = await discoverPlaces(options);
      // Last: a database that another process replaces is closed, so no work of its own may lie between.
      const database = await read();
      return buildSidebar({
        database,
        catalogue,
        scope,
        scopeLabel: scopeLabel(options.folders, scope),
        range,
        repositories: repositoriesIn(database, scope),
        places,
        names: new Map(providers.map((provider) => [provider.id, provider.name])),
        now: clock(),
        zone: zoneOf(database),
        dataVersion,
      });
    },
    report: async ({ report, filters, groupBy }) => {
      const database = await read();
      return report === 'session'
        ? sessionReport(database, catalogue, filters, groupBy)
        : costReport(database, catalogue, filters, groupBy);
    },
    rows: async ({ scope, range, metric, limit, offset }) => {
      const database = await read();
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
      const database = await read();
      const name = catalogue.metrics.get(metric)?.query;
      if (!name) {
        throw new HumanError(`There is no metric "${metric}".`, 'Refresh the panel.');
      }
      return { name, text: readableQuery(catalogue, name, filterParameters(filtersOf(database, scope, range))) };
    },
    commit: async ({ commit }) => {
      const database = await read();
      return commitReport(database, catalogue, providers, commit, repositoriesOf(database, options.folders));
    },
    commits: async ({ scope, range, limit }) => {
      const database = await read();
      const rows = runQuery(
        database,
        catalogue,
        'commit.rows',
        { ...filterParameters(filtersOf(database, scope, range)), $linked: 1, $limit: limit, $offset: 0 },
        commitRowSchema.extend({ total: z.number() }),
      );
      return rows.map(({ total: _, ...row }) => row);
    },
    session: async ({ sessionKey }) => sessionDetail(await read(), catalogue, providers, sessionKey),
    doctor: async () => {
      const { places } = await discoverPlaces(options);
      const bytes = await stat(options.file.path).then(
        (found) => found.size,
        () => 0,
      );
      return doctorReport({
        database: await read(),
        catalogue,
        version: options.version,
        home: options.environment.home,
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
      if (zoneOf(await read()) === zone) {
        return;
      }
      if (isKept === 'run') {
        const copy = await store.readCopy();
        moveDays(copy, zone);
        inOtherZone?.close();
        inOtherZone = copy;
      } else {
        await store.write(
          signal,
          () => undefined,
          async (database) => moveDays(database, zone),
        );
      }
    },
    repositoriesOf: async (folders) => repositoriesOf(await read(), folders),
    repositoryNames: async () => {
      const rows = (await read()).all<{ repository_key: string; name: string }>(
        'select repository_key, name from metadata_repository',
      );
      return new Map(rows.map((row) => [row.repository_key, row.name]));
    },
    setAside: () => store.setAside(),
    close: () => {
      inOtherZone?.close();
      store.close();
    },
  };
}

/** Where logs were looked for; quick enough to be asked each time, since agents come and go. */
const discoverPlaces = (options: ApplicationOptions) => discoverLogs(options.providers, options.environment);

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
