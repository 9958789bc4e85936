import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import type { Provider } from '../../extension/engine/providers/provider';
import { childPrograms } from '../database/children';
import {
  contentOf,
  emptyDatabase,
  type Home,
  makeHome,
  numberOf,
  pass,
  projectRoot,
  readOnce,
  wasmFile,
} from '../ingest/ingestHarness';
import { lines, prompt } from '../ingest/sampleLogs';
import type { HomeReading } from './programs/readHome';

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

const one = (uuid: string, minute = 0, session = 's') => prompt({ session, uuid, minute });
const many = (count: number) => lines(Array.from({ length: count }, (_, index) => one(`p${index}`)));
const projects = (...names: string[]) => join(home.path, '.claude', 'projects', ...names);
const prompts = () => numberOf(database, 'select count(*) from fact_session_message where is_human_prompt = 1');
const problems = () =>
  database
    .all<{ path: string; detail: string }>(
      'select real_path as path, detail from fact_source_problem inner join metadata_source using (log_id) order by 1, 2',
    )
    .map(({ path, detail }) => [path.replace(`${projects()}/`, ''), detail]);
const sessions = () =>
  database.all<{ id: string }>('select native_id as id from metadata_session order by 1').map((row) => row.id);

const pipe = (path: string) => execFileSync('mkfifo', [path]);

describe.skipIf(process.platform === 'win32')('what is no plain file, named like a log', () => {
  beforeEach(() => home.log('-s/good.jsonl', lines([one('good')])));

  it('a pipe is not waited for', async () => {
    pipe(projects('-s', 'odd.jsonl'));
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, []]);
  });

  it('a link to a pipe is a problem', async () => {
    pipe(join(home.path, 'pipe'));
    symlinkSync(join(home.path, 'pipe'), projects('-s', 'odd.jsonl'));
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, [[join(home.path, 'pipe'), 'EFTYPE']]]);
  });

  it('a log that a pipe replaces after it was found is a problem', async () => {
    const path = home.log('-s/odd.jsonl', lines([one('odd')]));
    await pass(database, home, {
      batchBytes: 1,
      onProgress: ({ text }) => {
        if (text !== 'Reading logs') return;
        rmSync(path);
        pipe(path);
      },
    });
    expect([prompts(), problems()]).toEqual([1, [['-s/odd.jsonl', 'EFTYPE']]]);
  });

  it('a socket', async () => {
    const server = createServer().listen(projects('-s', 'odd.jsonl'));
    await new Promise((resolve) => server.on('listening', resolve));
    symlinkSync(projects('-s', 'odd.jsonl'), projects('-s', 'other.jsonl'));
    await pass(database, home);
    server.close();
    expect([prompts(), problems()]).toEqual([1, [['-s/odd.jsonl', 'EFTYPE']]]);
  });

  it('a device', async () => {
    symlinkSync('/dev/zero', projects('-s', 'odd.jsonl'));
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, [['/dev/zero', 'EFTYPE']]]);
  });
});

describe('links', () => {
  it('do not take a log’s place from it, in whatever order they are met', async () => {
    home.log('-a/a.jsonl', lines([one('a', 0, 'a')]));
    home.log('-b/b.jsonl', lines([one('b', 0, 'b')]));
    for (const [from, to] of [
      ['-a', '-b'],
      ['-b', '-a'],
    ] as const) {
      symlinkSync(projects(to), projects(from, 'there'));
      symlinkSync(projects(to, `${to.slice(1)}.jsonl`), projects(from, 'agent-x.jsonl'));
    }
    await pass(database, home);
    expect([prompts(), sessions(), problems()]).toEqual([2, ['a', 'b'], []]);
  });

  it('to logs outside are followed, once each', async () => {
    mkdirSync(join(home.path, 'kept', '-c'), { recursive: true });
    writeFileSync(join(home.path, 'kept', '-c', 'c.jsonl'), lines([one('c', 0, 'c')]));
    writeFileSync(join(home.path, 'kept', 'd.jsonl'), lines([one('d', 0, 'd')]));
    mkdirSync(projects('-d'));
    symlinkSync(join(home.path, 'kept', '-c'), projects('-c'));
    symlinkSync(join(home.path, 'kept', '-c'), projects('-e'));
    symlinkSync(join(home.path, 'kept', 'd.jsonl'), projects('-d', 'd.jsonl'));
    expect(await pass(database, home)).toMatchObject({ sources: 2, read: 2 });
    expect([prompts(), sessions(), problems()]).toEqual([2, ['c', 'd'], []]);
  });

  it('in circles and to nothing end', async () => {
    home.log('-s/good.jsonl', lines([one('good')]));
    symlinkSync(projects('-s', 'y.jsonl'), projects('-s', 'x.jsonl'));
    symlinkSync(projects('-s', 'x.jsonl'), projects('-s', 'y.jsonl'));
    symlinkSync(projects('-s', 'nothing'), projects('-s', 'z.jsonl'));
    symlinkSync(home.path, projects('-s', 'up'));
    symlinkSync(projects('-s'), projects('-s', 'self'));
    await pass(database, home);
    expect([prompts(), problems()]).toEqual([1, []]);
  });
});

describe('folders and names', () => {
  it('a folder too deep to be looked into is a problem, and only one however many there are', async () => {
    home.log('-s/good.jsonl', lines([one('good')]));
    const deep = projects(...Array.from({ length: 12 }, () => 'd'));
    for (const name of ['x', 'y']) mkdirSync(join(deep, name, 'z'), { recursive: true });
    await pass(database, home);
    expect([prompts(), problems().map(([, detail]) => detail)]).toEqual([
      1,
      ['more than 12 folders deep: not looked into (2 such)'],
    ]);
  });

  it('ten thousand files in one folder, a thousand of them logs', async () => {
    for (let index = 0; index < 9_000; index++) home.log(`-s/${index}.txt`, '');
    for (let index = 0; index < 1_000; index++) home.log(`-s/${index}.jsonl`, lines([one(`p${index}`)]));
    expect(await pass(database, home)).toMatchObject({ sources: 1_000, problems: 0 });
    expect(prompts()).toBe(1_000);
  });

  it.skipIf(process.platform !== 'linux')('strange names are names', async () => {
    const names = [
      'a\nb',
      `'"; drop table metadata_source; --`,
      '..',
      '__proto__',
      '\u202e',
      '%s',
      'x'.repeat(249),
      '-',
    ];
    names.forEach((name, index) => {
      home.log(`-s/${name}.jsonl`, lines([one(`p${index}`, 0, name)]));
    });
    await pass(database, home);
    expect([prompts(), sessions().sort(), problems()]).toEqual([names.length, [...names].sort(), []]);
  });

  it.skipIf(process.platform !== 'linux')(
    'what a name that is no text stands for can’t be opened: a problem',
    async () => {
      home.log('-s/good.jsonl', lines([one('good')]));
      home.log('-t/\ufffd.jsonl', lines([one('also')]));
      const named = (...bytes: number[]) => Buffer.concat([Buffer.from(projects('-s/')), Buffer.from(bytes)]);
      writeFileSync(named(0xff, ...Buffer.from('.jsonl')), lines([one('lost')]));
      writeFileSync(named(0xff, ...Buffer.from('.txt')), 'no log');
      mkdirSync(named(0xfe));
      await pass(database, home);
      expect(prompts()).toBe(2);
      expect(problems()).toEqual([
        ['-s/\ufffd', expect.stringContaining('ENOENT')],
        ['-s/\ufffd.jsonl', 'its name is not UTF-8'],
      ]);
    },
  );
});

describe.skipIf(process.platform === 'win32')('what its reader has no right to read', () => {
  const children = childPrograms('hostile/programs/readHome');

  it('is a problem each: a log, a folder, what a link leads to; all beside them is read', async () => {
    chmodSync(home.path, 0o755);
    home.log('-s/good.jsonl', lines([one('good')]));
    chmodSync(home.log('-s/locked.jsonl', lines([one('locked')])), 0);
    home.log('-t/t.jsonl', lines([one('t')]));
    mkdirSync(join(home.path, 'locked', 'inner'), { recursive: true });
    symlinkSync(join(home.path, 'locked', 'inner'), projects('-u'));
    for (const folder of [projects('-t'), join(home.path, 'locked')]) chmodSync(folder, 0);
    const child = children.run('readHome', home.path, join(projectRoot, 'sql'), wasmFile);
    expect(await child.ended).toBe(0);
    for (const folder of [projects('-t'), join(home.path, 'locked')]) chmodSync(folder, 0o755);
    const reading: HomeReading = JSON.parse(child.output());
    expect(reading.prompts).toBe(1);
    expect(reading.problems.map(({ path, reason }) => [path.replace(`${projects()}/`, ''), reason])).toEqual([
      ['-s/locked.jsonl', 'unreadable'],
      ['-t', 'unreadable'],
      ['-u', 'unreadable'],
    ]);
  });
});

describe('a log that changes while it is read', () => {
  /** Runs something at every record that is read. */
  const whileReading = (change: (offset: number) => void): Provider => ({
    ...claudeCode,
    readRecord: (line, place) => {
      change(place.offset);
      return claudeCode.readRecord(line, place);
    },
  });
  /** More than is read at once. */
  const long = many(12_000);

  const settles = async (change: (offset: number) => void) => {
    let hasChanged = false;
    const once = (offset: number) => {
      if (hasChanged || offset < long.length / 2) return;
      hasChanged = true;
      change(offset);
    };
    await pass(database, home, { providers: [whileReading(once)] });
    expect(hasChanged).toBe(true);
    await pass(database, home);
  };

  it('truncated: what was read stays, the rest is not there', async () => {
    const path = home.log('-s/s.jsonl', long);
    await settles(() => truncateSync(path, lines([one('p0')]).length));
    expect(problems()).toEqual([]);
    expect(numberOf(database, 'select resume_offset from metadata_source')).toBe(lines([one('p0')]).length);
  });

  it('deleted: it is read to its end', async () => {
    const path = home.log('-s/s.jsonl', long);
    await settles(() => rmSync(path));
    expect([prompts(), problems()]).toEqual([12_000, []]);
  });

  it('replaced: the next pass reads the new one', async () => {
    const path = home.log('-s/s.jsonl', long);
    home.log('new', lines([one('new')]));
    await settles(() => renameSync(projects('new'), path));
    expect([prompts(), problems()]).toEqual([12_001, []]);
  });

  it('growing with every record that is read: it has an end all the same', async () => {
    const path = home.log('-s/s.jsonl', lines([one('p0')]));
    let grown = 0;
    const growing = whileReading(() => appendFileSync(path, lines([one(`g${grown++}`)])));
    await pass(database, home, { providers: [growing] });
    expect(grown).toBe(1);
    await pass(database, home, { providers: [growing] });
    expect(grown).toBe(2);
    await pass(database, home);
    expect(contentOf(database)).toEqual(contentOf(await readOnce(home)));
  });

  it('its folder vanishes', async () => {
    home.log('-r/r.jsonl', lines([one('r')]));
    home.log('-s/s.jsonl', lines([one('s')]));
    await pass(database, home, {
      batchBytes: 1,
      onProgress: () => rmSync(projects('-s'), { recursive: true, force: true }),
    });
    expect([prompts(), problems()]).toEqual([1, []]);
  });
});
