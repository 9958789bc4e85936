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
import { commitRowSchema, sessionRowSchema } from '../../shared/report';
import type { SidebarEmpty } from '../../shared/sidebar';
import { errorsOf } from '../rendezvous/engineErrors';
import { placeOf } from '../rendezvous/place';
import { readCatalogue } from './database/catalogue';
import type { Database } from './database/database';
import type { DatabaseFile } from './database/databaseFile';
import { removeDatabase } from './database/removeDatabase';
import { noteEventsBuilt, noteEventsStale, readSetting, writeSetting } from './database/schema';
import { createStore } from './database/store';
import { environmentOf } from './environment';
import { createCalendar } from './events/calendar';
import { HumanError } from './humanError';
import { buildEvents } from './ingest/buildEvents';
import { discoverLogs } from './ingest/discover';
import type { Progress } from './ingest/ingest';
import { repositoriesOf } from './ingest/repositories';
import type { Log } from './log';
import { createPasses, type Reader } from './passes';
import { withOwnPrices } from './pricing/ownPrices';
import type { PriceList } from './pricing/prices';
import type { Environment, Provider } from './providers/provider';
import { blameReport } from './reports/blame';
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
  log: Log;
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
  /** Whether it shows what is read: as long as any client does, what is written to logs is read at once. */
  setVisible(isVisible: boolean): void;
  /** It has gone: its folders are no longer read. With the last one a pass ends that nobody waits for. */
  leave(): void;
}

type Handlers = {
  [M in EngineMethod]: (params: EngineParams<M>, caller: Reader, signal: AbortSignal) => Promise<EngineResult<M>>;
};

/** Of engines, in the diagnosis. */
const shownErrors = 20;

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
  /** Reading waits while all data is cleared: it would find half of it. */
  let clearing: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<Database> => {
    await clearing;
    return store.read();
  };
  let dataVersion = 0;
  let copyProblem: HumanError | undefined;

  const changed = () => {
    dataVersion += 1;
    options.onDataChanged(dataVersion);
  };
  const zoneOf = (database: Database) => readSetting(database, 'zone') ?? options.zone;
  /** undefined: all repositories. */
  const repositoriesIn = (database: Database, scope: ScopeKind, { asker }: Reader): string[] | undefined =>
    scope === 'all' ? undefined : repositoriesOf(database, asker.folders);
  const filtersOf = (database: Database, scope: ScopeKind, range: Range, caller: Reader): Filters => {
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

  /** A copy that can't be made is no reason to call the pass a failure. */
  const keepFacts = async (): Promise<void> => {
    try {
      await store.copyFacts(clock());
      copyProblem = undefined;
    } catch (error) {
      if (!(error instanceof HumanError)) {
        throw error;
      }
      copyProblem = error;
    }
  };

  const passes = createPasses({
    ...{ providers, clock, log: options.log, readerFile: options.readerFile },
    store: () => store,
    read,
    pricesFor: (database, own) => withOwnPrices(ownPrices(database, own), options.prices),
    onProgress: options.onProgress,
    onChanged: changed,
    afterPass: keepFacts,
  });

  const isCommitMetric = (metric: string) => catalogue.metrics.get(metric)?.query === 'commit.metrics';

  const handlers: Handlers = {
    ingest: async (_, caller, signal) => passes.read(caller, signal),
    sidebar: async ({ scope, range }, caller) => {
      const database = await read();
      const built = buildSidebar({
        database,
        catalogue,
        scope,
        scopeLabel: scopeLabel(caller.asker.folders, scope),
        range,
        repositories: repositoriesIn(database, scope, caller),
        now: clock(),
        zone: zoneOf(database),
        dataVersion,
      });
      return built.state === 'ready' ? built : { ...built, places: await placesOf(providers, caller.environment) };
    },
    clearData: async () => {
      passes.pause();
      return passes.alone(async () => {
        const cleared = store.close().then(() => removeDatabase(options.file.path));
        clearing = cleared.catch(() => undefined);
        try {
          return { files: await cleared };
        } finally {
          store = openStore();
          changed();
        }
      });
    },
    report: async ({ report, filters, groupBy, zone }) => {
      const make = report === 'session' ? sessionReport : costReport;
      const database = await read();
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
      const database = await read();
      const parameters = {
        ...filterParameters(filtersOf(database, scope, range, caller)),
        $metric: metric,
        $limit: limit,
        $offset: offset,
      };
      if (isCommitMetric(metric)) {
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
      const database = await read();
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
      const database = await read();
      return commitReport(database, catalogue, providers, commit, repositoriesOf(database, asker.folders));
    },
    commits: async ({ scope, range, limit }, caller) => {
      const database = await read();
      const rows = runQuery(
        database,
        catalogue,
        'commit.rows',
        {
          ...filterParameters(filtersOf(database, scope, range, caller)),
          ...{ $metric: 'commits_linked', $limit: limit, $offset: 0 },
        },
        commitRowSchema.extend({ total: z.number() }),
      );
      return rows.map(({ total: _, ...row }) => row);
    },
    blame: ({ path: file, contents }, { asker: { isTrusted } }, signal) =>
      blameReport(read, providers, { file, contents, isTrusted, signal }),
    session: async ({ sessionKey }) => sessionDetail(await read(), catalogue, providers, sessionKey),
    doctor: async (_, caller) => {
      const { environment } = caller;
      const { places } = await discoverLogs(providers, environment);
      const bytes = await stat(options.file.path).then(
        (found) => found.size,
        () => 0,
      );
      return doctorReport({
        database: await read(),
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
        live: passes.stateFor(caller),
      });
    },
    repositories: async ({ folders }) => {
      const database = await read();
      const rows = database.all<{ repository_key: string; name: string }>(
        'select repository_key, name from metadata_repository',
      );
      return {
        of: folders.map((folder) => repositoriesOf(database, [folder])),
        names: Object.fromEntries(rows.map((row) => [row.repository_key, row.name])),
      };
    },
    setZone: ({ zone }, _, signal) =>
      passes.alone(async () => {
        await store.write(
          signal,
          () => undefined,
          async (database) => setZone(database, zone),
        );
        changed();
        return {};
      }),
  };

  const handle = async <M extends EngineMethod>(
    method: M,
    params: EngineParams<M>,
    caller: Reader,
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
      passes.join(caller);
      return {
        handle: (method, params, signal) => handle(method, params, caller, signal),
        setVisible: (isVisible) => passes.setVisible(caller, isVisible),
        leave: () => passes.leave(caller),
      };
    },
    close: async () => {
      await passes.close();
      await store.close();
    },
  };
}

/** Where logs were looked for, as the page of an empty sidebar lists it. */
async function placesOf(providers: readonly Provider[], environment: Environment): Promise<SidebarEmpty['places']> {
  const names = new Map(providers.map((provider) => [provider.id, provider.name]));
  const { places } = await discoverLogs(providers, environment);
  return places.map((place) => ({
    provider: names.get(place.provider) ?? place.provider,
    path: place.path,
    found: place.isFound,
    logs: place.logs,
  }));
}

/** Own prices are kept in the database, so that a terminal without the editor's settings prices alike. */
function ownPrices(database: Database, given: readonly OwnPrice[] | null): readonly OwnPrice[] {
  const kept = readSetting(database, 'own_prices') ?? '[]';
  if (!given) {
    return ownPricesSchema.parse(JSON.parse(kept));
  }
  const text = JSON.stringify(given);
  if (text !== kept) {
    writeSetting(database, 'own_prices', text);
  }
  return given;
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
