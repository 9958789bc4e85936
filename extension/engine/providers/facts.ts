/** Tokens of one response in Anthropic's shape: the classes do not overlap, their sum is what was processed. */
export interface Tokens {
  /** Uncached input only. */
  input: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  /** Includes reasoning. */
  output: number;
  /** The part of `output` that was reasoning; informational. */
  reasoning: number;
}

/** How a person's prompt reached the agent; `none`: the message is not a person's prompt. */
export type PromptKind = 'typed' | 'queued' | 'command' | 'shell' | 'none';

export type ToolOutcome = 'ok' | 'failed' | 'rejected';

/**
 * What one record says, before anything is merged. Instants are milliseconds UTC.
 * Several records may speak of the same thing (a response written on six lines; a call and its result): the writer
 * merges by id, and the merge does not depend on the order.
 */
export type SessionFact =
  | SessionNote
  | MessageFact
  | ResponseFact
  | ResponsePartFact
  | ToolCallFact
  | ToolResultFact
  | EditFact
  | ShellWriteFact
  | DeclaredCommitFact
  | RecordFact
  | ProblemFact;

/**
 * Context that the record carries for its session. The last record that has a value wins, but for `title`, `kind`,
 * `forkedFrom`.
 */
export interface SessionNote {
  type: 'session';
  at?: number;
  /**
   * The session's id inside the record, where the file's place does not say it: in a session's file a copy from that
   * session, in a sub-agent's file its root session.
   */
  nativeSessionId?: string;
  cwd?: string;
  branch?: string;
  clientVersion?: string;
  /** Never a prompt. What the person named wins over what the agent did, whichever comes later. */
  title?: { text: string; by: 'person' | 'agent' };
  permissionMode?: string;
  kind?: 'interactive' | 'headless';
  forkedFrom?: string;
}

/**
 * A person's prompt; or a message of which no other fact says when it was, that is: without usage, calls and results.
 */
export interface MessageFact {
  type: 'message';
  /** The agent's id of the record, else a name made of its line and offset. */
  id: string;
  at: number;
  role: 'user' | 'assistant';
  prompt: PromptKind;
  /** Of a human prompt: the id of the record it answers. Two prompts with one parent: the later took back the earlier. */
  parent?: string;
  /** Words of the human prompt; 0 for others, and where the log has only a trace of the prompt. */
  words: number;
}

/**
 * The model of a response whose request the log does not hold, but for the number of its web searches: what they cost
 * does not depend on the model.
 */
export const webSearchModel = 'web-search';

export interface ResponseFact {
  type: 'response';
  /** The agent's id of the response, else of the record, else a name made of its line and offset. */
  id: string;
  at: number;
  /** As the log names it, or `webSearchModel`. */
  model: string;
  tokens: Tokens;
  /** Searches that are billed apart from tokens. */
  webSearches: number;
  /** `fast`, where the log says that the dearer speed was used. */
  speed?: 'fast';
  /** USD as the log states it. */
  recordedCostUsd?: number;
  /** The log's output count is a first guess, not the final one (Claude Code 1.0.11 to 2.1.97: `stop_reason` null). */
  isOutputUnderreported: boolean;
  /** A replay beside the main conversation: where both have the response, the main one owns it. */
  isSidechain: boolean;
}

/**
 * How much one record holds of a response whose output count is a first guess. A response's records hold different
 * parts of it, so they add up; a copy of a record has its id.
 */
export interface ResponsePartFact {
  type: 'response_part';
  responseId: string;
  /** The agent's id of the record, else `offset:<n>@<session>`. */
  id: string;
  /** Of text, of thinking, and of the input of tool calls as JSON; in UTF-16 code units. */
  characters: number;
}

export interface ToolCallFact {
  type: 'tool_call';
  id: string;
  at: number;
  tool: string;
}

export interface ToolResultFact {
  type: 'tool_result';
  /** The id of the call that this answers. */
  id: string;
  at: number;
  outcome: ToolOutcome;
}

/**
 * One file that one tool call changes or wanted to change. `proposed` stands in the call, `applied` in its result;
 * the result's lines win. Whether it was applied is the outcome of the call.
 */
export interface EditFact {
  type: 'edit';
  callId: string;
  /** 0 for the first file of the call. */
  ordinal: number;
  at: number;
  stage: 'proposed' | 'applied';
  /** Absolute; relative where the log does not show the folder that a shell command ran in. */
  path: string;
  via: 'edit' | 'overwrite' | 'shell';
  /** The person changed the proposal before accepting it. */
  isUserModified: boolean;
  /** The text before is known, so `added` and `removed` are the difference; else `added` is the whole new text. */
  isBeforeKnown: boolean;
  /** Written lines only: in the new text and not in the old. */
  added: string[];
  removed: string[];
}

/** A shell command changed a file in a way that the log does not show (sed, a formatter, a generator). */
export interface ShellWriteFact {
  type: 'shell_write';
  callId: string;
  ordinal: number;
  at: number;
  /** The file where the command names it. */
  path?: string;
}

export interface DeclaredCommitFact {
  type: 'declared_commit';
  /** Full or abbreviated commit id, lower case. */
  commit: string;
  at: number;
  callId: string;
  how: 'git_operation' | 'command_output';
}

/** Exactly one per record that is a JSON object: what kind it was. `isKnown` false: a type that this parser has never met. */
export interface RecordFact {
  type: 'record';
  at?: number;
  recordType: string;
  isKnown: boolean;
  clientVersion?: string;
  /** Top-level fields never met in records of this type. */
  unknownFields: string[];
}

export interface ProblemFact {
  type: 'problem';
  reason: 'not_json' | 'not_an_object' | 'bad_value' | 'too_long' | 'too_deep';
  /** What to tell a person; never text from a prompt. */
  detail: string;
}
