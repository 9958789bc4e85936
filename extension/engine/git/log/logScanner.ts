import { newPiece, type Token } from './piece';

/** Of a line of a patch this much is kept: enough to see that it has more than 1,000 characters. */
const LINE_LIMIT = 4096;
const NEWLINE = 10;

/** What `git log -z --raw -p` prints: tokens that end with NUL, and after them the lines of the patch. */
export interface LogHandler {
  token(token: Token): void;
  /** Whether a token that begins with this byte is the first line of a patch instead. */
  beginsPatch(firstByte: number): boolean;
  /** Without its newline, at most 4,096 bytes of it. Valid until the call returns. */
  line(bytes: Buffer): void;
}

/** Takes the output in chunks of any size. A NUL where a line would begin ends the patch. */
export function createLogScanner(
  handler: LogHandler,
  tokenLimit: number,
): { push(chunk: Uint8Array): void; end(): void } {
  let piece = newPiece(tokenLimit);
  let isPieceEmpty = true;
  let isInPatch = false;
  /** The start of a line whose end is in a later chunk. */
  let begun: Buffer | undefined;

  const pushLine = (bytes: Buffer, start: number): number => {
    const end = bytes.indexOf(NEWLINE, start);
    const part = bytes.subarray(start, Math.min(end < 0 ? bytes.length : end, start + LINE_LIMIT));
    if (begun !== undefined) {
      const missing = LINE_LIMIT - begun.length;
      begun = missing > 0 ? Buffer.concat([begun, part.subarray(0, missing)]) : begun;
    } else if (end < 0) {
      begun = Buffer.from(part);
    }
    if (end < 0) return bytes.length;
    handler.line(begun ?? part);
    begun = undefined;
    return end + 1;
  };
  const pushToken = (bytes: Buffer, start: number): number => {
    const end = bytes.indexOf(0, start);
    piece.append(bytes.subarray(start, end < 0 ? bytes.length : end));
    isPieceEmpty = false;
    if (end < 0) return bytes.length;
    handler.token(piece.take());
    piece = newPiece(tokenLimit);
    isPieceEmpty = true;
    return end + 1;
  };

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let at = 0; at < bytes.length; ) {
        const first = bytes[at] ?? 0;
        if (isInPatch && begun === undefined && first === 0) {
          isInPatch = false;
          at++;
          continue;
        }
        isInPatch ||= isPieceEmpty && handler.beginsPatch(first);
        at = isInPatch ? pushLine(bytes, at) : pushToken(bytes, at);
      }
    },
    end() {
      if (begun !== undefined) handler.line(begun);
      if (isPieceEmpty) return;
      const last = piece.take();
      if (last.bytes.length > 0) handler.token(last);
    },
  };
}
