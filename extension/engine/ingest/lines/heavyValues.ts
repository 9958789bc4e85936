import { parseText } from '../../providers/jsonOutline';

/** A string, list or object that takes many of the bytes of a JSON text. */
export interface HeavyValue {
  kind: 'text' | 'list' | 'object';
  /** Names of the members that lead to it, joined by dots; places in lists are left out. */
  path: string;
  /** Where it stands in the text; `end` is behind its last byte. */
  start: number;
  end: number;
  /** The list or object around it, which is heavy too; undefined for the outermost. */
  parent: HeavyValue | undefined;
}

/** As in `jsonOutline.ts`: what nests deeper is read by nobody. */
const deepest = 512;
const longestName = 64;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** A list or object that has not ended yet. */
interface OpenValue extends HeavyValue {
  /** The member that is being read. */
  name: string;
}

/**
 * The values of one JSON object that take at least `heavyBytes` (names of members too), inner ones before outer ones.
 * The object comes in pieces; undefined where it is none, does not end, or nests too deeply. Only quotes and brackets
 * are looked at: whether it is JSON finds out who decodes what is left of it. The memory taken depends on the number
 * of heavy values alone.
 */
export async function findHeavyValues(
  pieces: AsyncIterable<Uint8Array>,
  heavyBytes: number,
): Promise<HeavyValue[] | undefined> {
  const scan = createScan(heavyBytes);
  for await (const piece of pieces) {
    if (!scan.read(piece)) return undefined;
  }
  return scan.isWhole() ? scan.found : undefined;
}

interface Scan {
  /** False: this will not be a whole object any more. */
  read(piece: Uint8Array): boolean;
  isWhole(): boolean;
  found: HeavyValue[];
}

function createScan(heavyBytes: number): Scan {
  const found: HeavyValue[] = [];
  const open: OpenValue[] = [];
  // The beginning of the last string: where a colon follows it is a member's name.
  const string = Buffer.alloc(longestName);
  let stringLength = 0;
  let stringStart = 0;
  let isInString = false;
  let isEscaped = false;
  let isWhole = false;
  let offset = 0;

  const note = (value: HeavyValue): void => {
    if (value.end - value.start < heavyBytes) return;
    value.path = open.flatMap(({ name }) => (name === '' ? [] : [name])).join('.');
    value.parent = open.at(-1);
    found.push(value);
  };
  const begin = (kind: 'list' | 'object', start: number): boolean => {
    if (open.length >= deepest || (open.length === 0 && (isWhole || kind === 'list'))) return false;
    open.push({ kind, path: '', start, end: start, parent: undefined, name: '' });
    return true;
  };
  const finish = (end: number): boolean => {
    const value = open.pop();
    if (!value) return false;
    value.end = end;
    note(value);
    isWhole = open.length === 0;
    return true;
  };
  const nameMember = (): void => {
    const around = open.at(-1);
    if (around) around.name = parseText(string, { start: 0, end: stringLength }) ?? '';
  };
  /** The offset behind the string that was begun, or the piece's length where it goes on. */
  const readString = (piece: Uint8Array, from: number): number => {
    for (let index = from; index < piece.length; index++) {
      const byte = piece[index];
      if (stringLength < longestName) string[stringLength++] = byte ?? 0;
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) {
        isInString = false;
        note({ kind: 'text', path: '', start: stringStart, end: offset + index + 1, parent: undefined });
        return index + 1;
      }
    }
    return piece.length;
  };
  const read = (piece: Uint8Array): boolean => {
    let index = isInString ? readString(piece, 0) : 0;
    while (index < piece.length) {
      const byte = piece[index];
      if (byte === quote) {
        if (open.length === 0) return false;
        isInString = true;
        stringStart = offset + index;
        string[0] = quote;
        stringLength = 1;
        index = readString(piece, index + 1);
        continue;
      }
      if (byte === colon) nameMember();
      else if (byte === openBrace || byte === openBracket) {
        if (!begin(byte === openBrace ? 'object' : 'list', offset + index)) return false;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (!finish(offset + index + 1)) return false;
      }
      index++;
    }
    offset += piece.length;
    return true;
  };

  return { read, isWhole: () => isWhole, found };
}
