import { fstatSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** A line without its newline, and where it begins; `bytes` undefined: it was longer than `maxLine` and skipped. */
export interface Line {
  offset: number;
  bytes: Uint8Array | undefined;
  length: number;
  /** Offset of what follows. */
  end: number;
}

const largestChunk = 1 << 20;
const smallestChunk = 4096;
/** Longer lines are counted as a problem and passed over: no agent writes them, and one would take the memory. */
export const maxLineBytes = 64 << 20;
const newline = 10;
const closingBrace = 0x7d;

/**
 * Complete lines of a file from `offset` on, a list per chunk. An
 * unterminated last line is not yet written, unless it is a whole JSON object, which nothing can continue.
 * Memory is bounded by the chunk and the longest line. `bytes` hold until the next list is asked for.
 */
export async function* readLines(
  handle: Pick<FileHandle, 'fd'>,
  offset: number,
  chunkBytes = largestChunk,
): AsyncGenerator<Line[]> {
  // The pieces of a line that began in an earlier chunk; joined once, when its end is found.
  let pieces: Uint8Array[] = [];
  let pending = 0;
  let isTooLong = false;
  let lineOffset = offset;
  // One buffer for all chunks: lines are done with before the next chunk is asked for.
  const left = fstatSync(handle.fd).size - offset;
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(left + 1, smallestChunk)));
  for (let position = offset; ; ) {
    // Synchronous: a megabyte of a cached file takes less time than the round trip through the thread pool.
    const bytesRead = readSync(handle.fd, chunk, 0, chunk.length, position);
    if (bytesRead === 0) {
      const bytes = isTooLong ? undefined : Buffer.concat(pieces);
      if (bytes && isWholeObject(bytes)) {
        yield [{ offset: lineOffset, bytes, length: pending, end: lineOffset + pending }];
      }
      return;
    }
    position += bytesRead;
    const fresh = chunk.subarray(0, bytesRead);
    const lines: Line[] = [];
    let start = 0;
    for (let end = fresh.indexOf(newline); end !== -1; end = fresh.indexOf(newline, start)) {
      const last = fresh.subarray(start, end);
      const length = pending + last.length;
      const bytes =
        isTooLong || length > maxLineBytes ? undefined : pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
      lines.push({ offset: lineOffset, bytes, length, end: lineOffset + length + 1 });
      lineOffset += length + 1;
      pieces = [];
      pending = 0;
      isTooLong = false;
      start = end + 1;
    }
    const tail = fresh.subarray(start);
    pending += tail.length;
    if (pending > maxLineBytes) {
      isTooLong = true;
      pieces = [];
    } else if (tail.length > 0) {
      pieces.push(Buffer.from(tail));
    }
    if (lines.length > 0) {
      yield lines;
    }
  }
}

function isWholeObject(bytes: Buffer): boolean {
  if (bytes.at(-1) !== closingBrace) {
    return false;
  }
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
