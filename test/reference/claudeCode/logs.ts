// Transcripts as lists of records, whole files at a time.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

// biome-ignore lint/suspicious/noExplicitAny: the reference takes records as they are; it never ships.
export type Json = any;

export interface ReferenceLog {
  /** Path below the projects folder. */
  file: string;
  /** The agent's id of the session, or of the sub-agent. */
  session: string;
  /** The session that a person talks to: a sub-agent's starter, else the session itself. */
  root: string;
  isSubagent: boolean;
  entries: Entry[];
}

/** A record that says when it was written; one that does not holds no fact. */
export interface Entry {
  /** Of the line's first byte. */
  offset: number;
  /** What a record without an id is called: its place and what stands there. */
  name: string;
  at: number;
  record: Json;
  /** Said by a sub-agent, in its own log or in its starter's. */
  isSubagent: boolean;
  /** Reported in the starter's log (`agent_progress`): no message of that conversation. */
  isReported: boolean;
}

/** Every transcript below `<home>/.claude/projects`, in the order of their paths. */
export function readReferenceLogs(home: string): ReferenceLog[] {
  const projects = join(home, '.claude', 'projects');
  return transcriptsBelow(projects).map((path) => {
    const file = relative(projects, path).split('\\').join('/');
    const lines = linesOf(path);
    const name = basename(file, '.jsonl');
    const isSubagent = name.startsWith('agent-');
    const folder = file.split('/').length > 2 ? file.split('/')[1] : undefined;
    const starter = folder ?? lines.findLast(({ record }) => isSubagent && record.sessionId)?.record.sessionId;
    return {
      file,
      session: folder ? `${folder}/${name}` : name,
      root: starter ?? name,
      isSubagent,
      entries: lines.flatMap((line) => entriesOf(line, isSubagent)),
    };
  });
}

function transcriptsBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return transcriptsBelow(path);
      return name.endsWith('.jsonl') && name !== 'journal.jsonl' && name !== 'history.jsonl' ? [path] : [];
    });
}

interface PlacedLine {
  offset: number;
  name: string;
  record: Json;
}

function linesOf(path: string): PlacedLine[] {
  let offset = 0;
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const start = offset;
      offset += Buffer.byteLength(line) + 1;
      const record = parsed(line);
      if (typeof record !== 'object' || record === null || Array.isArray(record)) return [];
      const name = `line:${start}:${createHash('sha256').update(line.trim()).digest('hex').slice(0, 32)}`;
      return [{ offset: start, name, record }];
    });
}

function parsed(line: string): Json {
  try {
    // Some editors put a byte order mark first.
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function entriesOf({ offset, name, record }: PlacedLine, isSubagentLog: boolean): Entry[] {
  const at = Date.parse(record.timestamp);
  if (Number.isNaN(at)) return [];
  if (record.type !== 'progress')
    return [{ offset, name, at, record, isSubagent: isSubagentLog || record.isSidechain === true, isReported: false }];
  if (record.data?.type !== 'agent_progress') return [];
  const said = { uuid: record.uuid, version: record.version, cwd: record.cwd, ...record.data.message };
  const saidAt = Date.parse(said.timestamp);
  return [{ offset, name, at: Number.isNaN(saidAt) ? at : saidAt, record: said, isSubagent: true, isReported: true }];
}

/** The blocks of a message; a text alone has none. */
export function blocksOf(record: Json): Json[] {
  const content = record.message?.content;
  return Array.isArray(content) ? content.filter((block) => typeof block === 'object' && block !== null) : [];
}

/** The text of a tool's answer. */
export function answerOf(result: Json): string {
  if (typeof result.content === 'string') return result.content;
  return (result.content ?? []).map((block: Json) => block.text ?? '').join('');
}

/** The id of a record, where it has one; else its name. */
export const recordId = ({ record, name }: Entry): string => record.uuid ?? name;
