import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createReaders, type Readers } from '../../extension/engine/ingest/readers';
import { type LogPart, type LogTask, readParts } from '../../extension/engine/ingest/readParts';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { type Home, makeHome } from './ingestHarness';
import { lines, turns } from './sampleLogs';

const folder = mkdtempSync(join(tmpdir(), 'paceflow-readers-'));
const readerFile = join(folder, 'logReader.js');
const worthThreads = 1 << 30;
let home: Home;
let readers: Readers;

beforeAll(() =>
  build({
    absWorkingDir: resolve(__dirname, '../..'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: readerFile,
    entryPoints: ['extension/engine/logReader.ts'],
  }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  home = makeHome();
});
afterEach(async () => {
  await readers.close();
  home.remove();
});

function task(name: string, content: string): LogTask {
  const path = home.log(`-s/${name}.jsonl`, content);
  return {
    provider: claudeCode.id,
    path,
    log: { kind: 'session', nativeSessionId: name },
    known: undefined,
  };
}

/** Some parts of a log: they are a megabyte each. */
const long = (name: string) => lines(Array.from({ length: 10 }, (_, day) => turns(name, 250, day * 1440)).flat());

async function all(parts: AsyncIterable<LogPart>): Promise<LogPart[]> {
  const list: LogPart[] = [];
  for await (const part of parts) list.push(part);
  return list;
}

async function expectSameAsHere(tasks: readonly LogTask[]): Promise<void> {
  for (const each of tasks) {
    const read = await all(readers.parts(each));
    expect(read.length).toBeGreaterThan(0);
    // What crosses threads is a copy: bytes are plain bytes there.
    expect(structuredClone(read)).toEqual(structuredClone(await all(readParts(claudeCode, each))));
  }
}

// More logs than a thread may be ahead of its reader.
it('threads give what reading here gives, log by log, in order', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const tasks = [
    ...names.map((name) => task(name, lines(turns(name, 2)))),
    task('long', long('long')),
    task('other', long('other')),
    task('empty', ''),
    { ...task('gone', ''), path: '/nowhere/gone.jsonl' },
  ];
  readers = createReaders([claudeCode], tasks, worthThreads, readerFile);
  await expectSameAsHere(tasks);
});

it.each([
  ['is not there', undefined],
  ['throws at once', "throw new Error('broken')"],
  ['ends without a word', 'process.exit(3)'],
])('a thread that %s costs nothing but time', async (_, source) => {
  const broken = join(folder, 'broken.js');
  rmSync(broken, { force: true });
  if (source !== undefined) writeFileSync(broken, source);
  const tasks = ['a', 'b', 'c'].map((name) => task(name, lines(turns(name, 2))));
  readers = createReaders([claudeCode], tasks, worthThreads, broken);
  await expectSameAsHere(tasks);
});

it('a thread that dies within a log: reading goes on here, after what it gave', async () => {
  const one = task('long', long('long'));
  const expected = await all(readParts(claudeCode, one));
  const given = expected.slice(0, 3);
  expect(given.map((part) => part.kind)).toEqual(['begin', 'rows', 'rows']);
  const dying = join(folder, 'dying.js');
  writeFileSync(
    dying,
    `const { parentPort, workerData } = require('node:worker_threads');
     parentPort.postMessage({ task: 0, parts: JSON.parse(workerData.tasks[0].path) });`,
  );
  // Plain values only: what is sent here stands for parts, it is not read.
  const plain = given.map((part) => (part.kind === 'rows' ? { ...part, rows: { marked: true } } : part));
  const dressed = { ...one, path: JSON.stringify(plain) };
  readers = createReaders([claudeCode], [dressed], worthThreads, dying);
  const read: LogPart[] = [];
  const parts = readers.parts(dressed)[Symbol.asyncIterator]();
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    read.push(next.value);
    // The path was the message; from here on it is the log's.
    if (read.length === given.length) dressed.path = one.path;
  }
  expect(read.slice(0, 3)).toEqual(plain);
  const offsetsOf = (list: LogPart[]) => list.flatMap((part) => (part.kind === 'rows' ? part.until.resume_offset : []));
  expect(read[3]).toMatchObject({ kind: 'begin', resumes: true, from: offsetsOf(given).at(-1) });
  expect(offsetsOf(read).at(-1)).toBe(offsetsOf(expected).at(-1));
  expect(read.at(-1)).toEqual(expected.at(-1));
});

it('closing ends threads that nobody listens to any more', async () => {
  const tasks = [task('long', long('long')), task('other', long('other'))];
  readers = createReaders([claudeCode], tasks, worthThreads, readerFile);
  const first = readers.parts(tasks[0] as LogTask)[Symbol.asyncIterator]();
  expect((await first.next()).value).toMatchObject({ kind: 'begin' });
  await readers.close();
});
