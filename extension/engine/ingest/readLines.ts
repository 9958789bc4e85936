import { fstatSync, readSync } from 'node:fs';
import { type OpenFile, readRange, slimLine } from './lines/slimLine';

/** A line without its newline, and where it begins. */
export interface Line {
  offset: number;
  /** As it stands in the file. */
  length: number;
  /** Offset of what follows. */
  end: number;
  /** All of it; where it is too long to be held, without the members that were `cut`; where that can't be, its ending. */
  bytes: Uint8Array;
  cut: readonly string[];
  isTooLong: boolean;
}

const largestChunk = 1 << 20;
const smallestChunk = 4096;
/** Longer lines are slimmed: decoding one takes several times its size. */
export const mostLineBytes = 4 << 20;
const slimLimits = { most: mostLineBytes, heavy: 64 << 10, kept: 4 << 10 };
const endingBytes = 1 << 20;
/** More stand in a chunk where nothing but garbage does. */
const mostLines = 10_000;
const newline = 10;
const closingBrace = 0x7d;

/**
 * Complete lines of a file from `offset` on, in lists, of which some are empty; empty lines are left out. An unterminated last line is not yet
 * written, unless it is a whole JSON object, which nothing can continue. Ends where the file ended at the beginning: one
 * that grows as fast as it is read has an end too.
 * Memory is bounded by the chunk and `mostLineBytes`. `bytes` hold until the next list is asked for.
 */
export async function* readLines(handle: OpenFile, offset: number, chunkBytes = largestChunk): AsyncGenerator<Line[]> {
  // The pieces of a line that began in an earlier chunk; joined once, when its end is found.
  let pieces: Uint8Array[] = [];
  let pending = 0;
  let lineOffset = offset;
  const { size } = fstatSync(handle.fd);
  // One buffer for all chunks: lines are done with before the next chunk is asked for.
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(size - offset, smallestChunk)));
  for (let position = offset; position < size; ) {
    // Synchronous: a megabyte of a cached file takes less time than the round trip through the thread pool.
    const bytesRead = readSync(handle.fd, chunk, 0, Math.min(chunk.length, size - position), position);
    if (bytesRead === 0) {
      break;
    }
    position += bytesRead;
    const fresh = chunk.subarray(0, bytesRead);
    let lines: Line[] = [];
    let start = 0;
    for (let end = fresh.indexOf(newline); end !== -1; end = fresh.indexOf(newline, start)) {
      const last = fresh.subarray(start, end);
      const length = pending + last.length;
      if (length > mostLineBytes) {
        lines.push(await longLine(handle, lineOffset, length));
      } else if (length > 0) {
        lines.push(shortLine(pieces.length === 0 ? last : Buffer.concat([...pieces, last]), lineOffset));
      }
      if (lines.length === mostLines) {
        yield lines;
        lines = [];
      }
      lineOffset += length + 1;
      pieces = [];
      pending = 0;
      start = end + 1;
    }
    const tail = fresh.subarray(start);
    pending += tail.length;
    if (pending > mostLineBytes) {
      pieces = [];
    } else if (tail.length > 0) {
      pieces.push(Buffer.from(tail));
    }
    yield lines;
  }
  const last =
    pending > mostLineBytes
      ? await longLine(handle, lineOffset, pending)
      : shortLine(Buffer.concat(pieces), lineOffset);
  if (!last.isTooLong && isWholeObject(last.bytes)) {
    yield [{ ...last, end: lineOffset + pending }];
  }
}

const nothing: readonly string[] = [];

function shortLine(bytes: Uint8Array, offset: number): Line {
  return { offset, length: bytes.length, end: offset + bytes.length + 1, bytes, cut: nothing, isTooLong: false };
}

async function longLine(handle: OpenFile, offset: number, length: number): Promise<Line> {
  const place = { offset, length, end: offset + length + 1 };
  const slim = await slimLine(handle, offset, length, slimLimits);
  if (slim) {
    return { ...place, ...slim, isTooLong: false };
  }
  const bytes = await readRange(handle, place.end - 1 - endingBytes, place.end - 1);
  return { ...place, bytes, cut: nothing, isTooLong: true };
}

function isWholeObject(bytes: Uint8Array): boolean {
  // Half of a Windows line end may follow.
  const last = bytes.findLastIndex((byte) => byte !== 0x0d && byte !== 0x20);
  if (bytes[last] !== closingBrace) {
    return false;
  }
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    JSON.parse(text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}
