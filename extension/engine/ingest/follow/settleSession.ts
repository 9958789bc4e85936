import type { FoundLog } from '../discover';
import { isSameGrown, isSameHead, isSameStart } from './fingerprints';
import type { KnownCopy, KnownLog } from './knownLogs';
import { type OpenLog, withLog } from './openLog';

/** A file that holds a log of the session which is looked at. */
export interface Place {
  /** Under the session that its records name. */
  found: FoundLog;
  size: number;
  modifiedAt: number;
  /** Its name says the session as well. */
  isOwnName: boolean;
  /** It is new, or was written since it was read. */
  isChanged: boolean;
}

/** What stands at a place: a log, known or new, or a copy of the log at another place. */
export type Standing =
  | { kind: 'log'; place: Place; known: KnownLog | undefined }
  | { kind: 'copy'; place: Place; original: Place };

/** Beyond so many logs of one session that differ, copies are read like logs: who compares all with all never ends. */
const mostCompared = 16;

/**
 * Says what stands at each place of a session. A file whose bytes are the start of another's is its copy; of equal ones
 * the log is the one that is named after the session, then the older, then the first by path: a function of the files
 * alone. Logs that are known go on where their bytes are now, whatever the path.
 */
export async function settleSession(
  places: readonly Place[],
  knownLogs: readonly KnownLog[],
  knownCopies: readonly KnownCopy[],
): Promise<Standing[]> {
  const stayed = await logsThatStayed(places, knownLogs);
  const copies = await findCopies(places, stayed, knownCopies);
  const logs = places.filter((place) => !copies.has(place));
  const known = await followBytes(logs, knownLogs, stayed);
  return places.map((place) => {
    const original = copies.get(place);
    return original ? { kind: 'copy', place, original } : { kind: 'log', place, known: known.get(place) };
  });
}

/** Known logs whose file is where it was, perhaps grown. */
async function logsThatStayed(places: readonly Place[], knownLogs: readonly KnownLog[]): Promise<Map<Place, KnownLog>> {
  const byPath = new Map(knownLogs.map((known) => [known.real_path, known]));
  const stayed = new Map<Place, KnownLog>();
  for (const place of places) {
    const known = byPath.get(place.found.path);
    if (known && (!place.isChanged || (await findKnown(place, [known], isGrown)))) {
      stayed.set(place, known);
    }
  }
  return stayed;
}

/** The copies among the places, each with its original. */
async function findCopies(
  places: readonly Place[],
  stayed: ReadonlyMap<Place, KnownLog>,
  knownCopies: readonly KnownCopy[],
): Promise<Map<Place, Place>> {
  const originals = new Map([...stayed].map(([place, known]) => [known.log_id, place]));
  const copyOf = new Map(knownCopies.map((copy) => [copy.real_path, originals.get(copy.log_id)]));
  const copies = new Map<Place, Place>();
  const logs = new Set<Place>();
  // What was a copy stays one while neither it nor what its original began with was written anew.
  const stillCopied = (place: Place): Place | undefined => {
    const original = place.isChanged ? undefined : copyOf.get(place.found.path);
    return original && (copies.get(original) ?? original);
  };
  const standsAsBefore = (place: Place) => !place.isChanged && stayed.has(place);
  for (const place of [...places].sort(byRight)) {
    const before = stillCopied(place);
    // Two logs that stand as before were compared then.
    const others = [...logs].slice(0, mostCompared).filter((log) => !(standsAsBefore(place) && standsAsBefore(log)));
    const original = before && logs.has(before) ? before : await findOriginal(place, others);
    if (original) {
      copies.set(place, original);
    } else {
      logs.add(place);
    }
  }
  return copies;
}

const byRight = (a: Place, b: Place): number =>
  b.size - a.size ||
  Number(b.isOwnName) - Number(a.isOwnName) ||
  a.modifiedAt - b.modifiedAt ||
  (a.found.path < b.found.path ? -1 : 1);

async function findOriginal(place: Place, logs: readonly Place[]): Promise<Place | undefined> {
  for (const log of logs) {
    if (await isStartOf(place, log)) {
      return log;
    }
  }
  return undefined;
}

const isStartOf = async (place: Place, log: Place): Promise<boolean> =>
  (await withLog(place.found.path, ({ fd }) =>
    withLog(log.found.path, (other) => isSameStart(fd, other.fd, place.size)),
  )) ?? false;

/**
 * Gives each log what is known of it: first those that stayed; then the known whose bytes it begins with, of which most
 * was read first; then what was read at its path, since it was rewritten or cut; last, what began as it does, since it
 * was cut as well as moved. What is left over is gone.
 */
async function followBytes(
  logs: readonly Place[],
  knownLogs: readonly KnownLog[],
  stayed: ReadonlyMap<Place, KnownLog>,
): Promise<Map<Place, KnownLog>> {
  const knownOf = new Map<Place, KnownLog>();
  for (const log of logs) {
    const known = stayed.get(log);
    if (known) {
      knownOf.set(log, known);
    }
  }
  const seated = new Set(knownOf.values());
  const left = new Set(knownLogs.filter((known) => !seated.has(known)).sort(byLengthRead));
  for (const isIt of [isGrown, isAtItsPath, isSameBeginning]) {
    for (const log of logs.filter((place) => !knownOf.has(place))) {
      const known = left.size === 0 ? undefined : await findKnown(log, left, isIt);
      if (known) {
        knownOf.set(log, known);
        left.delete(known);
      }
    }
  }
  return knownOf;
}

const byLengthRead = (a: KnownLog, b: KnownLog): number => b.resume_offset - a.resume_offset;

/** What tells that a file holds a known log. */
type Sign = (known: KnownLog, path: string, open: OpenLog) => boolean;
const isGrown: Sign = (known, _, { fd, size }) => isSameGrown(fd, known, size);
const isAtItsPath: Sign = (known, path) => known.real_path === path;
const isSameBeginning: Sign = (known, _, { fd }) => isSameHead(fd, known);

const findKnown = ({ found }: Place, candidates: Iterable<KnownLog>, isIt: Sign): Promise<KnownLog | undefined> =>
  withLog(found.path, (open) => {
    for (const known of candidates) {
      if (isIt(known, found.path, open)) {
        return known;
      }
    }
    return undefined;
  });
