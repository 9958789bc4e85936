import { longFlag, packedLineBytes, trivialFlag } from './lines';

/** Packed lines, read in place. */
export interface PackedLines {
  readonly count: number;
  exactHigh(line: number): number;
  exactLow(line: number): number;
  /** 24 bits. */
  looseHigh(line: number): number;
  looseLow(line: number): number;
  flags(line: number): number;
  /** Neither trivial nor long: it can be matched by itself. */
  isTelling(line: number): boolean;
}

export function readPacked(bytes: Uint8Array): PackedLines {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    count: bytes.byteLength / packedLineBytes,
    exactHigh: (line) => view.getInt32(line * packedLineBytes),
    exactLow: (line) => view.getInt32(line * packedLineBytes + 4),
    looseHigh: (line) => view.getUint32(line * packedLineBytes + 8) >>> 8,
    looseLow: (line) => view.getInt32(line * packedLineBytes + 11),
    flags: (line) => view.getUint8(line * packedLineBytes + 15),
    isTelling: (line) => (view.getUint8(line * packedLineBytes + 15) & (trivialFlag | longFlag)) === 0,
  };
}

/** Per line the number of its hunk. `side`: 1 removed, 3 added lines. */
export function hunkOfLines(hunks: Uint8Array, side: 1 | 3, count: number): Int32Array {
  const view = new DataView(hunks.buffer, hunks.byteOffset, hunks.byteLength);
  const numbers = new Int32Array(count);
  let line = 0;
  for (let hunk = 0; hunk * 16 < hunks.byteLength; hunk++) {
    const until = line + view.getUint32(hunk * 16 + side * 4);
    numbers.fill(hunk, line, until);
    line = until;
  }
  return numbers;
}
