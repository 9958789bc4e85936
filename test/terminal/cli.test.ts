import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  blameReportSchema,
  commitReportSchema,
  costReportSchema,
  doctorReportSchema,
  ingestSummarySchema,
  sessionReportSchema,
} from '../../shared/report';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { type Home, makeHome } from '../ingest/ingestHarness';
import { declaredCommit, lines, prompt, response, turns } from '../ingest/sampleLogs';
import { buildPrograms } from './program';

const programs = buildPrograms();
const machine = temporaryHome();
let home: Home;
let folder: string;
let database: string;

beforeAll(() => {
  home = makeHome();
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-cli-')));
  database = join(folder, 'paceflow.db');
  // Half an hour before midnight UTC: another day in Berlin.
  const late = 13 * 60 + 30;
  home.log(
    '-s/late.jsonl',
    lines([
      prompt({ session: 'late', uuid: 'p', minute: late }),
      response({ session: 'late', uuid: 'r', minute: late }),
    ]),
  );
  home.log('-s/work.jsonl', lines(turns('work', 3, 3 * 24 * 60)));
  home.log('-s/broken.jsonl', 'no JSON\n');
});
afterAll(() => {
  home.remove();
  rmSync(folder, { recursive: true, force: true });
});

const here = (...words: string[]) => [...words, '--home', home.path, '--database', database];
const json = async (...words: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await programs.paceflow([...words, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};
const days = async (...words: string[]) =>
  costReportSchema.parse(await json(...here('cost', '--group-by', 'day'), ...words)).rows.map((row) => row.group);

describe('paceflow before anything was read', () => {
  it.each([['session'], ['cost'], ['commit', 'abc1234']])('%s says what to do and makes no file', async (...words) => {
    const { code, stdout, stderr } = await programs.paceflow(here(...words));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`There is no database at ${database}. Run "paceflow ingest" first.\n`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('doctor says where it looked and makes no file', async () => {
    const report = doctorReportSchema.parse(await json(...here('doctor')));
    expect(report.places).toContainEqual({
      provider: 'claude-code',
      path: join(home.path, '.claude/projects'),
      found: true,
      logs: 3,
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('paceflow', () => {
  beforeAll(async () => {
    const { code } = await programs.paceflow(here('ingest', '--timezone', 'UTC'));
    expect(code).toBe(0);
  });

  it('ingest tells what it did, for people and for machines', async () => {
    const { code, stdout, stderr } = await programs.paceflow(here('ingest'));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^0 of 3 logs had something new: 0 records, 0 MB\.\n.*2 sessions and 0 repositories known\.\n1 problems: paceflow doctor shows them\.\n/,
    );
    const summary = await json(...here('ingest'));
    expect(ingestSummarySchema.parse(summary)).toMatchObject({
      sources: 3,
      read: 0,
      sessions: 2,
      problems: 1,
      cancelled: false,
    });
    expect(
      z
        .object({ report: z.literal('ingest'), schema_version: z.literal(1), database: z.literal(database) })
        .safeParse(summary).success,
    ).toBe(true);
  });

  it('--json is what the schemas say', async () => {
    expect(sessionReportSchema.strict().parse(await json(...here('session'))).rows.length).toBeGreaterThan(4);
    expect(sessionReportSchema.strict().parse(await json(...here('session', '--group-by', 'model'))).group_by).toBe(
      'model',
    );
    const cost = costReportSchema.strict().parse(await json(...here('cost')));
    expect(cost.rows).toEqual([
      expect.objectContaining({ group: expect.any(String), sessions: 2, output_tokens: 700 }),
    ]);
    const doctor = doctorReportSchema.strict().parse(await json(...here('doctor')));
    expect(doctor).toMatchObject({
      version: '1.2.3-test',
      home: home.path,
      problems: [{ reason: 'not_json', place: 0 }],
    });
    expect(doctor.database).toMatchObject({ path: database, timezone: 'UTC' });
  });

  it('prints no escape code and no progress into a pipe', async () => {
    for (const words of [['ingest'], ['session'], ['cost', '--group-by', 'session'], ['doctor'], ['--help']]) {
      const { stdout, stderr } = await programs.paceflow(words[0] === '--help' ? words : here(...words));
      expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
      expect([stderr, stdout.endsWith('\n')]).toEqual(['', true]);
    }
  });

  it('--timezone moves days for the one run', async () => {
    expect(await days()).toEqual(['2026-03-01', '2026-03-04']);
    expect(await days('--timezone', 'Europe/Berlin')).toEqual(['2026-03-02', '2026-03-04']);
    expect(await days()).toEqual(['2026-03-01', '2026-03-04']);
  });

  it('--from and --to are both included', async () => {
    expect(await days('--from', '2026-03-01', '--to', '2026-03-03')).toEqual(['2026-03-01']);
    expect(await days('--from', '2026-03-04')).toEqual(['2026-03-04']);
    expect(await days('--to', '2026-02-28')).toEqual([]);
  });

  it('a database does with no other state: not its logs, not its home', async () => {
    const emptyHome = join(folder, 'empty-home');
    mkdirSync(emptyHome, { recursive: true });
    const alone = await json('cost', '--database', database, '--home', emptyHome);
    expect(alone).toEqual(await json(...here('cost')));
  });

  it.each([
    ['head -1', '{\n0\n'],
    // Closes the pipe before anything is written.
    ['true', '0\n'],
  ])('a reader that has seen enough is no failure: | %s', async (reader, expected) => {
    const program = `'${process.execPath}' '${join(programs.root(), 'dist/paceflow.js')}'`;
    const command = `${program} doctor --json --home '${home.path}' --database '${database}' | ${reader}; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', command], { env: { PATH: process.env['PATH'], HOME: programs.emptyHome() } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    await new Promise((resolve) => child.on('close', resolve));
    expect(output).toBe(expected);
  });

  it.each([
    [['nonsense'], 2, /^There is no command "nonsense".*\nSee paceflow --help\.\n$/],
    [['cost', '--mood', 'x'], 2, /^Unknown option '--mood'.*See paceflow --help\.\n$/s],
    [['commit', 'xyz'], 2, /no commit id/],
  ])('%j ends with %i', async (words, code, message) => {
    const outcome = await programs.paceflow(words);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toMatch(message);
  });

  it('failures a person can act on end with 1, without a stack', async () => {
    writeFileSync(join(folder, 'a-file'), 'x');
    const failures = [
      await programs.paceflow(here('commit', 'abcdef')),
      await programs.paceflow(here('cost', '--repo', folder)),
      await programs.paceflow(['ingest', '--home', home.path, '--database', join(folder, 'a-file', 'x.db')]),
      await programs.paceflow(['ingest', '--home', home.path, '--database', folder]),
    ];
    for (const { code, stderr } of failures) expect([code, stderr.includes('\n    at ')]).toEqual([1, false]);
    expect(failures[1]?.stderr).toContain(`Nothing was read of ${folder}`);
  });

  it('a file that is not ours is left as it is, whatever it holds', async () => {
    const other = new (await initSqlJs()).Database();
    other.run('create table notes (text)');
    const files = { 'notes.txt': Buffer.from('my precious notes'), 'other.db': Buffer.from(other.export()) };
    other.close();
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, name);
      writeFileSync(file, content);
      for (const command of ['ingest', 'session']) {
        const outcome = await programs.paceflow([command, '--home', home.path, '--database', file]);
        expect([name, command, outcome.code]).toEqual([name, command, 1]);
        expect(outcome.stderr).toContain('left as it is');
      }
      expect(readFileSync(file).equals(content)).toBe(true);
      expect(readdirSync(folder).filter((entry) => entry.startsWith(name))).toEqual([name]);
    }
  });

  it('a pass that finds nothing new leaves the database file alone, also with own prices', async () => {
    const own = makeHome();
    own.log('-s/shop.jsonl', lines(turns('shop', 1)));
    const file = join(own.path, 'p.db');
    const prices = join(own.path, 'prices.json');
    writeFileSync(prices, JSON.stringify([{ model: 'internal-1', input: 2, output: 8 }]));
    const pass = async () => {
      const outcome = await programs.paceflow(['ingest', '--home', own.path, '--database', file, '--prices', prices]);
      expect(outcome.code).toBe(0);
      const { ino, mtimeNs } = statSync(file, { bigint: true });
      return `${ino} ${mtimeNs}`;
    };
    await pass();
    const before = await pass();
    expect(await pass()).toBe(before);
    own.log('-s/new.jsonl', lines([prompt({ session: 'new', uuid: 'new', minute: 1 })]));
    expect(await pass()).not.toBe(before);
    own.remove();
  });

  it('a home or a folder that is none is said, not read as empty', async () => {
    const nowhere = join(folder, 'nowhere');
    expect((await programs.paceflow(['ingest', '--home', nowhere, '--database', database])).stderr).toContain(
      'is no folder',
    );
    const outcome = await programs.paceflow(here('ingest', '--repo', nowhere));
    expect([outcome.code, outcome.stderr.includes(`Nothing was read of ${nowhere}`)]).toEqual([1, true]);
  });

  it('--version and --help', async () => {
    expect(await programs.paceflow(['--version'])).toEqual({ code: 0, stdout: '1.2.3-test\n', stderr: '' });
    const help = await programs.paceflow([]);
    expect([help.code, help.stdout.startsWith('Usage: paceflow COMMAND')]).toEqual([0, true]);
  });
});

describe('paceflow and repositories', () => {
  it('reads the commits of --repo, filters by it, and shows a commit', async () => {
    const repository = makeRepository(join(machine(), 'shop'));
    const commit = repository.commit({
      message: 'Fix the cart',
      files: { 'cart.ts': 'one\ntwo\n' },
      at: Date.parse('2026-03-01T10:11:00Z') / 1000,
    });
    const own = makeHome();
    own.log(
      '-s/shop.jsonl',
      lines(declaredCommit({ session: 'shop', uuid: 's', minute: 10 }, commit, repository.folder)),
    );
    own.log('-s/other.jsonl', lines(turns('other', 1)));
    const at = ['--home', own.path, '--database', join(own.path, 'p.db')];
    expect(await json('ingest', ...at, '--repo', repository.folder)).toMatchObject({
      commits: 1,
      repositories: 1,
      sessions: 2,
    });

    const rows = async (...words: string[]) =>
      costReportSchema.parse(await json('cost', '--group-by', 'session', ...at, ...words)).rows.map((row) => row.group);
    expect(await rows()).toHaveLength(2);
    expect(await rows('--repo', repository.folder)).toEqual(['claude-code:shop']);

    const report = commitReportSchema.strict().parse(await json('commit', commit.slice(0, 7), ...at));
    expect(report.commit).toMatchObject({
      id: commit,
      subject: 'Fix the cart',
      files: 1,
      added_lines: 2,
      removed_lines: 0,
    });
    expect(report.sessions).toMatchObject([
      { session_key: 'claude-code:shop', is_declared: true, provider_name: 'Claude Code' },
    ]);
    const text = await programs.paceflow(['commit', commit.slice(0, 7), ...at]);
    expect(text.stdout).toContain(`${commit.slice(0, 7)}  Fix the cart`);

    const file = join(repository.folder, 'cart.ts');
    repository.write('cart.ts', 'one\nin between\ntwo\n');
    const blamed = blameReportSchema.strict().parse(await json('blame', file, ...at));
    expect(blamed.ranges.map(({ line, commit: of }) => [line, of])).toEqual([
      [1, commit],
      [2, null],
      [3, commit],
    ]);
    const page = await programs.paceflow(['blame', file, ...at]);
    expect(page.stdout).toMatch(/^ +not committed +2 {2}in between$/m);
    expect((await programs.paceflow(['blame', join(own.path, 'gone'), ...at])).stderr).toContain('cannot be read');
    own.remove();
  });
});

describe('the home of this machine', () => {
  it('is not touched where --home names another, whatever the environment says', async () => {
    const trap = makeHome();
    trap.log('-trap/trap.jsonl', lines(turns('trap', 1)));
    for (const place of ['.config/claude/projects/-trap', 'xdg/claude/projects/-trap']) {
      mkdirSync(join(trap.path, place), { recursive: true });
      writeFileSync(join(trap.path, place, 'trap.jsonl'), lines(turns('trap', 1)));
    }
    const before = readdirSync(trap.path, { recursive: true }).sort();
    const outcome = await programs.paceflow(['ingest', '--home', home.path, '--json'], {
      environment: {
        HOME: trap.path,
        CLAUDE_CONFIG_DIR: join(trap.path, '.claude'),
        XDG_CONFIG_HOME: join(trap.path, 'xdg'),
        XDG_DATA_HOME: join(trap.path, 'data'),
      },
    });
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      sources: 3,
      sessions: 2,
      database: join(home.path, '.local/share/paceflow/paceflow.db'),
    });
    expect(existsSync(join(home.path, '.local/share/paceflow/paceflow.db'))).toBe(true);
    expect(readdirSync(trap.path, { recursive: true }).sort()).toEqual(before);
    // The trap is one: without --home it is read.
    const own = await programs.paceflow(['ingest', '--json', '--database', join(trap.path, 'own.db')], {
      environment: { HOME: trap.path },
    });
    expect(JSON.parse(own.stdout)).toMatchObject({ sources: 2, sessions: 1 });
    trap.remove();
  });
});
