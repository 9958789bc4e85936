import { outlineJson, parseText } from '../jsonOutline';
import type { LogFile } from '../provider';
import { identifier } from '../values';

/**
 * Every message carries `sessionId`, a sub-agent's also `agentId`; summaries and snapshots carry neither. A sub-agent
 * below its session's folder goes by both ids, as in `recognise`.
 */
export function namedLog(line: Uint8Array, file: LogFile): LogFile | undefined {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const outline = outlineJson(bytes);
  if (outline.kind !== 'object') return undefined;
  const session = identifier(parseText(bytes, outline.members.get('sessionId')));
  if (file.kind === 'session') return session === undefined ? undefined : { kind: 'session', nativeSessionId: session };
  const agent = identifier(parseText(bytes, outline.members.get('agentId')));
  if (session === undefined || agent === undefined) return undefined;
  const name = `agent-${agent}`;
  return file.rootNativeSessionId === undefined
    ? { kind: 'subagent', nativeSessionId: name }
    : { kind: 'subagent', nativeSessionId: `${session}/${name}`, rootNativeSessionId: session };
}
