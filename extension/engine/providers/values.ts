/** A JSON object whose members nobody has checked yet. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or undefined where it is something else. */
export function object(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** The elements; none where it is no list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; others are left out. */
export function objects(value: unknown): JsonObject[] {
  return list(value).filter(isJsonObject);
}

/** The text, or undefined where it is something else or empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const longestIdentifier = 256;

/** A text that can serve as a name or key: not empty, not a whole document. */
export function identifier(value: unknown): string | undefined {
  const name = text(value);
  return name !== undefined && name.length <= longestIdentifier ? name : undefined;
}

const longestPath = 4096;

/** A text that can be the path of a folder. */
export function folder(value: unknown): string | undefined {
  const path = text(value);
  return path !== undefined && path.length <= longestPath ? path : undefined;
}

/** A whole number from 0 to 2^53 - 1, or undefined. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A finite amount of at least 0, or undefined. */
export function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;
const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** Milliseconds UTC of an ISO 8601 instant with a zone, or undefined; years outside 2000 to 2199 are no instants. */
export function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || !isoInstant.test(value)) return undefined;
  const at = Date.parse(value);
  return at >= earliest && at < latest ? at : undefined;
}

/** The lines of a text without their ends (LF or CRLF); a newline at the end opens no further line. */
export function linesOf(value: string): string[] {
  if (value === '') return [];
  const lines = value.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
