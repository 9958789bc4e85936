/** One NUL-terminated piece of output. */
export interface Token {
  bytes: Buffer;
  /** The middle was longer than is kept: `bytes` is the start, a newline, and the end. */
  isCut: boolean;
}

/**
 * Splits a stream at NUL bytes. Memory is bounded by `limit` bytes per token plus one chunk, whatever the stream
 * holds. A last piece without its NUL is a token, too, unless it is empty.
 */
export async function* nulTokens(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Token, void, undefined> {
  let piece = newPiece(limit);
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      piece.append(bytes.subarray(start, end));
      yield piece.take();
      piece = newPiece(limit);
      start = end + 1;
    }
    piece.append(bytes.subarray(start));
  }
  const last = piece.take();
  if (last.bytes.length > 0) yield last;
}

interface Piece {
  append(bytes: Buffer): void;
  take(): Token;
}

/** Collects a token: all of it up to `limit` bytes, else its first and its last half of `limit`. */
function newPiece(limit: number): Piece {
  const half = Math.floor(limit / 2);
  let parts: Buffer[] = [];
  let size = 0;
  let head: Buffer | undefined;

  const keepEnds = (): void => {
    const all = Buffer.concat(parts);
    // Copies: a view would keep its whole chunk alive.
    head ??= Buffer.from(all.subarray(0, half));
    const tail = Buffer.from(all.subarray(all.length - half));
    parts = [tail];
    size = tail.length;
  };

  return {
    append(bytes) {
      if (bytes.length === 0) return;
      parts.push(bytes);
      size += bytes.length;
      // Twice the limit, so that a long token is not copied once per chunk.
      if (size > limit * 2) keepEnds();
    },
    take() {
      if (size > limit || head) keepEnds();
      const tail = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      return head
        ? { bytes: Buffer.concat([head, Buffer.from('\n'), tail]), isCut: true }
        : { bytes: tail, isCut: false };
    },
  };
}
