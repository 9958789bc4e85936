import path from 'node:path';
import type { Database } from '../../database/database';
import type { FoundLog } from '../discover';
import { isSameGrown } from './fingerprints';
import {
  countPlaces,
  forgetCopiesAt,
  forgetCopiesBut,
  giveToSession,
  type KnownCopy,
  type KnownLog,
  knownCopiesOf,
  knownLogsAt,
  knownLogsOf,
  livingLogs,
  originalsAmong,
  type SessionName,
} from './knownLogs';
import { nameLog } from './nameLog';
import { noteStandings } from './noteStandings';
import { withLog } from './openLog';
import { type Place, type Standing, settleSession } from './settleSession';

/** What a walk over the providers' folders found. */
export interface Found {
  logs: readonly FoundLog[];
  /** Paths of logs in which nothing can be new. */
  unchanged: ReadonlySet<string>;
  /** Folders that could not be listed: what lies below them may still be there. */
  unreadable: readonly { path: string }[];
}

/** What there is to read, once it is known which file is which log. */
export interface Followed {
  /** Each under the session that its records name. */
  logs: FoundLog[];
  /** Sessions that lost records, since a log turned out to be another's. */
  touched: ReadonlySet<number>;
}

/** A session whose logs may lie elsewhere than they did. */
interface Session extends SessionName {
  /** Its files that are new or changed. */
  changed: Place[];
  known: KnownLog[];
  copies: KnownCopy[];
}

/** What the files that are new or changed say of themselves. */
interface Look {
  sessions: Map<string, Session>;
  /** Can't be opened: reading them says why. */
  unreadable: FoundLog[];
  /** How many of the files were known, as logs or copies. */
  known: number;
  touched: Set<number>;
}

const batchSize = 256;

/** Questions that came in meanwhile are answered here, once in a batch of files. */
async function restAt(index: number): Promise<void> {
  if (index % batchSize === batchSize - 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Finds out which file is which log, before anything is read. A log is known by the session that its records name and by
 * the bytes that were read of it; its path is only where it lies. So a log that was moved, renamed or swapped with
 * another goes on as the source that it was, and a copy is noted as one and not read. Costs one count where no file is
 * new, changed or gone; else the first bytes of those that are.
 */
export async function followLogs(
  database: Database,
  found: Found,
  now: number,
  signal: AbortSignal,
): Promise<Followed> {
  const changed = found.logs.filter((log) => !found.unchanged.has(log.path));
  const places = countPlaces(database);
  if (changed.length === 0 && places === found.unchanged.size) {
    return { logs: [], touched: new Set() };
  }
  const { sessions, unreadable, known, touched } = await lookAt(database, changed, signal);
  if (signal.aborted) {
    return { logs: [], touched };
  }
  const map = mapOf(found);
  if (places > found.unchanged.size + known) {
    noteVanished(database, sessions, map);
  }
  recall(database, sessions, map);
  const standings: Standing[] = [];
  for (const [index, session] of [...sessions.values()].entries()) {
    await restAt(index);
    standings.push(...(await standingsOf(session, map)));
  }
  noteStandings(database, standings, now);
  const logs = [...unreadable, ...standings.filter(isToBeRead).map(({ place }) => place.found)];
  return { logs: logs.sort((a, b) => (a.path < b.path ? -1 : 1)), touched };
}

/** Where files were found. */
interface WalkMap {
  unchangedAt(provider: string, file: string): FoundLog | undefined;
  isThere(provider: string, file: string): boolean;
  /** Nobody knows: the folder could not be listed. */
  isHidden(file: string): boolean;
}

function mapOf({ logs, unchanged, unreadable }: Found): WalkMap {
  const byPath = new Map(logs.map((log) => [keyOf(log.provider.id, log.path), log]));
  return {
    unchangedAt: (provider, file) => (unchanged.has(file) ? byPath.get(keyOf(provider, file)) : undefined),
    isThere: (provider, file) => byPath.has(keyOf(provider, file)),
    isHidden: (file) => unreadable.some((folder) => file.startsWith(folder.path + path.sep)),
  };
}

/** Opens what is new or changed; what turns out to be another session's log than it was read as is given to that one. */
async function lookAt(database: Database, changed: readonly FoundLog[], signal: AbortSignal): Promise<Look> {
  const before = new Map(
    knownLogsAt(database, changed).map((known) => [keyOf(known.provider, known.real_path), known]),
  );
  const living = [...before.values()].filter((known) => known.status !== 'gone').length;
  const known = living + forgetCopiesAt(database, changed);
  const look: Look = { sessions: new Map(), unreadable: [], known, touched: new Set() };
  for (const [index, found] of changed.entries()) {
    if (signal.aborted) {
      break;
    }
    await restAt(index);
    const place = await placeOf(found, true);
    if (!place) {
      look.unreadable.push(found);
      continue;
    }
    const provider = found.provider.id;
    const nativeId = place.found.log.nativeSessionId;
    sessionIn(look.sessions, { provider, nativeId }).changed.push(place);
    const readBefore = before.get(keyOf(provider, found.path));
    if (readBefore && readBefore.native_id !== nativeId) {
      await noteOtherSession(database, look, readBefore, place);
    }
  }
  return look;
}

/** Where a log of one session was lies one of another: it is itself and says more now, or it was there and is not. */
async function noteOtherSession(database: Database, look: Look, before: KnownLog, { found }: Place): Promise<void> {
  if (await withLog(found.path, ({ fd, size }) => isSameGrown(fd, before, size))) {
    giveToSession(database, before, found);
    look.touched.add(before.session_id);
  } else {
    sessionIn(look.sessions, { provider: before.provider, nativeId: before.native_id });
  }
}

async function placeOf(found: FoundLog, isChanged: boolean): Promise<Place | undefined> {
  return withLog(found.path, async ({ fd, size, modifiedAt }) => {
    const log = await nameLog(found, fd);
    const isOwnName = log.nativeSessionId === found.log.nativeSessionId;
    return { found: { ...found, log }, size, modifiedAt, isOwnName, isChanged };
  });
}

/** Logs that are gone leave their part to copies of them; copies that are gone are forgotten. */
function noteVanished(database: Database, sessions: Map<string, Session>, map: WalkMap): void {
  forgetCopiesBut(database, map.isThere);
  const gone = livingLogs(database).filter((log) => !map.isThere(log.provider, log.real_path));
  for (const name of originalsAmong(database, gone)) {
    sessionIn(sessions, name);
  }
}

/** Adds to the sessions what is known of them. */
function recall(database: Database, sessions: ReadonlyMap<string, Session>, map: WalkMap): void {
  const logs = knownLogsOf(database, [...sessions.values()]).filter(
    (log) => map.isThere(log.provider, log.real_path) || !map.isHidden(log.real_path),
  );
  const sessionOf = new Map<number, Session>();
  for (const log of logs) {
    const session = sessions.get(keyOf(log.provider, log.native_id));
    if (session) {
      session.known.push(log);
      sessionOf.set(log.log_id, session);
    }
  }
  for (const copy of knownCopiesOf(database, logs)) {
    sessionOf.get(copy.log_id)?.copies.push(copy);
  }
}

/** What stands at each place of a session; most have one log, which is where it was. */
async function standingsOf({ provider, changed, known, copies }: Session, map: WalkMap): Promise<Standing[]> {
  const [first, ...others] = changed;
  if (first && others.length === 0 && copies.length === 0 && known.every((log) => log.real_path === first.found.path)) {
    return [{ kind: 'log', place: first, known: known[0] }];
  }
  const places = [...changed];
  for (const file of new Set([...known, ...copies].map((each) => each.real_path))) {
    const found = map.unchangedAt(provider, file);
    const place = found && (await placeOf(found, false));
    if (place) {
      places.push(place);
    }
  }
  return settleSession(places, known, copies);
}

function sessionIn(sessions: Map<string, Session>, { provider, nativeId }: SessionName): Session {
  const key = keyOf(provider, nativeId);
  const session = sessions.get(key) ?? { provider, nativeId, changed: [], known: [], copies: [] };
  sessions.set(key, session);
  return session;
}

const keyOf = (provider: string, name: string): string => `${provider}\0${name}`;

/** A log that stays where it was and is unchanged holds nothing new. */
const isToBeRead = (standing: Standing): boolean =>
  standing.kind === 'log' && (standing.place.isChanged || standing.known?.real_path !== standing.place.found.path);
