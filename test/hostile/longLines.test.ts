import { chmodSync, closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childPrograms } from '../database/children';
import { type Home, makeHome, projectRoot, wasmFile } from '../ingest/ingestHarness';
import { edit, type Json, prompt, response } from '../ingest/sampleLogs';
import type { HomeReading } from './programs/readHome';

const children = childPrograms('hostile/programs/readHome');

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

async function read(): Promise<HomeReading> {
  // The program reads as nobody.
  chmodSync(home.path, 0o755);
  const child = children.run('readHome', home.path, join(projectRoot, 'sql'), wasmFile);
  expect(await child.ended).toBe(0);
  return JSON.parse(child.output());
}

const at = (uuid: string, minute = 0) => ({ session: 's', uuid, minute });
const good = [prompt(at('before')), response(at('after', 9))];
/** Stands where the heavy value will. */
const heavy = '@@';
const mega = 1 << 20;

/** A log with a long line between two good records: `open`, megabytes of `content`, `close`. */
function writeLine([open, content, close]: Heavy, megabytes = 50): void {
  const file = openSync(home.log('-s/s.jsonl', ''), 'a');
  const piece = Buffer.from(content.repeat(Math.floor(mega / content.length)));
  writeSync(file, `${JSON.stringify(good[0])}\n${open}`);
  for (let written = 0; written < megabytes; written++) writeSync(file, piece);
  writeSync(file, `${close}\n${JSON.stringify(good[1])}\n`);
  closeSync(file);
}

/** The same for records of which the last holds `@@`, in whose place what is heavy stands. */
function writeRecords(records: readonly Json[], [open, content, close]: Heavy, megabytes?: number): void {
  const [before = '', after = ''] = records
    .map((record) => JSON.stringify(record))
    .join('\n')
    .split(`"${heavy}"`);
  writeLine([before + open, content, close + after], megabytes);
}

type Heavy = readonly [open: string, content: string, close: string];
const text: Heavy = ['"', String.raw`a \"quoted\" line of text\n`, '"'];
const image: Heavy = ['"', 'iVBORw0KGgo', '"'];
const numbers: Heavy = ['[', '1,2,3,', '4]'];
const objects: Heavy = ['[', '{"url":"https://example.org","title":"\u00e9"},', '{}]'];
const answered = (answer: Json, result: unknown): Json => ({
  ...prompt(at('answer', 2)),
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call-e', ...answer }] },
  toolUseResult: result,
});
const calling = (tool: string, input: Json) =>
  response(at('e', 1), [{ type: 'tool_use', id: 'call-e', name: tool, input }]);
const [editCall = {}, editResult = {}] = edit(at('e', 1));
const bigEdit = { ...editResult, toolUseResult: { originalFile: heavy, ...(editResult['toolUseResult'] as Json) } };
const nothing = { prompts: 1, responses: 1, calls: 0, answers: 0, edits: 0 };

/** Less than such a line and its text would take; measured: 5 to 40. */
const mostMegabytes = 100;

describe('a line of 50 MB', () => {
  it.each<[string, Json[], Heavy, Partial<HomeReading>]>([
    ['a file before its edit', [editCall, bigEdit], text, { responses: 2, calls: 1, answers: 1, edits: 1 }],
    ['a file that was read', [answered({}, { type: 'text', file: { content: heavy } })], text, { answers: 1 }],
    ['an image', [answered({ content: [{ source: { data: heavy } }] }, undefined)], image, { answers: 1 }],
    ['what a tool answered', [answered({ content: heavy }, 'ok')], text, { answers: 1 }],
    ['a long list', [answered({ content: 'ok' }, { results: heavy })], numbers, { answers: 1 }],
    ['a list of objects', [answered({ content: 'ok' }, { results: heavy })], objects, { answers: 1 }],
    ['an answer', [response(at('e', 1), [{ type: 'text', text: heavy }])], text, { responses: 2 }],
    [
      'a member that nobody knows',
      [{ ...response(at('e', 1)), unheardOf: { of: [heavy] } }],
      objects,
      { responses: 2 },
    ],
  ])('gives its facts where no fact needs what is heavy: %s', async (_, records, content, expected) => {
    writeRecords(records, content);
    const { peakMegabytes, ...reading } = await read();
    expect(reading).toEqual({ ...nothing, ...expected, problems: [] });
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  });

  it.each<[string, Json[], Heavy, Partial<HomeReading>, string]>([
    ['a prompt', [prompt(at('p', 1), heavy)], text, { prompts: 2 }, 'message.content'],
    [
      'the text of a written file',
      [calling('Write', { file_path: '/a', content: heavy })],
      text,
      { responses: 2, calls: 1 },
      'message.content.input.content',
    ],
    [
      'a command',
      [calling('Bash', { command: heavy })],
      text,
      { responses: 2, calls: 1 },
      'message.content.input.command',
    ],
    [
      'the lines of an edit',
      [editCall, answered({}, { filePath: '/a', structuredPatch: [{ lines: heavy }] })],
      ['[', '"+a","-b",', '"+c"]'],
      { responses: 2, calls: 1, answers: 1, edits: 1 },
      'toolUseResult.structuredPatch.lines',
    ],
    ['what a command printed', [answered({}, { stdout: heavy })], text, { answers: 1 }, 'toolUseResult.stdout'],
  ])('says what was cut where a fact would need it: %s', async (_, records, content, expected, member) => {
    writeRecords(records, content);
    const { peakMegabytes, problems, ...reading } = await read();
    expect(reading).toEqual({ ...nothing, ...expected });
    expect(problems.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['too_long', `cut, since the line is too long: ${member}`],
    ]);
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  });

  it.each<[string, Heavy, Partial<HomeReading>, string[]]>([
    ['zeros before a record', ['', '\0', JSON.stringify(prompt(at('p', 1)))], { prompts: 2 }, ['too_long']],
    [
      'half a record before a whole one',
      ['{"type":"user","message":{"content":"', 'some text ', JSON.stringify(prompt(at('p', 1)))],
      { prompts: 2 },
      ['too_long'],
    ],
    ['more members than can be held', ['{"type":"user"', ',"a":1', '}'], {}, ['too_long']],
    ['nothing but brackets', ['', '[', ''], {}, ['too_long']],
    ['names of members', ['', '{"', ''], {}, ['too_long']],
    ['zeros in a text', ['{"type":"user","message":"', '\0', '"}'], {}, ['not_json']],
    ['a text', ['"', 'x', '"'], {}, ['too_long']],
  ])('is one problem where it is no record, and all beside it is read: %s', async (_, line, expected, reasons) => {
    writeLine(line);
    const { peakMegabytes, problems, ...reading } = await read();
    expect(reading).toEqual({ ...nothing, ...expected });
    expect(problems.map(({ reason }) => reason)).toEqual(reasons);
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  });
});

describe('a line of 200 MB', () => {
  it('takes no more memory than one of 50', async () => {
    writeRecords([editCall, bigEdit], text, 200);
    const { peakMegabytes, ...reading } = await read();
    expect(reading).toEqual({ ...nothing, responses: 2, calls: 1, answers: 1, edits: 1, problems: [] });
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  });
});

describe('more than half a million lines that are none', () => {
  it('are counted, the first thousand with their places, in bounded memory', async () => {
    writeLine(['', 'garbage\n', ''], 5);
    const { peakMegabytes, problems, ...reading } = await read();
    expect(reading).toEqual(nothing);
    expect(problems).toHaveLength(1001);
    expect(problems.find(({ reason }) => reason === 'further')?.problems).toBe((5 * mega) / 8 - 1000);
    expect(peakMegabytes).toBeLessThan(mostMegabytes);
  });
});
