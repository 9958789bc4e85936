import type { SessionFact, SessionNote } from '../facts';
import type { RecordPlace } from '../provider';
import { folder, identifier, instant, type JsonObject, object, text } from '../values';

const longestTitle = 500;

/** What the record says about its session, where it says anything. */
export function readSessionNote(type: string, record: JsonObject, place: RecordPlace, facts: SessionFact[]): void {
  const at = instant(record.timestamp);
  const session = identifier(record.sessionId);
  const isForeign = session !== place.file.nativeSessionId && session !== place.file.rootNativeSessionId;
  const cwd = folder(record.cwd);
  const branch = branchOf(record.gitBranch);
  const clientVersion = identifier(record.version);
  const title = titleOf(type, record);
  const permissionMode = permissionModeOf(type, record);
  const kind = type === 'user' || type === 'assistant' ? kindOf(record) : undefined;
  const forkedFrom = identifier(record.forkedFrom) ?? identifier(object(record.forkedFrom)?.sessionId);
  const note: SessionNote = {
    type: 'session',
    ...(at !== undefined && { at }),
    ...(session !== undefined && isForeign && { nativeSessionId: session }),
    ...(cwd !== undefined && { cwd }),
    ...(branch !== undefined && { branch }),
    ...(clientVersion !== undefined && { clientVersion }),
    ...(title !== undefined && { title }),
    ...(permissionMode !== undefined && { permissionMode }),
    ...(kind !== undefined && { kind }),
    ...(forkedFrom !== undefined && { forkedFrom }),
  };
  if (Object.keys(note).length > (at === undefined ? 1 : 2)) facts.push(note);
}

/** A detached HEAD is written as "HEAD", no repository as "". */
function branchOf(value: unknown): string | undefined {
  const branch = identifier(value);
  return branch === 'HEAD' ? undefined : branch;
}

/**
 * `summary` records are no titles: old builds wrote those of a project's other sessions into the newest file, and
 * nothing in the record tells which it is (24 of 25 in the real logs name a leaf of another file).
 */
function titleOf(type: string, record: JsonObject): SessionNote['title'] {
  const custom = type === 'custom-title' ? text(record.customTitle) : undefined;
  if (custom !== undefined) return { text: custom.slice(0, longestTitle), by: 'person' };
  const aiTitle = type === 'ai-title' ? text(record.aiTitle) : undefined;
  const title = aiTitle ?? (type === 'ai-title' || type === 'title' ? text(record.title) : undefined);
  return title === undefined ? undefined : { text: title.slice(0, longestTitle), by: 'agent' };
}

function permissionModeOf(type: string, record: JsonObject): string | undefined {
  if (type === 'permission-mode') return identifier(record.permissionMode) ?? identifier(record.mode);
  return type === 'user' ? identifier(record.permissionMode) : undefined;
}

/**
 * The desktop app and the editor drive the agent through the SDK, so that `promptSource` is `sdk` there although a
 * person types: the entry point, then the origin decide.
 */
function kindOf(record: JsonObject): 'interactive' | 'headless' {
  const entrypoint = text(record.entrypoint);
  if (entrypoint !== undefined) return entrypoint.startsWith('sdk') ? 'headless' : 'interactive';
  const isHuman = object(record.origin)?.kind === 'human';
  return record.promptSource === 'sdk' && !isHuman ? 'headless' : 'interactive';
}
