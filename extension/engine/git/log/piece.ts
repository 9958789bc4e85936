/** One NUL-terminated piece of output. */
export interface Token {
  bytes: Buffer;
  /** The middle was longer than is kept: `bytes` is the start, a newline, and the end. */
  isCut: boolean;
}

/** Collects one token. Memory is bounded by twice the limit plus one chunk, whatever the stream holds. */
export interface Piece {
  append(bytes: Buffer): void;
  take(): Token;
}

/** Collects a token: all of it up to `limit` bytes, else its first and its last half of `limit`. */
export function newPiece(limit: number): Piece {
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
