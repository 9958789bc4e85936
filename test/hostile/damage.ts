import { gzipSync } from 'node:zlib';
import type { Span } from '../../extension/engine/providers/jsonOutline';
import { declaredCommit, edit, type Json, prompt, response, turns } from '../ingest/sampleLogs';
import type { Random } from '../support/random';

/** A log and where its records stand that nothing has happened to. */
export interface DamagedLog {
  bytes: Buffer;
  intact: Span[];
}

export function undamaged(records: readonly (string | Buffer)[]): DamagedLog {
  const parts: Buffer[] = [];
  const intact: Span[] = [];
  let at = 0;
  for (const record of records) {
    const bytes = Buffer.from(record);
    intact.push({ start: at, end: at + bytes.length });
    parts.push(bytes, newline);
    at += bytes.length + 1;
  }
  return { bytes: Buffer.concat(parts), intact };
}

/** Puts other bytes in the place of some: records that they touch are no longer intact, those behind them move. */
function splice(log: DamagedLog, from: number, to: number, bytes: Uint8Array): void {
  log.bytes = Buffer.concat([log.bytes.subarray(0, from), bytes, log.bytes.subarray(to)]);
  const shift = bytes.length - (to - from);
  log.intact = log.intact.flatMap((span) => {
    if (span.end <= from) return [span];
    return span.start >= to ? [{ start: span.start + shift, end: span.end + shift }] : [];
  });
}

type Damage = (log: DamagedLog, random: Random) => void;

const newline = Buffer.from('\n');
const offsetIn = (log: DamagedLog, random: Random): number => random.between(0, log.bytes.length);
const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.between(0, 255)));
const insert = (log: DamagedLog, at: number, bytes: string | Uint8Array): void =>
  splice(log, at, at, Buffer.from(bytes));

function overwrite(log: DamagedLog, from: number, bytes: Uint8Array): void {
  splice(log, from, Math.min(log.bytes.length, from + bytes.length), bytes);
}

const bytesOf = (log: DamagedLog, { start, end }: Span): Buffer => log.bytes.subarray(start, end);

/** Where a record that is still intact stands. */
function someRecord(log: DamagedLog, random: Random): Span | undefined {
  return log.intact.length === 0 ? undefined : random.pick(log.intact);
}

/** Every newline by other bytes. */
function replaceNewlines(log: DamagedLog, end: string): void {
  for (let at = log.bytes.lastIndexOf(10); at !== -1; at = at === 0 ? -1 : log.bytes.lastIndexOf(10, at - 1)) {
    splice(log, at, at + 1, Buffer.from(end));
  }
}

function replaceAll(log: DamagedLog, bytes: Uint8Array): void {
  log.bytes = Buffer.from(bytes);
  log.intact = [];
}

/** Puts a record on lines of its own. */
function insertRecord(log: DamagedLog, at: number, record: Uint8Array, times = 1): void {
  const line = Buffer.concat([record, newline]);
  insert(log, at, Buffer.concat(Array.from({ length: times }, () => line)));
  for (let copy = 0; copy < times; copy++) {
    const start = at + copy * line.length;
    log.intact.push({ start, end: start + record.length });
  }
}

const strangeLines = [
  'null',
  '0',
  '[]',
  '{}',
  '"text"',
  '{"type":null}',
  '{"type":"user"}',
  '{"type":"assistant","message":[]}',
  '{"__proto__":{"type":"user"},"constructor":1,"type":"toString"}',
  '{"type":"user","type":"assistant","timestamp":1e999}',
  '{"a":"\\ud800"}',
  '{"type":"user","message":',
  '}{',
  '{"{"{"{"',
  '<html>404</html>',
  '\u0000',
  '\ufeff',
  '\u2028',
];

/** What may happen to a file, by its name. */
const damages: Readonly<Record<string, Damage>> = {
  'a byte flips': (log, random) => overwrite(log, offsetIn(log, random), randomBytes(random, 1)),
  'bytes are lost': (log, random) => {
    const from = offsetIn(log, random);
    splice(log, from, Math.min(log.bytes.length, from + random.between(1, 2000)), Buffer.alloc(0));
  },
  'bytes are inserted': (log, random) =>
    insert(log, offsetIn(log, random), randomBytes(random, random.between(1, 300))),
  'a block is zero': (log, random) => overwrite(log, offsetIn(log, random), Buffer.alloc(random.between(1, 4096))),
  'a block is random': (log, random) =>
    overwrite(log, offsetIn(log, random), randomBytes(random, random.between(1, 1000))),
  'zeros stand before a record': (log, random) =>
    insert(log, someRecord(log, random)?.start ?? 0, Buffer.alloc(random.between(1, 4096))),
  'a record is torn and the next one follows on its line': (log, random) => {
    const record = someRecord(log, random);
    if (record) splice(log, random.between(record.start + 1, record.end - 1), record.end + 1, Buffer.alloc(0));
  },
  'the end is torn off': (log, random) => splice(log, offsetIn(log, random), log.bytes.length, Buffer.alloc(0)),
  'the start is torn off': (log, random) => splice(log, 0, offsetIn(log, random), Buffer.alloc(0)),
  'a newline is lost': (log, random) => {
    const record = someRecord(log, random);
    if (record) splice(log, record.end, record.end + 1, Buffer.alloc(0));
  },
  'a line is there again': (log, random) => {
    const record = someRecord(log, random);
    if (record) insertRecord(log, record.start, bytesOf(log, record), random.pick([1, 1, 2, 50]));
  },
  'a line moves': (log, random) => {
    const record = someRecord(log, random);
    if (!record) return;
    const bytes = Buffer.from(bytesOf(log, record));
    splice(log, record.start, record.end, Buffer.alloc(0));
    insertRecord(log, someRecord(log, random)?.start ?? 0, bytes);
  },
  'a strange line': (log, random) => insert(log, someRecord(log, random)?.start ?? 0, `${random.pick(strangeLines)}\n`),
  'something strange before a record': (log, random) =>
    insert(log, someRecord(log, random)?.start ?? 0, random.pick(strangeLines)),
  'blank lines': (log, random) => insert(log, someRecord(log, random)?.start ?? 0, '\n\r\n  \n\t\n'),
  'no UTF-8': (log, random) =>
    insert(
      log,
      offsetIn(log, random),
      random.pick(['ff', 'c3', 'eda080', 'f580'].map((hex) => Buffer.from(hex, 'hex'))),
    ),
  'nesting that would exhaust a stack': (log, random) => {
    const depth = random.pick([510, 511, 512, 513, 5000, 100_000]);
    const [open, close] = random.pick([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const inner = `${open.repeat(depth)}1${close.repeat(random.pick([depth, depth, depth - 1]))}`;
    insert(log, someRecord(log, random)?.start ?? 0, `${random.pick([inner, `{"type":"user","message":${inner}}`])}\n`);
  },
  'Windows line ends': (log) => replaceNewlines(log, '\r\n'),
  'old Mac line ends': (log) => replaceNewlines(log, '\r'),
  'records in a list': (log) => replaceNewlines(log, ','),
  'a byte order mark': (log) => insert(log, 0, '\ufeff'),
  'UTF-16': (log) => replaceAll(log, Buffer.from(log.bytes.toString('utf8'), 'utf16le')),
  compressed: (log) => replaceAll(log, gzipSync(log.bytes)),
  empty: (log) => replaceAll(log, Buffer.alloc(0)),
  'newlines only': (log, random) => replaceAll(log, Buffer.alloc(random.between(1, 5000), 10)),
  'no newline at the end': (log) => {
    if (log.bytes.at(-1) === 10) splice(log, log.bytes.length - 1, log.bytes.length, Buffer.alloc(0));
  },
};

/** Leaves little of a file to look at: once in a while. */
const ofWholeFile = new Set([
  'UTF-16',
  'compressed',
  'empty',
  'newlines only',
  'the start is torn off',
  'the end is torn off',
]);

/** A small log with all kinds of facts, and what was done to it. */
export function damagedLog(session: string, random: Random): { log: DamagedLog; done: string[] } {
  const log = undamaged(recordsOf(session, random));
  const names = Object.keys(damages).filter((name) => !ofWholeFile.has(name) || random.chance(0.05));
  const done = Array.from({ length: random.between(1, 8) }, () => random.pick(names));
  for (const name of done) damages[name]?.(log, random);
  return { log, done };
}

function recordsOf(session: string, random: Random): string[] {
  const at = (minute: number) => ({ session, uuid: `${session}-${minute}`, minute });
  const writes = { type: 'tool_use', id: `${session}-b`, name: 'Bash', input: { command: 'cat <<E >a.ts\nb\nE' } };
  const records: Json[] = [
    ...turns(session, random.between(1, 3)),
    ...edit(at(200)),
    ...declaredCommit(at(210), random.hex(40), '/nowhere/shop'),
    // Without an id of their own: known by their place.
    ...[220, 221].map((minute) => ({ ...prompt(at(minute)), uuid: undefined })),
    response(at(230), [writes]),
  ];
  return records.map((record) => JSON.stringify(record));
}
