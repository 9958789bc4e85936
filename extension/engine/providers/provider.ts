import type { SessionFact } from './facts';

/** What a provider may know of the machine: handed in, so that providers stay pure. */
export interface Environment {
  /** The person's home folder, absolute. */
  home: string;
  platform: 'linux' | 'darwin' | 'win32';
  /** Environment variables; a test hands in its own. */
  variables: Readonly<Record<string, string | undefined>>;
}

/** What a log file is, told from its place alone: nothing was opened yet. */
export interface LogFile {
  /** `session` a person's own session, `subagent` one that the agent started. */
  kind: 'session' | 'subagent';
  /** The agent's own id of the session that this file holds. */
  nativeSessionId: string;
  /** For a sub-agent: the session that started it, where the place says so. */
  rootNativeSessionId?: string;
}

/** One line of a log and where it stands. */
export interface RecordPlace {
  /** Byte offset of the record's first byte in its file. */
  offset: number;
  file: LogFile;
  /**
   * Members that were cut from a line too long to be held, by their names joined with dots, such as
   * `toolUseResult.file.base64`: a text keeps its beginning, a list or object is empty.
   */
  cut?: readonly string[];
}

/**
 * An agent whose logs Paceflow reads. Pure: bytes in, facts out; the disk and the clock belong to `ingest/`.
 * A provider is one folder: `provider.ts` names the places, `records.ts` reads one record.
 */
export interface Provider {
  id: string;
  /** As people call it: "Claude Code". */
  name: string;
  /** Raised whenever the same bytes give other facts: files read by an older parser are read again. */
  parserVersion: number;
  /** Folders in which logs may lie, absolute, in order; they need not exist. */
  roots(environment: Environment): string[];
  /** What the file at `path` (relative to a root, with forward slashes) is; undefined: not a log. */
  recognise(path: string): LogFile | undefined;
  /**
   * The log that a record says it stands in, in the form of `recognise`; undefined where it says nothing. `file` is what
   * the place says: files are renamed and copied, what stands in them is not.
   */
  namedLog(line: Uint8Array, file: LogFile): LogFile | undefined;
  /**
   * Facts of one record (a line without its newline); a blank line has none. Never throws: a line that can't be read
   * is one `problem`, a value that can't, or that was cut where a fact needs it, is a `problem` beside the `record`.
   * Stateless: the same record gives the same facts wherever and whenever it is read, so any split of a file into
   * appends ends in the same database.
   */
  readRecord(line: Uint8Array, place: RecordPlace): SessionFact[];
  /** The human prompt that a record holds, as the person typed it; undefined where it holds none. Read on demand, never stored. */
  promptText(line: Uint8Array): string | undefined;
}
