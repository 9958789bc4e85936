import { looseTextOf } from './looseText';

/** Both hashes of one line. Equal text gives equal hashes on every machine and in every version of Paceflow. */
export interface LineHash {
  /** 64 bits over the line without trailing whitespace. */
  exact: bigint;
  /**
   * 56 bits over the line without any whitespace, with quotes unified and one trailing comma or semicolon dropped.
   * Hashes of pieces can be joined to the hash of the whole: see `looseText.ts`.
   */
  loose: bigint;
}

/** What `packLines` keeps of one line. */
export interface PackedLine extends LineHash {
  /** Says nothing alone: see `isTrivialLine`. */
  isTrivial: boolean;
  /** Over 1,000 characters: minified or data. */
  isLong: boolean;
}

/** Bytes per line in a packed BLOB: 8 exact, 7 loose, 1 flags. */
export const packedLineBytes = 16;

const longLineCharacters = 1000;
export const trivialFlag = 1;
export const longFlag = 2;
export const commaFlag = 4;
export const semicolonFlag = 8;

/** Hashes of one line. Unicode form (NFC), CR and trailing whitespace make no difference. */
export function hashLine(text: string): LineHash {
  const normal = normalise(text);
  const exact = hash(normal.trimEnd());
  const loose = looseTextOf(normal);
  return { exact: join(exact.high, exact.low), loose: join(loose.high, loose.low) };
}

/**
 * Whether a line says nothing about who wrote it: fewer than 4 letters or digits (and no CJK character), an import,
 * or a line of a licence header. One rule for all languages: a line that is trivial in one is rare in another.
 */
export function isTrivialLine(text: string): boolean {
  if (!hasSubstance(text)) return true;
  const line = text.trim();
  return importForms.some((form) => form.test(line)) || licenceForm.test(line);
}

/**
 * Lines in order, 16 bytes each: exact hash (8, big-endian), loose hash (7), flags (bit 0 trivial, bit 1 long, bits 2 and 3: `loose`
 * dropped a comma, a semicolon).
 */
export function packLines(lines: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(lines.length * packedLineBytes);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const line of lines) {
    const normal = normalise(line);
    const exact = hash(normal.trimEnd());
    const loose = looseTextOf(normal);
    const isLong = line.length > longLineCharacters;
    view.setUint32(offset, exact.high);
    view.setUint32(offset + 4, exact.low);
    view.setUint8(offset + 8, loose.high >>> 16);
    view.setUint16(offset + 9, loose.high & 0xffff);
    view.setUint32(offset + 11, loose.low);
    view.setUint8(offset + 15, (isTrivialLine(line) ? trivialFlag : 0) | (isLong ? longFlag : 0) | loose.ending);
    offset += packedLineBytes;
  }
  return bytes;
}

/** How many packed lines have over 1,000 characters. */
export function countLong(bytes: Uint8Array): number {
  let count = 0;
  for (let offset = packedLineBytes - 1; offset < bytes.byteLength; offset += packedLineBytes) {
    if (((bytes[offset] ?? 0) & longFlag) !== 0) count++;
  }
  return count;
}

/** How many packed lines both have, by their exact hashes; a line that is there twice in both counts twice. */
export function countShared(a: Uint8Array, b: Uint8Array): number {
  const left = new Map<bigint, number>();
  for (const { exact } of unpackLines(a)) left.set(exact, (left.get(exact) ?? 0) + 1);
  let shared = 0;
  for (const { exact } of unpackLines(b)) {
    const available = left.get(exact) ?? 0;
    if (available === 0) continue;
    left.set(exact, available - 1);
    shared++;
  }
  return shared;
}

/** What `packLines` wrote. Throws a RangeError where the length is no multiple of 16: the BLOB is damaged. */
export function unpackLines(bytes: Uint8Array): PackedLine[] {
  if (bytes.byteLength % packedLineBytes !== 0) throw new RangeError(`packed lines have ${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: PackedLine[] = [];
  for (let offset = 0; offset < bytes.byteLength; offset += packedLineBytes) {
    const flags = view.getUint8(offset + 15);
    lines.push({
      exact: join(view.getUint32(offset), view.getUint32(offset + 4)),
      loose: join((view.getUint8(offset + 8) << 16) | view.getUint16(offset + 9), view.getUint32(offset + 11)),
      isTrivial: (flags & trivialFlag) !== 0,
      isLong: (flags & longFlag) !== 0,
    });
  }
  return lines;
}

function normalise(text: string): string {
  // Most lines are ASCII, for which NFC is the identity and costs as much as the hash.
  return nonAscii.test(text) ? text.normalize('NFC') : text;
}

const nonAscii = /[^\p{ASCII}]/u;

function join(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/**
 * Two 32-bit lanes over the UTF-16 code units, each multiplying by its own odd constant, then mixed into each other
 * so that every bit of the input moves about half the bits of both. Not for secrets.
 */
function hash(text: string): { high: number; low: number } {
  let high = 0x243f6a88 ^ text.length;
  let low = 0x85a308d3 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low + unit, 0x85ebca77);
    low = (low << 13) | (low >>> 19);
  }
  high = mix(high ^ (low >>> 7));
  low = mix(low ^ Math.imul(high, 0xc2b2ae3d));
  high = mix(high + low);
  return { high: high >>> 0, low: low >>> 0 };
}

/** The finaliser of MurmurHash3 (public domain, Austin Appleby). */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const letterOrDigit = /[\p{L}\p{N}]/u;
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function hasSubstance(text: string): boolean {
  let signs = 0;
  for (const character of text) {
    if (character <= '\x7f') {
      if (isAsciiLetterOrDigit(character.charCodeAt(0))) signs++;
    } else if (cjk.test(character)) {
      return true;
    } else if (letterOrDigit.test(character)) {
      signs++;
    }
    if (signs === 4) return true;
  }
  return false;
}

function isAsciiLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/**
 * One form per family of languages; each is anchored, so that prose and calls do not look like imports. Where white
 * space may be of the next part too, `(?=\S)` ends it: else a line of blanks would be tried in every division.
 */
const importForms: readonly RegExp[] = [
  // JavaScript, TypeScript, Java, Kotlin, Scala, Swift, Go, Dart, Python, Haskell
  /^import\s+(?=\S)(?:["'{*]|[\w.*$,{} ]+(?:;|\bas\b.*|\bfrom\b.*)?$)/,
  /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})(?:\s+as\s+\w+)?\s+from\s+["']/,
  /^(?:const|let|var)\s+(?=\S)[^=]+=\s*require\(\s*["'][^"']*["']\s*\)[;,]?$/,
  // Python
  /^from\s+[\w.]+\s+import\b/,
  // C, C++, Objective-C
  /^#\s*(?:include|import)\b/,
  // Rust, PHP, Perl
  /^(?:pub(?:\([^)]*\))?\s+)?use\s+(?=\S)[\w:\\{}*,' ]+;$/,
  // Elixir
  /^(?:use|alias|require|import)\s+[A-Z][\w.]*(?:\{[^}]*\})?(?:,.*)?$/,
  // C#
  /^(?:global\s+)?using\s+(?:static\s+)?(?=\S)[\w.= ]+;$/,
  // Ruby, Lua
  /^(?:local\s+\w+\s*=\s*)?require(?:_relative)?[\s(]+["'][^"']*["']\)?$/,
  // CSS, Sass
  /^@(?:import|use|forward)\s+["'(u]/,
];

const licenceForm =
  /^\W*(?:SPDX-License-Identifier\b|Copyright\b.*(?:\d{4}|\(c\)|©)|\(c\)\s*\d{4}|©|All rights reserved\b|Licensed under\b|@licen[sc]e\b|Permission is hereby granted\b|Redistribution and use in source\b|THE SOFTWARE IS PROVIDED\b|THIS SOFTWARE IS PROVIDED\b)/i;
