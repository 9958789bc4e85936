import { packLines } from '../attribution/lines';
import type { EditFact, ResponseFact, SessionFact, SessionNote, Tokens, ToolOutcome } from '../providers/facts';
import type { LogFile } from '../providers/provider';
import { factKey } from './keys';
import type { CallRow, ChangeRow, LogRows, RecordCountRow, ResponseRow, SessionRow, UnknownFieldRow } from './logRows';

/** Merges the facts of records into rows. */
export interface RowCollector {
  /** `offset`: where the record begins. */
  add(facts: readonly SessionFact[], offset: number): void;
  /** The rows of all that was added. */
  rows(): LogRows;
}

/** A change whose lines are not packed yet: of a proposal and its result only one is. */
type OpenChange = Omit<ChangeRow, 'key' | 'addedLines' | 'removedLines' | 'added' | 'removed' | 'proposedAdded'> & {
  callId: string;
  addedTexts: readonly string[];
  removedTexts: readonly string[];
  proposedTexts?: readonly string[];
};

const quarterMs = 900_000;

/**
 * Rows are merged here by the rules by which writeRows.ts merges them into the database, so that it makes no
 * difference whether two records are read together or apart.
 */
export function createRowCollector(provider: string, log: LogFile): RowCollector {
  const messages: LogRows['messages'] = [];
  const responseParts: LogRows['responseParts'] = [];
  const commits: LogRows['commits'] = [];
  const problems: LogRows['problems'] = [];
  const responses = new Map<string, Omit<ResponseRow, 'key'>>();
  const calls = new Map<string, Omit<CallRow, 'key'>>();
  const changes = new Map<string, OpenChange>();
  const counts = createRecordCounter();
  const notes = createNoteTaker(log);

  const addCall = (id: string, call: Omit<CallRow, 'key'>): void => {
    const known = calls.get(id);
    calls.set(id, known === undefined ? call : mergeCalls(known, call));
  };
  const addChange = (change: OpenChange): void => {
    const id = `${change.ordinal}\0${change.callId}`;
    const known = changes.get(id);
    changes.set(id, known === undefined ? change : mergeChanges(known, change));
  };
  const addResponse = (fact: ResponseFact, offset: number): void => {
    const { type: _, id, isSidechain: __, ...rest } = fact;
    const known = responses.get(id);
    responses.set(id, known === undefined ? { offset, ...rest } : mergeResponses(known, { offset, ...rest }));
  };

  const add = (fact: SessionFact, offset: number): void => {
    switch (fact.type) {
      case 'message': {
        const { at, role, prompt, words, parent } = fact;
        const parentKey = parent === undefined ? undefined : factKey('message', provider, parent);
        messages.push({ key: factKey('message', provider, fact.id), offset, at, role, prompt, words, parentKey });
        break;
      }
      case 'response':
        addResponse(fact, offset);
        break;
      case 'response_part':
        responseParts.push({
          responseKey: factKey('response', provider, fact.responseId),
          recordKey: factKey('record', provider, fact.id),
          characters: fact.characters,
        });
        break;
      case 'tool_call':
        addCall(fact.id, { ...noCall, offset, tool: fact.tool, startedAt: fact.at });
        break;
      case 'tool_result':
        addCall(fact.id, { ...noCall, offset, endedAt: fact.at, outcome: fact.outcome });
        break;
      case 'edit':
        addChange(openEdit(fact, offset));
        break;
      case 'shell_write': {
        const { callId, ordinal, at, path } = fact;
        addChange({ callId, ordinal, at, path, offset, ...opaque });
        break;
      }
      case 'declared_commit': {
        const { callId, at, commit, how } = fact;
        commits.push({ callKey: factKey('call', provider, callId), offset, at, commit, how });
        break;
      }
      case 'session':
        notes.add(fact);
        break;
      case 'record':
        counts.add(fact);
        break;
      case 'problem':
        problems.push({ offset, reason: fact.reason, detail: fact.detail });
    }
  };

  return {
    add: (facts, offset) => {
      for (const fact of facts) {
        add(fact, offset);
      }
    },
    rows: () => ({
      messages,
      responses: [...responses].map(([id, row]) => ({ key: factKey('response', provider, id), ...row })),
      responseParts,
      calls: [...calls].map(([id, row]) => ({ key: factKey('call', provider, id), ...row })),
      changes: [...changes.values()].map(({ callId, ...change }) => close(factKey('call', provider, callId), change)),
      commits,
      problems,
      ...counts.rows(),
      session: notes.row(),
    }),
  };
}

const noCall = { tool: undefined, startedAt: undefined, endedAt: undefined, outcome: undefined };

const opaque = {
  stage: 'proposed',
  via: 'opaque',
  isUserModified: false,
  isBeforeKnown: false,
  addedTexts: [],
  removedTexts: [],
} as const;

function openEdit(fact: EditFact, offset: number): OpenChange {
  const { type: _, added, removed, ...rest } = fact;
  return { offset, addedTexts: added, removedTexts: removed, ...rest };
}

function close(key: Uint8Array, change: Omit<OpenChange, 'callId'>): ChangeRow {
  const { addedTexts, removedTexts, proposedTexts, ...rest } = change;
  return {
    key,
    ...rest,
    addedLines: addedTexts.length,
    removedLines: removedTexts.length,
    added: packLines(addedTexts),
    removed: packLines(removedTexts),
    proposedAdded: proposedTexts && packLines(proposedTexts),
  };
}

/** Claude Code writes a line per content block and the count grows: the larger counts. */
function mergeResponses(a: Omit<ResponseRow, 'key'>, b: Omit<ResponseRow, 'key'>): Omit<ResponseRow, 'key'> {
  const larger = isLarger(b.tokens, a.tokens) ? b : a;
  const costs = [a.recordedCostUsd, b.recordedCostUsd].filter((cost) => cost !== undefined);
  return {
    offset: Math.min(a.offset, b.offset),
    at: Math.min(a.at, b.at),
    model: larger.model,
    tokens: larger.tokens,
    webSearches: Math.max(a.webSearches, b.webSearches),
    ...((a.speed ?? b.speed) === 'fast' && { speed: 'fast' }),
    ...(costs.length > 0 && { recordedCostUsd: Math.max(...costs) }),
    isOutputUnderreported: a.isOutputUnderreported && b.isOutputUnderreported,
  };
}

/** The same order as in writeRows.ts: by the sum, ties by the classes. */
function isLarger(a: Tokens, b: Tokens): boolean {
  const ranks = ({ input, cacheWrite5m, cacheWrite1h, cacheRead, output, reasoning }: Tokens) => [
    input + cacheWrite5m + cacheWrite1h + cacheRead + output,
    ...[output, input, cacheWrite1h, cacheRead, reasoning],
  ];
  const others = ranks(b);
  for (const [index, rank] of ranks(a).entries()) {
    const other = others[index] ?? 0;
    if (rank !== other) {
      return rank > other;
    }
  }
  return false;
}

function mergeCalls(a: Omit<CallRow, 'key'>, b: Omit<CallRow, 'key'>): Omit<CallRow, 'key'> {
  return {
    offset: Math.min(a.offset, b.offset),
    tool: b.tool ?? a.tool,
    startedAt: earlier(a.startedAt, b.startedAt),
    endedAt: earlier(a.endedAt, b.endedAt),
    outcome: worse(a.outcome, b.outcome),
  };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** Several results of one call: a failure of the tool says less than the person's no, and an answer less than either. */
function worse(a: ToolOutcome | undefined, b: ToolOutcome | undefined): ToolOutcome | undefined {
  return (['rejected', 'failed'] as const).find((outcome) => outcome === a || outcome === b) ?? b ?? a;
}

/**
 * The result's lines ("applied") win over the proposal's, whichever is read first. Where the person changed the
 * proposal its lines are kept beside.
 */
function mergeChanges(a: OpenChange, b: OpenChange): OpenChange {
  const said = b.stage === 'applied' ? b : a;
  const isUserModified = a.isUserModified || b.isUserModified;
  const proposal = [b, a].find((change) => change.stage === 'proposed');
  const proposedTexts = proposal?.addedTexts ?? a.proposedTexts ?? b.proposedTexts;
  const isKept = isUserModified && said.stage === 'applied' && proposedTexts !== undefined;
  return { ...said, offset: a.offset, isUserModified, ...(isKept && { proposedTexts }) };
}

interface RecordCounter {
  add(fact: SessionFact & { type: 'record' }): void;
  rows(): Pick<LogRows, 'recordCounts' | 'unknownFields'>;
}

/** Counts records by kind and time. The version matters where something is unknown: that is what a person reports. */
function createRecordCounter(): RecordCounter {
  const records = new Map<string, RecordCountRow>();
  const fields = new Map<string, UnknownFieldRow>();
  return {
    add: ({ at, recordType, isKnown, clientVersion = '', unknownFields }) => {
      const row = {
        quarterAt: at === undefined ? 0 : Math.floor(at / quarterMs) * quarterMs,
        recordType,
        clientVersion: isKnown ? '' : clientVersion,
        isKnown,
      };
      countIn(records, `${row.quarterAt}\0${row.clientVersion}\0${recordType}`, row);
      for (const field of unknownFields) {
        countIn(fields, `${clientVersion}\0${recordType}\0${field}`, { recordType, field, clientVersion });
      }
    },
    rows: () => ({ recordCounts: [...records.values()], unknownFields: [...fields.values()] }),
  };
}

function countIn<Row>(counts: Map<string, Row & { records: number }>, key: string, row: Row): void {
  const known = counts.get(key);
  if (known) {
    known.records += 1;
  } else {
    counts.set(key, { ...row, records: 1 });
  }
}

/**
 * The first folder is the session's; of the rest the last that a record names; headless once is headless. A title that
 * the person gave wins over the agent's.
 */
function createNoteTaker(log: LogFile): { add(note: SessionNote): void; row(): SessionRow } {
  const permissionModes = new Set<string>();
  let row: Omit<SessionRow, 'permissionModes'> = {
    cwd: undefined,
    branch: undefined,
    clientVersion: undefined,
    title: undefined,
    isHeadless: false,
    forkedFrom: undefined,
    rootNativeId: undefined,
  };
  const namesRoot = log.kind === 'subagent' && log.rootNativeSessionId === undefined;
  return {
    add: (note) => {
      row = {
        cwd: row.cwd ?? note.cwd,
        branch: note.branch ?? row.branch,
        clientVersion: note.clientVersion ?? row.clientVersion,
        title: betterTitle(note.title, row.title),
        isHeadless: row.isHeadless || note.kind === 'headless',
        forkedFrom: row.forkedFrom ?? note.forkedFrom,
        rootNativeId: namesRoot ? (note.nativeSessionId ?? row.rootNativeId) : undefined,
      };
      if (note.permissionMode !== undefined) {
        permissionModes.add(note.permissionMode);
      }
    },
    row: () => ({ ...row, permissionModes: [...permissionModes] }),
  };
}

function betterTitle(later: SessionNote['title'], earlier: SessionNote['title']): SessionNote['title'] {
  const isOverruled = earlier?.by === 'person' && later?.by === 'agent';
  return isOverruled ? earlier : (later ?? earlier);
}
