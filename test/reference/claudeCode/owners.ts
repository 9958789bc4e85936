// Whose a record is that stands in several logs.
import { callsOf, resultsOf } from './calls';
import type { ReferenceLog } from './logs';
import { messageOf } from './messages';
import { responseOf, searchesOf } from './responses';

/** When a log has its messages, responses and calls first. */
interface Holdings {
  log: ReferenceLog;
  held: Map<string, number>;
}

/** What ids of all kinds are called in one map. */
export const keyOf = (kind: 'message' | 'response' | 'call', id: string): string => `${kind} ${id}`;

/** The owning log of every record, by its key. */
export function ownersOf(logs: ReferenceLog[]): Map<string, ReferenceLog> {
  const all = [...logs].sort((a, b) => compare(a.session, b.session) || compare(a.file, b.file)).map(holdingsOf);
  const keys = new Set(all.flatMap(({ held }) => [...held.keys()]));
  const owners = new Map([...keys].map((key) => [key, all.filter((one) => holds(one, key)).reduce(theRightful).log]));
  for (const log of logs) {
    for (const { callId } of log.entries.flatMap(resultsOf)) {
      // Of a call whose record is lost only the answer is there.
      if (!owners.has(keyOf('call', callId))) owners.set(keyOf('call', callId), log);
    }
  }
  return owners;
}

function holdingsOf(log: ReferenceLog): Holdings {
  const held = new Map<string, number>();
  const note = (key: string, at: number) => held.set(key, Math.min(at, held.get(key) ?? at));
  for (const entry of log.entries) {
    const [message, response] = [messageOf(log, entry), responseOf(entry)];
    if (message) note(keyOf('message', message.id), entry.at);
    if (response) note(keyOf('response', response.id), entry.at);
    for (const call of callsOf(entry)) note(keyOf('call', call.id), entry.at);
  }
  for (const search of searchesOf(log)) note(keyOf('response', search.id), search.at);
  return { log, held };
}

const holds = ({ held }: Holdings, key: string): boolean => held.has(key);

/** The log that is the start of the other; else the one that went on sooner; else the smaller name, which is `a`. */
function theRightful(a: Holdings, b: Holdings): Holdings {
  const [ofA, ofB] = [rightOf(a, b), rightOf(b, a)];
  if (ofA.isStart !== ofB.isStart) return ofA.isStart ? a : b;
  return ofB.wentOnAfter < ofA.wentOnAfter ? b : a;
}

function rightOf(one: Holdings, other: Holdings): { isStart: boolean; wentOnAfter: number } {
  const shared = [...one.held].filter(([key]) => holds(other, key)).map(([, at]) => at);
  const own = [...one.held].filter(([key]) => !holds(other, key)).map(([, at]) => at);
  const last = Math.max(...shared);
  return { isStart: own.length === 0, wentOnAfter: Math.min(...own.filter((at) => at > last)) - last };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
