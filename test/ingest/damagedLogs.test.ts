import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { contentOf, emptyDatabase, type Home, makeHome, numberOf, pass, readOnce } from './ingestHarness';
import { lines, prompt, turns } from './sampleLogs';

let home: Home;
let database: Database;
beforeEach(async () => {
  home = makeHome();
  database = await emptyDatabase();
});
afterEach(() => {
  database.close();
  home.remove();
});

const one = (uuid: string, minute = 0) => prompt({ session: 's', uuid, minute });
const prompts = () => numberOf(database, 'select count(*) from fact_session_message where is_human_prompt = 1');
const records = () => numberOf(database, 'select coalesce(sum(records), 0) from fact_source_record');
const problems = () =>
  database
    .all<{ reason: string; place: number }>('select reason, place from fact_source_problem order by place, reason')
    .map(({ reason, place }) => `${reason} at ${place}`);
const source = () =>
  database.get<{ status: string; gone: number; resume_offset: number; size: number }>(
    'select status, gone_at is not null as gone, resume_offset, size from metadata_source',
  );

describe('a log that is no longer what it was', () => {
  it('rewritten: what is there by key is counted once, what was there is kept', async () => {
    const path = home.log('-s/s.jsonl', lines([one('a'), one('b', 1), one('c', 2)]));
    await pass(database, home);
    writeFileSync(path, lines([one('b', 1), one('c', 2), one('d', 3), one('e', 4)]));
    await pass(database, home);
    expect([prompts(), records()]).toEqual([5, 4]);
  });

  it('truncated: read from its start, nothing counted twice', async () => {
    const path = home.log('-s/s.jsonl', lines([one('a'), one('b', 1), one('c', 2)]));
    await pass(database, home);
    truncateSync(path, lines([one('a')]).length);
    await pass(database, home);
    expect([prompts(), records(), source()?.resume_offset]).toEqual([3, 1, lines([one('a')]).length]);
    appendFileSync(path, lines([one('d', 3)]));
    await pass(database, home);
    expect([prompts(), records()]).toEqual([4, 2]);
  });

  it('replaced by another file, longer and with the same name: read whole', async () => {
    const path = home.log('-s/s.jsonl', lines([one('a')]));
    await pass(database, home);
    home.log('other', lines([one('x', 5), one('y', 6), one('z', 7)]));
    renameSync(join(home.path, '.claude/projects/other'), path);
    await pass(database, home);
    expect([prompts(), records()]).toEqual([4, 3]);
  });

  it.each(['head', 'tail'] as const)('rewritten at its %s only and grown: read from its start', async (end) => {
    const long = Array.from({ length: 8 }, (_, index) => one(`k${index}`, index));
    const path = home.log('-s/s.jsonl', lines(long));
    await pass(database, home);
    const changed = long.map((record, index) =>
      index === (end === 'head' ? 0 : 7) ? { ...record, uuid: `n${index}` } : record,
    );
    writeFileSync(path, lines([...changed, one('last', 9)]));
    await pass(database, home);
    expect([prompts(), records()]).toEqual([10, 9]);
  });

  it('rewritten to the same size: seen by its time', async () => {
    const path = home.log('-s/s.jsonl', lines([one('a'), one('b', 1)]));
    await pass(database, home);
    writeFileSync(path, lines([one('x'), one('y', 1)]));
    utimesSync(path, new Date(), new Date(Date.now() + 60_000));
    await pass(database, home);
    expect([prompts(), records()]).toEqual([4, 2]);
  });

  it('gone: its facts stay, its source says so; back again, it goes on where it was', async () => {
    const text = lines([one('a'), ...turns('s', 1, 10)]);
    const path = home.log('-s/s.jsonl', text);
    await pass(database, home);
    const before = contentOf(database);
    rmSync(path);
    const summary = await pass(database, home);
    expect([summary.sources, source()?.status, source()?.gone]).toEqual([0, 'gone', 1]);
    expect(contentOf(database)).toEqual(before);
    writeFileSync(path, text + lines([one('b', 60)]));
    expect(await pass(database, home)).toMatchObject({ read: 1, records: 1 });
    expect([source()?.status, source()?.gone, prompts()]).toEqual(['read', 0, 3]);
  });

  it('read by an older parser: read anew, without duplicates', async () => {
    home.log('-s/s.jsonl', lines(turns('s', 3)));
    const old = { ...claudeCode, parserVersion: claudeCode.parserVersion - 1 };
    await pass(database, home, { providers: [old] });
    const before = contentOf(database);
    expect(await pass(database, home)).toMatchObject({ read: 1, records: 12 });
    expect(contentOf(database)).toEqual(before);
    expect(await pass(database, home)).toMatchObject({ read: 0 });
  });

  it('grows while it is read: the rest comes with the next pass', async () => {
    const path = home.log('-s/s.jsonl', lines([one('a')]));
    let hasGrown = false;
    const growing = {
      ...claudeCode,
      readRecord: (...call: Parameters<typeof claudeCode.readRecord>) => {
        if (!hasGrown) appendFileSync(path, `${lines([one('b', 1)])}{"torn`);
        hasGrown = true;
        return claudeCode.readRecord(...call);
      },
    };
    await pass(database, home, { providers: [growing] });
    appendFileSync(path, `":1}\n${lines([one('c', 2)])}`);
    await pass(database, home);
    expect([prompts(), records(), problems()]).toEqual([3, 4, []]);
  });

  it('vanishes between discovery and reading: the others are read', async () => {
    home.log('-s/a.jsonl', lines([prompt({ session: 'a', uuid: 'a', minute: 0 })]));
    const second = home.log('-s/b.jsonl', lines([one('b')]));
    const onProgress = ({ done }: { done: number }) => done === 1 && rmSync(second, { force: true });
    await pass(database, home, { batchBytes: 1, onProgress });
    expect([prompts(), problems()]).toEqual([1, []]);
  });
});

describe('a log that can not be read', () => {
  it.each<[string, (path: string) => void]>([
    ['a folder with a log’s name', (path) => mkdirSync(path, { recursive: true })],
    ['a link to nothing', (path) => symlinkSync(`${path}.missing`, path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['an empty file', (path) => writeFileSync(path, '')],
    ['a torn line only', (path) => writeFileSync(path, lines([one('x')]).slice(0, 40))],
    ['blank lines only', (path) => writeFileSync(path, '\n\n \n\r\n')],
  ])('%s: no facts, no problem, and the log beside it is there', async (_, make) => {
    home.log('-s/good.jsonl', lines([one('good')]));
    make(join(home.path, '.claude/projects/-s/odd.jsonl'));
    await pass(database, home);
    await pass(database, home);
    expect([prompts(), records(), problems()]).toEqual([1, 1, []]);
  });

  it('a link to a folder is a problem that is shown, and goes away with it', async () => {
    home.log('-s/good.jsonl', lines([one('good')]));
    mkdirSync(join(home.path, 'elsewhere'));
    const link = join(home.path, '.claude/projects/-s/odd.jsonl');
    symlinkSync(join(home.path, 'elsewhere'), link);
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, ['unreadable at 0']]);
    rmSync(link);
    rmSync(join(home.path, 'elsewhere'), { recursive: true });
    await pass(database, home);
    expect(numberOf(database, "select count(*) from metadata_source where status = 'gone'")).toBe(1);
  });

  it('links to one file are one log', async () => {
    const path = home.log('-s/s.jsonl', lines([one('a')]));
    symlinkSync(path, join(home.path, '.claude/projects/-s/again.jsonl'));
    symlinkSync(join(home.path, '.claude/projects/-s'), join(home.path, '.claude/projects/-t'));
    symlinkSync(join(home.path, '.claude/projects'), join(home.path, '.claude/projects/-s/loop'));
    expect(await pass(database, home)).toMatchObject({ sources: 1, read: 1 });
  });
});

describe('lines that are not what they should be', () => {
  const good = lines([one('a')]);
  const also = lines([one('b', 1)]);

  it.each<[string, Buffer, string[]]>([
    ['Windows line ends', Buffer.from(lines([one('a')], '\r\n')), []],
    ['blank lines', Buffer.from(`\n\r\n${good}\n   \n`), []],
    [
      'zeros where a crash lost what was written',
      Buffer.concat([Buffer.from(good), Buffer.alloc(5000), Buffer.from('\n')]),
      [`not_json at ${good.length}`],
    ],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(good), Buffer.from([0xff, 0xfe, 0x80, 10])]),
      [`not_json at ${good.length}`],
    ],
    ['text', Buffer.from(`${good}hello\n`), [`not_json at ${good.length}`]],
    ['a list', Buffer.from(`${good}[1]\n`), [`not_an_object at ${good.length}`]],
    [
      'nesting that would exhaust a stack',
      Buffer.from(`${good}{"type":"user","message":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`),
      [`too_deep at ${good.length}`],
    ],
  ])('%s: counted, everything else is there', async (_, bytes, expected) => {
    home.log('-s/s.jsonl', Buffer.concat([bytes, Buffer.from(also)]));
    await pass(database, home);
    expect(prompts()).toBe(2);
    expect(problems()).toEqual(expected);
    const days = database.get<{ problems: number }>('select sum(problems) as problems from event_source_day');
    expect(days?.problems).toBe(problems().length);
  });

  it.each([
    ['first', `\ufeff${good}${also}`],
    ['second, where two logs were put together', `${good}\ufeff${also}`],
  ])('a byte order mark does not cost its line, the %s', async (_, log) => {
    home.log('-s/s.jsonl', log);
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([2, []]);
  });

  it('bytes that are no UTF-8 inside a text do not cost the record', async () => {
    const bytes = Buffer.from(good);
    bytes[bytes.indexOf('cart')] = 0xff;
    home.log('-s/s.jsonl', bytes);
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, []]);
  });

  it('a torn last line is read once it is whole', async () => {
    const path = home.log('-s/s.jsonl', good + also.slice(0, 50));
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, []]);
    appendFileSync(path, also.slice(50));
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([2, []]);
    expect(contentOf(database)).toEqual(contentOf(await readOnce(home)));
  });
});
