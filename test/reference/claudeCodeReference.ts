// A slow, plain reader of Claude Code's logs, written apart from the provider and the ingest and sharing nothing with
// them: what both say must agree. It has all files before it when it judges a record, and goes through them once for
// every kind of fact.
import { callsOf, commitsOf, type Outcome, resultsOf, worst } from './claudeCode/calls';
import { editsOf, type PlacedEdit, type ReferenceEdit } from './claudeCode/edits';
import { type Entry, type ReferenceLog, readReferenceLogs } from './claudeCode/logs';
import { messageOf, type ReferenceMessage } from './claudeCode/messages';
import { keyOf, ownersOf } from './claudeCode/owners';
import { promptOf } from './claudeCode/prompts';
import {
  type ReferenceResponse,
  type ReferenceTokens,
  responseOf,
  searchesOf,
  together,
  tokensBy,
} from './claudeCode/responses';
import { isTakenBack, rewindsOf } from './claudeCode/rewinds';
import { missingOf, type ReferenceWritten, writtenIn } from './claudeCode/written';

export type { ReferenceTokens };

/** A fact and the file of the log that owns it. */
type Owned<Fact> = Fact & { owner: string };

export interface Reference {
  messages: Map<string, Owned<ReferenceMessage>>;
  responses: Map<string, Owned<ReferenceResponse>>;
  tokensByDay: Map<string, ReferenceTokens>;
  /** By the session that a person talks to. */
  tokensBySession: Map<string, ReferenceTokens>;
  /** What the model wrote of each response. */
  written: Map<string, ReferenceWritten>;
  /** Output tokens that logs do not count; of sessions that miss some. */
  missingBySession: Map<string, number>;
  /** Human prompts by file, copies included; path relative to the projects folder. */
  promptsByFile: Map<string, number>;
  /** `tool` is undefined where only the answer was met. */
  toolCalls: Map<string, Owned<{ tool: string | undefined; outcome: Outcome }>>;
  edits: Owned<ReferenceEdit & { outcome: Outcome; isRewound: boolean }>[];
  /** Of every session whose log names them, copies included. */
  commits: { session: string; callId: string; commit: string }[];
}

/** Reads every transcript below `<home>/.claude/projects`. */
export function readClaudeCodeReference(home: string): Reference {
  const logs = readReferenceLogs(home);
  const owners = ownersOf(logs);
  const owned = <Fact>(kind: 'message' | 'response' | 'call', id: string, fact: Fact): [string, Owned<Fact>] => [
    id,
    { ...fact, owner: owners.get(keyOf(kind, id))?.file ?? '' },
  ];
  const toolCalls = new Map([...readCalls(logs)].map(([id, call]) => owned('call', id, call)));
  const responses = new Map(
    [
      ...groupBy([...everywhere(logs, (_, entry) => responseOf(entry)), ...logs.flatMap(searchesOf)], ({ id }) => id),
    ].map(([id, lines]) => owned('response', id, together(lines))),
  );
  const written = writtenIn(logs);
  const rootOf = (file: string) => logs.find((log) => log.file === file)?.root ?? '';
  return {
    messages: new Map(
      [...groupBy(everywhere(logs, messageOf), ({ id }) => id)].map(([id, lines]) =>
        owned('message', id, { ...first(lines), at: Math.min(...lines.map(({ at }) => at)) }),
      ),
    ),
    responses,
    tokensByDay: tokensBy(responses.values(), ({ at }) => new Date(at).toISOString().slice(0, 10)),
    tokensBySession: tokensBy(responses.values(), ({ owner }) => rootOf(owner)),
    written,
    missingBySession: sumBy(
      responses.values(),
      ({ owner }) => rootOf(owner),
      ({ id, tokens }) => missingOf(tokens, written.get(id)),
    ),
    promptsByFile: new Map(logs.map((log) => [log.file, log.entries.filter((entry) => promptOf(log, entry)).length])),
    toolCalls,
    edits: readEdits(logs, owners, (callId) => toolCalls.get(callId)?.outcome ?? 'open'),
    commits: logs.flatMap(readCommits),
  };
}

function readCalls(logs: ReferenceLog[]): Map<string, { tool: string | undefined; outcome: Outcome }> {
  const calls = logs.flatMap((log) => log.entries.flatMap((entry) => callsOf(entry)));
  const results = logs.flatMap((log) => log.entries.flatMap(resultsOf));
  const outcomes = groupBy(results, ({ callId }) => callId);
  const tools = new Map(calls.map(({ id, tool }) => [id, tool]));
  return new Map(
    [...tools.keys(), ...outcomes.keys()].map((id) => [
      id,
      { tool: tools.get(id), outcome: worst((outcomes.get(id) ?? []).map(({ outcome }) => outcome)) },
    ]),
  );
}

/** Of what calls and results of all copies say: as the result says it, placed where the owner has the call. */
function readEdits(
  logs: ReferenceLog[],
  owners: Map<string, ReferenceLog>,
  outcomeOf: (callId: string) => Outcome,
): Reference['edits'] {
  const rewinds = logs
    .filter((log) => !log.isSubagent)
    .flatMap((log) => rewindsOf(log, (id) => owners.get(keyOf('message', id)) === log));
  const said = groupBy(logs.flatMap(editsOf), ({ callId, ordinal }) => `${callId} ${ordinal}`);
  return [...said.values()].map((mentions) => {
    const owner = owners.get(keyOf('call', first(mentions).callId)) ?? first(mentions).log;
    const own = mentions.filter(({ log }) => log === owner);
    const best: PlacedEdit = own.find(({ isResult }) => isResult) ?? first(own);
    const { callId, ordinal, path, via, added, removed } = best;
    return {
      ...{ callId, ordinal, path, via, added, removed },
      outcome: outcomeOf(callId),
      isRewound: rewinds.some((rewind) => isTakenBack(best, first(own).entry, rewind)),
      owner: owner.file,
    };
  });
}

function readCommits(log: ReferenceLog): Reference['commits'] {
  const calls = log.entries.flatMap((entry) => callsOf(entry));
  return log.entries.flatMap(resultsOf).flatMap((result) => {
    const call = calls.find(({ id }) => id === result.callId);
    const command: string = call?.tool === 'Bash' || call?.tool === 'PowerShell' ? call.input.command : '';
    return commitsOf(command, result).map((commit) => ({ session: log.session, callId: result.callId, commit }));
  });
}

/** What `read` finds in any record of any log. */
function everywhere<Found>(
  logs: ReferenceLog[],
  read: (log: ReferenceLog, entry: Entry) => Found | undefined,
): Found[] {
  return logs.flatMap((log) => log.entries.flatMap((entry) => read(log, entry) ?? []));
}

/** Sums over 0. */
function sumBy<Item>(
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
  amountOf: (item: Item) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) {
    const value = amountOf(item);
    if (value > 0) sums.set(nameOf(item), (sums.get(nameOf(item)) ?? 0) + value);
  }
  return sums;
}

function groupBy<Item>(items: Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group) group.push(item);
    else groups.set(nameOf(item), [item]);
  }
  return groups;
}

function first<Item>(items: Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('a group has a first item');
  return item;
}
