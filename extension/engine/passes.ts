import { homeVariables } from '../../shared/contract';
import type { IngestSummary } from '../../shared/report';
import type { Asker } from './application';
import type { Database } from './database/database';
import { saveEveryMs } from './database/snapshotStore';
import type { Store } from './database/store';
import { adoptEnvironment } from './environment';
import { HumanError } from './humanError';
import { realRoots } from './ingest/discover';
import { type Changed, ingest, type Progress } from './ingest/ingest';
import { createLive, type Live, type LiveState } from './live/live';
import { createLook, type Look } from './live/look';
import { createWatching } from './live/watching';
import type { Log } from './log';
import type { PriceList } from './pricing/prices';
import type { Environment, Provider } from './providers/provider';

/** Reads logs and git for all clients of a database: when one asks, and by itself while somebody looks. */
export interface Passes {
  join(reader: Reader): void;
  /** It has gone: its folders are no longer read. With the last one of a home a pass ends that nobody waits for. */
  leave(reader: Reader): void;
  /** Whether it shows what is read: as long as one of a home does, what is written there is read at once. */
  setVisible(reader: Reader, isVisible: boolean): void;
  /**
   * Reads everything that is new. A second asker gets the summary of the pass that runs, if that reads all that it wants
   * read; only the cancellation of the one who asked first ends a pass for all.
   */
  read(reader: Reader, signal: AbortSignal): Promise<IngestSummary>;
  /** Work on the database while no pass runs. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends what is being read, and reads nothing by itself until somebody asks. */
  pause(): void;
  stateFor(reader: Reader): LiveState;
  /** Ends what is being read; what was read is kept. */
  close(): Promise<void>;
}

/** A client, as far as reading for it goes. */
export interface Reader {
  asker: Asker;
  environment: Environment;
}

export interface PassesOptions {
  /** Another one after all data was cleared. */
  store(): Store;
  read(): Promise<Database>;
  providers: readonly Provider[];
  /** The bundled list, with the person's own prices where a client brings some. */
  pricesFor(database: Database, own: Asker['prices']): PriceList;
  readerFile: string | undefined;
  clock: () => number;
  log: Log;
  onProgress(progress: Progress | null): void;
  /** What is shown may have changed. */
  onChanged(): void;
  /** Everything was read. */
  afterPass(): Promise<void>;
}

/** Everything that is read below one home folder, and for whom. */
interface Home {
  environment: Environment;
  readers: Set<Reader>;
  visible: Set<Reader>;
  /** The last pass over everything that runs or waits. */
  pass: Pass | undefined;
  /** Of its passes: aborted where nobody is left who waits for one. */
  end: AbortController;
  look: Look;
  live: Live;
}

interface Pass {
  summary: Promise<IngestSummary>;
  prices: Asker['prices'];
  /** undefined: it has not begun. */
  askers: readonly Asker[] | undefined;
}

export function createPasses(options: PassesOptions): Passes {
  const { providers, clock, log, onChanged } = options;
  const homes = new Map<string, Home>();
  let lastWork: Promise<unknown> = Promise.resolve();

  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = lastWork.then(work);
    lastWork = result.catch(() => undefined);
    return result;
  };

  const openHome = (environment: Environment): Home => {
    const readers = new Set<Reader>();
    const askersOf = () => [...readers].map(({ asker }) => asker);
    const knownClones = async (): Promise<string[]> => {
      if (!askersOf().some(({ isTrusted }) => isTrusted)) {
        return [];
      }
      try {
        const database = await options.read();
        return database
          .all<{ common_dir: string }>('select common_dir from metadata_clone')
          .map((row) => row.common_dir);
      } catch {
        // A database that can't be read is set aside by the next pass, and what asks for numbers says so.
        return [];
      }
    };
    const look = createLook({ providers, environment, folders: () => foldersOf(askersOf()), clones: knownClones });
    const live = createLive({
      look,
      watch: (listener) => createWatching(environment.platform, listener),
      places: async () => ({ roots: await realRoots(providers, environment), clones: await knownClones() }),
      read: async (change) => {
        if (change === 'all') {
          await readEverything(home, undefined, home.end.signal);
          return;
        }
        const { duration_ms } = await alone(() => run(home, askersOf(), null, home.end.signal, change));
        const names = [...change.logs.map((found) => found.path), ...change.clones];
        log.debug(`read ${names.join(', ')} in ${duration_ms} ms`);
        onChanged();
      },
      onError: (error) => log.error('reading what changed', error),
    });
    const home: Home = {
      ...{ environment, readers, visible: new Set<Reader>(), pass: undefined },
      ...{ end: new AbortController(), look, live },
    };
    return home;
  };
  /** What a client that has gone still asks for has a home of its own, which nobody keeps. */
  const homeOf = ({ environment }: Reader): Home => homes.get(keyOf(environment)) ?? openHome(environment);

  const run = (
    home: Home,
    askers: readonly Asker[],
    prices: Asker['prices'],
    signal: AbortSignal,
    only?: Changed,
  ): Promise<IngestSummary> => {
    adoptEnvironment(home.environment);
    const store = options.store();
    // What is read while a person looks on takes no time worth telling.
    const onProgress = only ? () => undefined : options.onProgress;
    return store.write(
      signal,
      (pid) => onProgress({ text: `Waiting for another window (process ${pid})`, done: 0, total: 1 }),
      async (database, save) => {
        let savedAt = clock();
        const { places: _, ...summary } = await ingest(database, {
          providers,
          environment: home.environment,
          readerFile: options.readerFile,
          prices: options.pricesFor(database, prices),
          clock,
          signal,
          ...(only ? { only } : {}),
          folders: foldersOf(askers.filter(({ isTrusted }) => isTrusted)),
          untrusted: foldersOf(askers.filter(({ isTrusted }) => !isTrusted)),
          identities: [...new Set(askers.flatMap(({ identities }) => identities))],
          onProgress,
          onCheckpoint: async () => {
            if (clock() - savedAt >= saveEveryMs) {
              await save();
              savedAt = clock();
              onChanged();
            }
          },
        });
        return { ...summary, set_aside: [...store.setAside()] };
      },
    );
  };

  /** `reader` undefined: nobody asked, somebody looks. */
  const readEverything = (home: Home, reader: Reader | undefined, signal: AbortSignal): Promise<IngestSummary> => {
    const known = home.pass;
    if (known && (!reader || readsFor(known, reader.asker))) {
      return unlessAborted(known.summary, signal);
    }
    const end = home.end.signal;
    const begin = async () => {
      if (home.live.state().mode !== 'nobody looks') {
        await home.look.remember();
      }
      // Who asked may have gone while an earlier pass ran.
      pass.askers = [...new Set([...(reader ? [reader] : []), ...home.readers])].map(({ asker }) => asker);
      return run(home, pass.askers, pass.prices, AbortSignal.any([signal, end]));
    };
    const readAlone = async () => {
      const summary = await begin();
      log.info(`read ${summary.read} of ${summary.sources} logs in ${summary.duration_ms} ms`);
      // Whoever comes next may close the database.
      await options.afterPass();
      return summary;
    };
    const settled = alone(readAlone)
      .finally(() => {
        if (home.pass === pass) {
          home.pass = undefined;
        }
        if (signal.aborted && !end.aborted) {
          // Who has stopped the reading does not want it to go on by itself.
          home.look.forget();
          home.live.pause();
        }
        options.onProgress(null);
        onChanged();
      })
      .then(
        (summary) => {
          home.live.passed();
          return summary;
        },
        (error: unknown) => {
          // Not followed by a look, which would ask for the same pass at once.
          home.look.forget();
          throw error;
        },
      );
    const pass: Pass = { prices: reader?.asker.prices ?? null, askers: undefined, summary: settled };
    home.pass = pass;
    return settled;
  };

  const abandon = (home: Home) => {
    home.live.close();
    home.end.abort(new HumanError('Cancelled.', 'Nobody waits for it any more.'));
  };
  const pause = (home: Home) => {
    home.live.pause();
    home.look.forget();
    home.end.abort(new HumanError('Cancelled.', 'Refresh reads the logs again.'));
    home.end = new AbortController();
    // Who asks from now on gets a pass of his own.
    home.pass = undefined;
  };

  return {
    alone,
    join: (reader) => {
      const home = homeOf(reader);
      homes.set(keyOf(home.environment), home);
      home.readers.add(reader);
    },
    leave: (reader) => {
      const home = homeOf(reader);
      home.readers.delete(reader);
      home.visible.delete(reader);
      home.live.setVisible(home.visible.size > 0);
      if (home.readers.size === 0) {
        abandon(home);
        homes.delete(keyOf(home.environment));
      }
    },
    setVisible: (reader, isVisible) => {
      const home = homeOf(reader);
      if (isVisible) {
        home.visible.add(reader);
      } else {
        home.visible.delete(reader);
      }
      home.live.setVisible(home.visible.size > 0);
    },
    read: async (reader, signal) => {
      const home = homeOf(reader);
      home.live.resume();
      return readEverything(home, reader, signal);
    },
    pause: () => {
      for (const home of homes.values()) {
        pause(home);
      }
    },
    stateFor: (reader) => homeOf(reader).live.state(),
    close: async () => {
      for (const home of homes.values()) {
        abandon(home);
      }
      await lastWork;
    },
  };
}

/** Two clients with one home may still keep their agents' logs in different places. */
const keyOf = ({ home, variables }: Environment): string =>
  JSON.stringify([home, homeVariables.map((name) => variables[name] ?? null)]);

/** Whether a pass does all that one more asker wants: its folders, addresses, prices. One that waits takes all in. */
function readsFor({ askers, prices }: Pass, asker: Asker): boolean {
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
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });

const foldersOf = (askers: readonly Asker[]): string[] => [...new Set(askers.flatMap(({ folders }) => folders))];
