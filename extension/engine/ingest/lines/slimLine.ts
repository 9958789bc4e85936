import { readSync } from 'node:fs';
import { findHeavyValues, type HeavyValue } from './heavyValues';

/** A file that is open for reading. */
export type OpenFile = { readonly fd: number };

/** A line from which heavy values were cut: a text keeps its beginning, a list or object is empty. */
export interface SlimLine {
  bytes: Buffer;
  /** Members whose values were cut, such as `toolUseResult.file.base64`. */
  cut: string[];
}

/** How a line is slimmed, in bytes. */
export interface Limits {
  /** What is left of the line. */
  most: number;
  /** Smaller values are never cut. */
  heavy: number;
  /** What is left of a cut text, less than `heavy`: enough to tell what it is. */
  kept: number;
}

/** No agent writes longer lines, and looking for what is heavy in one takes seconds. */
const longestLine = 1 << 30;
const pieceBytes = 1 << 20;

/**
 * Reads a line of a file that is too long to be held: its heaviest values are cut, innermost first, until at most
 * `limits.most` bytes are left. Undefined where it is no whole JSON object, or would still be too long. A function of
 * the line's bytes alone; memory is bounded by what is left.
 */
export async function slimLine(
  file: OpenFile,
  offset: number,
  length: number,
  limits: Limits,
): Promise<SlimLine | undefined> {
  if (length > longestLine) return undefined;
  const values = await findHeavyValues(piecesOf(file, offset, offset + length), limits.heavy);
  const cut = values && chooseCuts(values, length, limits);
  if (!cut) return undefined;
  const parts: Buffer[] = [];
  let at = 0;
  for (const value of cut) {
    parts.push(
      await readRange(file, offset + at, offset + value.start),
      await standIn(file, offset, value, limits.kept),
    );
    at = value.end;
  }
  parts.push(await readRange(file, offset + at, offset + length));
  return { bytes: Buffer.concat(parts), cut: [...new Set(cut.map((value) => value.path))] };
}

/** What to cut, in the order of the line: the heaviest first, a list or object only once all that is heavy in it is. */
function chooseCuts(values: readonly HeavyValue[], length: number, { most, kept }: Limits): HeavyValue[] | undefined {
  const weights = new Map(values.map((value) => [value, value.end - value.start]));
  const weightOf = (value: HeavyValue): number => weights.get(value) ?? 0;
  const heavyInside = new Map<HeavyValue, number>();
  for (const { parent } of values) {
    if (parent) heavyInside.set(parent, (heavyInside.get(parent) ?? 0) + 1);
  }
  const cut = new Set<HeavyValue>();
  let left = length;
  let candidates = values.filter((value) => !heavyInside.has(value));
  while (left > most && candidates.length > 0) {
    const emptied: HeavyValue[] = [];
    for (const value of candidates.sort((a, b) => weightOf(b) - weightOf(a) || a.start - b.start)) {
      // The outermost value is the line itself.
      if (left <= most || !value.parent) break;
      cut.add(value);
      const saved = weightOf(value) - standInBytes(value, kept);
      left -= saved;
      for (let around: HeavyValue | undefined = value.parent; around; around = around.parent) {
        weights.set(around, weightOf(around) - saved);
      }
      const others = (heavyInside.get(value.parent) ?? 0) - 1;
      heavyInside.set(value.parent, others);
      if (others === 0) emptied.push(value.parent);
    }
    candidates = emptied;
  }
  return left > most ? undefined : outermost(cut).sort((a, b) => a.start - b.start);
}

function outermost(cut: ReadonlySet<HeavyValue>): HeavyValue[] {
  return [...cut].filter((value) => {
    for (let around = value.parent; around; around = around.parent) if (cut.has(around)) return false;
    return true;
  });
}

const standInBytes = (value: HeavyValue, kept: number): number => (value.kind === 'text' ? kept + 2 : 2);

async function standIn(file: OpenFile, offset: number, value: HeavyValue, kept: number): Promise<Buffer> {
  if (value.kind !== 'text') return Buffer.from(value.kind === 'list' ? '[]' : '{}');
  const start = offset + value.start + 1;
  const head = await readRange(file, start, start + kept);
  return Buffer.concat([quote, head.subarray(0, endOfWholeEscapes(head)), quote]);
}

/** How much of a text's bytes holds no half of an escape at its end. */
function endOfWholeEscapes(head: Buffer): number {
  for (let at = head.indexOf(backslash); at !== -1; at = head.indexOf(backslash, at)) {
    const end = at + (head[at + 1] === letterU ? 6 : 2);
    if (end > head.length) return at;
    at = end;
  }
  return head.length;
}

const quote = Buffer.from('"');
const backslash = 0x5c;
const letterU = 0x75;

async function* piecesOf(file: OpenFile, from: number, to: number): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, to - from));
  for (let at = from; at < to; ) {
    const bytesRead = readSync(file.fd, piece, 0, Math.min(piece.length, to - at), at);
    // The file was cut meanwhile.
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** The bytes from `from` to `to`; fewer where the file ends before. */
export async function readRange(file: OpenFile, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  let length = 0;
  for await (const piece of piecesOf(file, from, to)) length += piece.copy(bytes, length);
  return bytes.subarray(0, length);
}
