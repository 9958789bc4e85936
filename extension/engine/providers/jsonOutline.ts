/** Where the value of a member stands in its bytes. */
export interface Span {
  start: number;
  end: number;
}

/** The members of a JSON object by name, values unread; or why there are none. */
export type JsonOutline =
  | { kind: 'object'; members: Map<string, Span> }
  | { kind: 'not_an_object' }
  | { kind: 'not_json' }
  | { kind: 'too_deep' };

/** No log nests so deep; what does would only harm whoever walks it. */
const deepest = 512;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Finds the members of a JSON object in its bytes without decoding the values, so that a record of megabytes whose
 * type is of no interest costs one pass over its bytes. Values are only checked for balance: who decodes one finds
 * out whether it is valid. Of members with one name the last counts, as in JSON.parse.
 */
export function outlineJson(bytes: Buffer, span: Span = { start: 0, end: bytes.length }): JsonOutline {
  const { end } = span;
  const members = new Map<string, Span>();
  let at = skipSpace(bytes, span.start, end);
  if (bytes[at] !== openBrace) return whatElse(bytes, span);
  at = skipSpace(bytes, at + 1, end);
  if (bytes[at] === closeBrace) return isBlank(bytes, at + 1, end) ? { kind: 'object', members } : { kind: 'not_json' };
  for (;;) {
    if (bytes[at] !== quote) return { kind: 'not_json' };
    const keyEnd = skipString(bytes, at, end);
    if (keyEnd === undefined) return { kind: 'not_json' };
    const key = parseText(bytes, { start: at, end: keyEnd });
    if (key === undefined) return { kind: 'not_json' };
    at = skipSpace(bytes, keyEnd, end);
    if (bytes[at] !== colon) return { kind: 'not_json' };
    const start = skipSpace(bytes, at + 1, end);
    const valueEnd = endOfValue(bytes, start, end);
    if (valueEnd === 'too_deep') return { kind: 'too_deep' };
    if (valueEnd === undefined || valueEnd === start) return { kind: 'not_json' };
    members.set(key, { start, end: valueEnd });
    at = skipSpace(bytes, valueEnd, end);
    if (bytes[at] === closeBrace) break;
    if (bytes[at] !== comma) return { kind: 'not_json' };
    at = skipSpace(bytes, at + 1, end);
  }
  return isBlank(bytes, at + 1, end) ? { kind: 'object', members } : { kind: 'not_json' };
}

/** The decoded value of a span; undefined where it is not JSON. */
export function parseSpan(bytes: Buffer, span: Span | undefined): unknown {
  if (span === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', span.start, span.end));
    return value;
  } catch {
    return undefined;
  }
}

/** The decoded value of a span where it is a string; most have nothing to decode. */
export function parseText(bytes: Buffer, span: Span | undefined): string | undefined {
  if (span === undefined || bytes[span.start] !== quote) return undefined;
  const raw = bytes.toString('latin1', span.start + 1, span.end - 1);
  if (!needsDecoding.test(raw)) return raw;
  const decoded = parseSpan(bytes, span);
  return typeof decoded === 'string' ? decoded : undefined;
}

const needsDecoding = /[^\x20-\x5b\x5d-\x7f]/;

function whatElse(bytes: Buffer, span: Span): JsonOutline {
  // Told from its first byte: a parser that fails takes time, and garbage has many lines.
  if (!valueStart.test(String.fromCharCode(bytes[skipSpace(bytes, span.start, span.end)] ?? 0)))
    return { kind: 'not_json' };
  if (parseSpan(bytes, span) !== undefined) return { kind: 'not_an_object' };
  const value = endOfValue(bytes, skipSpace(bytes, span.start, span.end), span.end);
  return { kind: value === 'too_deep' ? 'too_deep' : 'not_json' };
}

const valueStart = /["[{\d\-tfn]/;

function skipSpace(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isBlank(bytes: Buffer, from: number, end: number): boolean {
  return skipSpace(bytes, from, end) >= end;
}

/** The offset after the closing quote; undefined where the string does not end. */
function skipString(bytes: Buffer, from: number, end: number): number | undefined {
  let at = from + 1;
  while (at < end) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    at += byte === backslash ? 2 : 1;
  }
  return undefined;
}

/** The offset behind the value that begins at `from`, which is checked for balance only; undefined where it has no end. */
export function endOfValue(bytes: Buffer, from: number, end: number): number | 'too_deep' | undefined {
  const first = bytes[from];
  if (first === quote) return skipString(bytes, from, end);
  if (first !== openBrace && first !== openBracket) return skipScalar(bytes, from, end);
  let depth = 0;
  let at = from;
  while (at < end) {
    const byte = bytes[at];
    if (byte === quote) {
      const after = skipString(bytes, at, end);
      if (after === undefined) return undefined;
      at = after;
      continue;
    }
    at++;
    if (byte === openBrace || byte === openBracket) {
      if (++depth > deepest) return 'too_deep';
    } else if (byte === closeBrace || byte === closeBracket) {
      if (--depth === 0) return at;
    }
  }
  return undefined;
}

function skipScalar(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at];
    if (byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)) break;
    at++;
  }
  return at;
}
