import type {
  EditFact,
  MessageFact,
  ProblemFact,
  RecordFact,
  ResponseFact,
  SessionNote,
  ToolOutcome,
} from '../providers/facts';

/**
 * What a part of a log comes to, merged: one row per message, response, call and changed file, however many of its
 * records speak of it. What is written of it to the database; plain data, so that it passes between threads.
 */
export interface LogRows {
  messages: MessageRow[];
  responses: ResponseRow[];
  responseParts: ResponsePartRow[];
  calls: CallRow[];
  changes: ChangeRow[];
  commits: DeclaredCommitRow[];
  problems: ProblemRow[];
  recordCounts: RecordCountRow[];
  unknownFields: UnknownFieldRow[];
  session: SessionRow;
}

/** A row with a key of 12 bytes (see keys.ts) and the first place in the log that speaks of it. */
interface Keyed {
  key: Uint8Array;
  offset: number;
}

export type MessageRow = Keyed &
  Pick<MessageFact, 'at' | 'role' | 'prompt' | 'words'> & { parentKey: Uint8Array | undefined };

export type ResponseRow = Keyed & Omit<ResponseFact, 'type' | 'id' | 'isSidechain'>;

/** Characters that one record holds of a response. */
export interface ResponsePartRow {
  responseKey: Uint8Array;
  recordKey: Uint8Array;
  characters: number;
}

/** `tool` and `startedAt` stand in the call's record, `endedAt` and `outcome` in its result's. */
export interface CallRow extends Keyed {
  tool: string | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  outcome: ToolOutcome | undefined;
}

/** One file that a call changes; `path` undefined: a shell command that names none. Lines are packed (lines.ts). */
export interface ChangeRow extends Keyed {
  ordinal: number;
  at: number;
  path: string | undefined;
  stage: EditFact['stage'];
  via: EditFact['via'] | 'opaque';
  isUserModified: boolean;
  isBeforeKnown: boolean;
  addedLines: number;
  removedLines: number;
  added: Uint8Array;
  removed: Uint8Array;
  /** Of a proposal that the person changed: what it would have added; undefined: its call was not met here. */
  proposedAdded: Uint8Array | undefined;
}

export interface DeclaredCommitRow {
  callKey: Uint8Array;
  offset: number;
  at: number;
  commit: string;
  how: 'git_operation' | 'command_output';
}

export type ProblemRow = Pick<ProblemFact, 'detail'> & { offset: number; reason: ProblemFact['reason'] };

/** Records of a type in a quarter of an hour; `quarterAt` 0: without an instant. */
export interface RecordCountRow {
  quarterAt: number;
  recordType: string;
  clientVersion: string;
  isKnown: boolean;
  records: number;
}

export type UnknownFieldRow = Pick<RecordFact, 'recordType'> & {
  field: string;
  clientVersion: string;
  records: number;
};

/** Context of the session; undefined: not said. */
export interface SessionRow {
  cwd: string | undefined;
  branch: string | undefined;
  clientVersion: string | undefined;
  title: SessionNote['title'];
  isHeadless: boolean;
  forkedFrom: string | undefined;
  permissionModes: string[];
  /** In a sub-agent's log: the session that its records name. */
  rootNativeId: string | undefined;
}
