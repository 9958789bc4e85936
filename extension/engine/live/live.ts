import type { Change, Look } from './look';
import type { HintListener, Watching, WatchState } from './watching';

/** Keeps the database at what the disk says, for as long as somebody looks. */
export interface Live {
  /** Whether any client shows what is read. While none does, nothing is watched and no timer runs. */
  setVisible(isVisible: boolean): void;
  /** Nothing is read by itself until `resume`: a person has stopped the reading, or cleared all data. */
  pause(): void;
  resume(): void;
  /** A pass over everything has ended: it may have found clones to watch, and time went by meanwhile. */
  passed(): void;
  state(): LiveState;
  close(): void;
}

/** What `doctor` says of it. */
export interface LiveState extends WatchState {
  mode: 'watching' | 'paused' | 'nobody looks';
}

export interface LiveOptions {
  look: Look;
  /** Begins to watch nothing; `follow` says what. */
  watch(listener: HintListener): Watching;
  /** What there is to watch now. */
  places(): Promise<{ roots: readonly string[]; clones: readonly string[] }>;
  /** Reads what changed. Rejects where it could not. */
  read(change: Exclude<Change, 'nothing'>): Promise<void>;
  onError(error: unknown): void;
}

/** Hints come in bursts, one per write: they are gathered for this long. */
export const gatherMs = 150;
/** However often agents write, reading takes a quarter of the time at most. */
const restFactor = 3;
/** Hints may be lost, a look everywhere loses nothing. */
export const sweepEveryMs = 30_000;

/**
 * Hints of the system say where to look at once; a sweep says what was missed. Only one of them works at a time, and
 * what is hinted meanwhile comes next.
 */
export function createLive(options: LiveOptions): Live {
  let isVisible = false;
  let isPaused = false;
  let watching: Watching | undefined;
  let sweepTimer: NodeJS.Timeout | undefined;
  let hintTimer: NodeJS.Timeout | undefined;
  let files = new Set<string>();
  let clones = new Set<string>();
  let work: Promise<void> = Promise.resolve();
  let restsUntil = 0;
  /** Why the last reading failed; until a sweep succeeds no hint is followed. */
  let trouble: string | undefined;

  const isOn = () => isVisible && !isPaused;
  const follow = async () => {
    const { roots, clones: known } = await options.places();
    await watching?.follow(roots, known);
  };
  const readWhat = async (find: () => Promise<Change>): Promise<void> => {
    const change = await find();
    if (change === 'nothing') {
      return;
    }
    if (!isOn()) {
      // Seen, but not read: the next look has to find it again.
      options.look.forget();
      return;
    }
    const startedAt = performance.now();
    await options.read(change);
    const endedAt = performance.now();
    restsUntil = endedAt + restFactor * (endedAt - startedAt);
    // What was read may have named a clone that was not known before.
    await follow();
  };
  const run = (find: () => Promise<Change>): Promise<void> => {
    work = work.then(async () => {
      if (!isOn()) {
        return;
      }
      try {
        await readWhat(find);
        trouble = undefined;
      } catch (error) {
        options.look.forget();
        // What was ended because nobody looks any more is no failure.
        if (isOn()) {
          tell(error);
        }
      }
    });
    return work;
  };
  /** What stands in the way for long is said once. */
  const tell = (error: unknown) => {
    const before = trouble;
    trouble = String(error);
    if (trouble !== before) {
      options.onError(error);
    }
  };
  const sweep = async () => {
    // Watched first: what happens after the look is hinted.
    await follow().catch(options.onError);
    await run(() => options.look.everywhere());
    if (isOn()) {
      clearTimeout(sweepTimer);
      sweepTimer = setTimeout(() => void sweep(), sweepEveryMs);
    }
  };
  const hinted = () => {
    hintTimer ??= setTimeout(
      () => {
        hintTimer = undefined;
        const named = { files, clones };
        files = new Set();
        clones = new Set();
        if (trouble === undefined) {
          void run(() => options.look.at(named.files, named.clones));
        }
      },
      Math.max(gatherMs, restsUntil - performance.now()),
    );
  };
  const update = () => {
    if (isOn() === (watching !== undefined)) {
      return;
    }
    if (isOn()) {
      watching = options.watch({
        onFile: (file) => {
          files.add(file);
          hinted();
        },
        onClone: (clone) => {
          clones.add(clone);
          hinted();
        },
      });
      void sweep();
      return;
    }
    watching?.close();
    watching = undefined;
    clearTimeout(sweepTimer);
    clearTimeout(hintTimer);
    hintTimer = undefined;
    // What was hinted is found by the sweep that begins the next time.
    files.clear();
    clones.clear();
  };

  return {
    setVisible: (value) => {
      isVisible = value;
      update();
    },
    pause: () => {
      isPaused = true;
      update();
    },
    resume: () => {
      isPaused = false;
      update();
    },
    passed: () => {
      if (isOn()) {
        void sweep();
      }
    },
    state: () => ({
      mode: !isVisible ? 'nobody looks' : isPaused ? 'paused' : 'watching',
      ...(watching?.state() ?? { watches: 0, failures: [] }),
    }),
    close: () => {
      isVisible = false;
      update();
    },
  };
}
