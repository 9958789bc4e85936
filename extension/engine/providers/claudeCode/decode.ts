import { outlineJson, parseSpan, type Span } from '../jsonOutline';
import { isJsonObject, type JsonObject } from '../values';

/** Bytes. Larger records are mostly texts that no fact needs: whole files before an edit, files read, images. */
export const decodedWhole = 64 * 1024;

/** Members of `toolUseResult` that no fact needs. */
const heavyMembers = new Set([
  'originalFile',
  'originalFileContents',
  'file',
  'base64',
  'content',
  'results',
  'stderr',
]);

/** The record as an object; undefined where it is none, or no JSON. */
export function decodeWhole(bytes: Buffer): JsonObject | undefined {
  const whole = parseSpan(bytes, { start: 0, end: bytes.length });
  return isJsonObject(whole) ? whole : undefined;
}

/**
 * The record as an object; undefined where it is not JSON. Of a large record only the members that facts come from,
 * so that a rule must not read any of `heavyMembers` but where `isNeeded` says so.
 */
export function decodeRecord(
  bytes: Buffer,
  members: ReadonlyMap<string, Span>,
  largest: number = decodedWhole,
): JsonObject | undefined {
  if (bytes.length <= largest) return decodeWhole(bytes);
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, span] of members) {
    record[name] = name === 'toolUseResult' ? decodeResult(bytes, span) : parseSpan(bytes, span);
    if (record[name] === undefined) return undefined;
  }
  return record;
}

function decodeResult(bytes: Buffer, span: Span): unknown {
  const outline = outlineJson(bytes, span);
  if (outline.kind !== 'object') return parseSpan(bytes, span);
  const result: Record<string, unknown> = Object.create(null);
  for (const [name, part] of outline.members) {
    if (heavyMembers.has(name) && !isNeeded(name, outline.members)) continue;
    result[name] = parseSpan(bytes, part);
    if (result[name] === undefined) return undefined;
  }
  return result;
}

/** A written file's `content` is the edit itself. */
function isNeeded(name: string, members: ReadonlyMap<string, Span>): boolean {
  return name === 'content' && members.has('filePath');
}
