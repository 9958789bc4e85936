import { packLines } from '../../attribution/lines';

/** Lines that a commit changed in one file, as `-U0` has them, though read with context. */
export interface ChangedLines {
  /** Lines that the commit added and removed; of a merge those that no parent and that every parent had. */
  added: number;
  removed: number;
  /** Undefined: more text than is kept. */
  packed?: PackedChange;
}

export interface PackedChange {
  /**
   * Per hunk four 32-bit numbers, big-endian: first removed line (1-based, old file), how many, first added line (new
   * file), how many. Where there are none, the line before which they would be. Of a merge the old file is the first
   * parent's.
   */
  hunks: Uint8Array;
  /** `packLines` of the added lines of all hunks, in order. */
  addedLines: Uint8Array;
  removedLines: Uint8Array;
}

/** Bytes of text per file whose lines are kept: who changes more changed a file that is excluded as large. */
const TEXT_LIMIT = 1024 * 1024;

export interface PatchReader {
  /** A line of a hunk, or its header. */
  line(bytes: Buffer): void;
  finish(): ChangedLines;
}

const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const AT = 0x40;

/** Reads the hunks of one file, from its first `@@` on. `fingerprint` hears of every line, context included. */
export function createPatchReader(fingerprint: Fingerprint): PatchReader {
  const hunks: number[] = [];
  let addedTexts: string[] = [];
  let removedTexts: string[] = [];
  let added = 0;
  let removed = 0;
  let textBytes = 0;
  let parents = 1;
  let oldLine = 0;
  let newLine = 0;
  let hunk: [oldStart: number, removed: number, newStart: number, added: number] | undefined;

  const closeHunk = () => {
    if (hunk) hunks.push(...hunk);
    hunk = undefined;
  };
  const keep = (texts: string[], bytes: Buffer) => {
    textBytes += bytes.length + 1;
    if (textBytes > TEXT_LIMIT) {
      addedTexts = [];
      removedTexts = [];
    } else {
      texts.push(bytes.toString('utf8', parents));
    }
  };
  const own = (bytes: Buffer, sign: number) => {
    hunk ??= [oldLine, 0, newLine, 0];
    if (sign === PLUS) {
      hunk[3]++;
      added++;
      newLine++;
      keep(addedTexts, bytes);
    } else {
      hunk[1]++;
      removed++;
      oldLine++;
      keep(removedTexts, bytes);
    }
  };

  return {
    line(bytes) {
      const first = bytes[0];
      if (first === AT) {
        closeHunk();
        const [, marks = '', oldStart = '0', oldCount = '1', newStart = '0', newCount = '1'] =
          /^(@@+) -(\d+)(?:,(\d+))? (?:-\S+ )*\+(\d+)(?:,(\d+))? @@/.exec(bytes.toString('latin1')) ?? [];
        parents = Math.max(1, marks.length - 1);
        oldLine = Number(oldStart) + (oldCount === '0' ? 1 : 0);
        newLine = Number(newStart) + (newCount === '0' ? 1 : 0);
        return;
      }
      const sign = signOf(bytes, parents);
      if (sign === undefined) return;
      fingerprint.line(bytes, sign, parents);
      if (sign !== SPACE) {
        own(bytes, sign);
        return;
      }
      closeHunk();
      if (parents === 1) {
        oldLine++;
        newLine++;
      } else {
        const isLost = bytes.subarray(0, parents).includes(MINUS);
        if (isLost ? first === MINUS : first === SPACE) oldLine++;
        if (!isLost) newLine++;
      }
    },
    finish() {
      closeHunk();
      if (textBytes > TEXT_LIMIT) return { added, removed };
      const packed = new Uint8Array(hunks.length * 4);
      const view = new DataView(packed.buffer);
      for (const [index, value] of hunks.entries()) view.setUint32(index * 4, value);
      return {
        added,
        removed,
        packed: { hunks: packed, addedLines: packLines(addedTexts), removedLines: packLines(removedTexts) },
      };
    },
  };
}

/**
 * `+` where no parent has the line, `-` where every parent had it, else a blank; undefined: no line of the file
 * (`\ No newline at end of file`).
 */
function signOf(bytes: Buffer, parents: number): number | undefined {
  const first = bytes[0];
  if (first !== PLUS && first !== MINUS && first !== SPACE) return undefined;
  for (let parent = 1; parent < parents; parent++) {
    if (bytes[parent] !== first) return SPACE;
  }
  return first;
}

/**
 * Hash of a patch with its context and without line numbers and white space: equal for copies of one change, as
 * `git patch-id` is.
 */
export interface Fingerprint {
  /** What is said of a file before its hunks. */
  header(text: string): void;
  line(bytes: Buffer, sign: number, start: number): void;
  /** 16 hex digits. */
  finish(): string;
}

export function createFingerprint(): Fingerprint {
  let high = 0x6a09e667;
  let low = 0xbb67ae85 | 0;
  const add = (byte: number) => {
    high = Math.imul(high ^ byte, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low + byte, 0x85ebca77);
    low = (low << 13) | (low >>> 19);
  };
  return {
    header(text) {
      for (let index = 0; index < text.length; index++) add(text.charCodeAt(index));
      add(0);
    },
    line(bytes, sign, start) {
      add(sign);
      for (let index = start; index < bytes.length; index++) {
        const byte = bytes[index] ?? 0;
        if (byte > SPACE) add(byte);
      }
      add(0);
    },
    finish: () => hex(high) + hex(low),
  };
}

function hex(number: number): string {
  return (number >>> 0).toString(16).padStart(8, '0');
}
