import { longFlag, packedLineBytes, trivialFlag } from './lines';

/** Packed lines, read in place. A class: a matching makes hundreds of thousands of them, each with seven functions. */
export class PackedLines {
  readonly count: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.count = bytes.byteLength / packedLineBytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  exactHigh(line: number): number {
    return this.#view.getInt32(line * packedLineBytes);
  }

  exactLow(line: number): number {
    return this.#view.getInt32(line * packedLineBytes + 4);
  }

  /** 24 bits. */
  looseHigh(line: number): number {
    return this.#view.getUint32(line * packedLineBytes + 8) >>> 8;
  }

  looseLow(line: number): number {
    return this.#view.getInt32(line * packedLineBytes + 11);
  }

  flags(line: number): number {
    return this.#view.getUint8(line * packedLineBytes + 15);
  }

  /** Neither trivial nor long: it can be matched by itself. */
  isTelling(line: number): boolean {
    return (this.flags(line) & (trivialFlag | longFlag)) === 0;
  }
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
