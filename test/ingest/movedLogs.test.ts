import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Database } from '../../extension/engine/database/database';
import { discoverLogs } from '../../extension/engine/ingest/discover';
import { followLogs } from '../../extension/engine/ingest/follow/followLogs';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { runQuery } from '../../extension/engine/reports/parameters';
import { catalogue, emptyDatabase, type Home, makeHome, now, numberOf, pass, readOnce, saidOf } from './ingestHarness';
import { edit, type Json, lines, prompt, queued, response, turns } from './sampleLogs';

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

/** A path below the projects folder of the default root, or below the home folder where it begins with a dot. */
const at = (name: string) => join(home.path, name.startsWith('.') ? '' : '.claude/projects', name);
const move = (from: string, to: string) => {
  mkdirSync(dirname(at(to)), { recursive: true });
  renameSync(at(from), at(to));
};
/** A copy with inodes of its own, a minute younger. */
const copy = (from: string, to: string) => {
  cpSync(at(from), at(to), { recursive: true });
  const files = statSync(at(to)).isFile() ? [''] : readdirSync(at(to), { recursive: true, encoding: 'utf8' });
  const time = new Date(Date.now() + 60_000);
  for (const file of files) utimesSync(join(at(to), file), time, time);
};

/** Sources that are no clones: where they lie, whose they are, whether they are there. */
const sources = () =>
  database
    .all<{ path: string; session: string; status: string }>(
      `select real_path as path, native_id as session, status
       from metadata_source inner join metadata_session using (session_id) order by real_path`,
    )
    .map(({ path, session, status }) => `${path.replace(`${home.path}/`, '')} ${session} ${status}`);
const copies = () =>
  database
    .all<{ path: string; of: string }>(
      `select copy.real_path as path, metadata_source.real_path as "of"
       from metadata_source_copy as copy inner join metadata_source using (log_id) order by 1`,
    )
    .map(({ path, of }) => `${path} = ${of}`.replaceAll(`${home.path}/.claude/projects/`, ''));
const prompts = () => numberOf(database, 'select count(*) from fact_session_message where is_human_prompt = 1');
const records = () => numberOf(database, 'select coalesce(sum(records), 0) from fact_source_record');
const outputBySession = () =>
  Object.fromEntries(
    database
      .all<{ session_key: string; tokens: number }>(
        'select session_key, output_tokens as tokens from event_session where is_retracted = 0 order by session_key',
      )
      .map((row) => [row.session_key.replace('claude-code:', ''), row.tokens]),
  );
const revision = () => numberOf(database, "select 1 * value from metadata_setting where name = 'event_rev'");

/** The database says what one that reads the home for the first time says. */
async function expectAsFromScratch(): Promise<void> {
  const fresh = await readOnce(home);
  expect(saidOf(database)).toEqual(saidOf(fresh));
  fresh.close();
}

/** What every log of these tests holds: prompts, responses, edits, and a prompt whose record has no id. */
const session = (id: string, count = 2): Json[] => [...turns(id, count), queued({ session: id, minute: 100 })];

/** A sub-agent's own file. */
const subagent = (root: string, agentId: string): Json[] =>
  edit({ session: root, uuid: `${root}-${agentId}`, minute: 7 }).map((record) => ({
    ...record,
    isSidechain: true,
    agentId,
  }));

describe('a log that lies elsewhere', () => {
  it.each<[string, () => void, string]>([
    ['its project’s folder was renamed', () => move('-shop', '-store'), '.claude/projects/-store/a.jsonl'],
    ['the agent’s folder moved', () => move('.claude', '.config/claude'), '.config/claude/projects/-shop/a.jsonl'],
    ['its folder differs in case', () => move('-shop', '-Shop'), '.claude/projects/-Shop/a.jsonl'],
    ['a hostile folder', () => move('-shop', "-'; drop table x; --\n%00🛒"), ''],
  ])('%s: its source follows it and nothing is read', async (_, act, path) => {
    home.log('-shop/a.jsonl', lines(session('a')));
    home.log('-shop/a/subagents/agent-1.jsonl', lines(subagent('a', '1')));
    await pass(database, home);
    const before = [revision(), numberOf(database, 'select sum(log_id * resume_offset) from metadata_source')];
    act();
    expect(await pass(database, home)).toMatchObject({ sources: 2, read: 0, records: 0 });
    expect(sources().filter((source) => source.endsWith(' read'))).toHaveLength(2);
    expect(sources().join()).toContain(path);
    expect([revision(), numberOf(database, 'select sum(log_id * resume_offset) from metadata_source')]).toEqual(before);
    await expectAsFromScratch();
  });

  it('the variable names another folder', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    move('.claude', '.agents');
    const variables = { CLAUDE_CONFIG_DIR: join(home.path, '.agents') };
    const environment = { home: home.path, platform: 'linux', variables } as const;
    expect(await pass(database, home, { environment })).toMatchObject({ read: 0 });
    expect(sources()).toEqual(['.agents/projects/-shop/a.jsonl a read']);
  });

  it('restored from a backup at another place, with other inodes and times: read on, not again', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    copy('.claude', '.config/claude');
    rmSync(at('.claude'), { recursive: true });
    expect(await pass(database, home)).toMatchObject({ read: 1, records: 0, bytes: 0 });
    expect(sources()).toEqual(['.config/claude/projects/-shop/a.jsonl a read']);
    await expectAsFromScratch();
  });

  it('found again after passes in which it was nowhere', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    move('-shop/a.jsonl', '.away/a.jsonl');
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a gone']);
    move('.away/a.jsonl', '-store/a.jsonl');
    expect(await pass(database, home)).toMatchObject({ records: 0 });
    expect(sources()).toEqual(['.claude/projects/-store/a.jsonl a read']);
    await expectAsFromScratch();
  });

  it('and has grown: only what is new is read', async () => {
    const file = home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    appendFileSync(file, `${lines(turns('a', 1, 200))}{"torn`);
    move('-shop', '-store');
    expect(await pass(database, home)).toMatchObject({ read: 1, records: 4 });
    expect(sources()).toEqual(['.claude/projects/-store/a.jsonl a read']);
    await expectAsFromScratch();
  });

  it('and was cut: read from its start, nothing is lost and nothing counted twice', async () => {
    const file = home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    const whole = saidOf(database);
    truncateSync(file, Buffer.byteLength(lines(turns('a', 1))));
    move('-shop', '-store');
    expect(await pass(database, home)).toMatchObject({ records: 4 });
    expect(sources()).toEqual(['.claude/projects/-store/a.jsonl a read']);
    expect(records()).toBe(4);
    expect(saidOf(database)['event_session']).toEqual(whole['event_session']);
  });

  it('and was rewritten: another file, in which nothing is counted twice', async () => {
    home.log('-shop/a.jsonl', lines(turns('a', 2)));
    await pass(database, home);
    const before = outputBySession();
    rmSync(at('-shop'), { recursive: true });
    home.log('-store/a.jsonl', lines([...turns('a', 2).slice(3), ...turns('a', 1, 300)]));
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a gone', '.claude/projects/-store/a.jsonl a read']);
    expect([prompts(), outputBySession()]).toEqual([3, { a: (before['a'] ?? 0) + 200 }]);
  });

  it('read by an older parser: follows, and is read anew', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    const old = { ...claudeCode, parserVersion: claudeCode.parserVersion - 1 };
    await pass(database, home, { providers: [old] });
    move('-shop', '-store');
    expect(await pass(database, home)).toMatchObject({ read: 1, records: 9 });
    expect(sources()).toEqual(['.claude/projects/-store/a.jsonl a read']);
    await expectAsFromScratch();
  });

  it('a gone log keeps its facts when a newer parser comes', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home, { providers: [{ ...claudeCode, parserVersion: claudeCode.parserVersion - 1 }] });
    const before = saidOf(database);
    rmSync(at('-shop'), { recursive: true });
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a gone']);
    expect(saidOf(database)).toEqual(before);
  });

  it('below a folder that can’t be listed is not taken for gone, and its copy is read beside it', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    copy('-shop', '-store');
    const { logs } = await discoverLogs([claudeCode], { home: home.path, platform: 'linux', variables: {} });
    const visible = logs.filter((log) => log.path.includes('-store'));
    const found = { logs: visible, unchanged: new Set<string>(), unreadable: [{ path: at('-shop') }] };
    const followed = await followLogs(database, found, now, new AbortController().signal);
    expect(followed.logs.map((log) => log.path)).toEqual([at('-store/a.jsonl')]);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a read']);
  });
});

describe('a log whose file has another name', () => {
  it.each(['renamed by the person', '-notes', 'b'])('%s: is the session that its records name', async (name) => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    const before = revision();
    move('-shop/a.jsonl', `-shop/${name}.jsonl`);
    expect(await pass(database, home)).toMatchObject({ read: 0 });
    expect([revision(), sources()]).toEqual([before, [`.claude/projects/-shop/${name}.jsonl a read`]]);
    await expectAsFromScratch();
    appendFileSync(at(`-shop/${name}.jsonl`), lines(turns('a', 1, 200)));
    expect(await pass(database, home)).toMatchObject({ records: 4 });
    await expectAsFromScratch();
  });

  it('is known by what stands in it when it is met for the first time, too', async () => {
    home.log('-shop/old talk.jsonl', lines(session('a')));
    await pass(database, home);
    move('-shop/old talk.jsonl', '-shop/a.jsonl');
    expect(await pass(database, home)).toMatchObject({ read: 0 });
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a read']);
    await expectAsFromScratch();
  });

  it.each([
    ['its first line was torn', 40],
    ['no record named a session', lines([{ type: 'summary', summary: 'x' }]).length],
    ['half of it was there', 2000],
  ])('is known by what stands in it although %s when it was read first', async (_, length) => {
    const bytes = Buffer.from(lines([{ type: 'summary', summary: 'x' }, ...session('a')]));
    const file = home.log('-shop/notes.jsonl', bytes.subarray(0, length));
    await pass(database, home);
    appendFileSync(file, bytes.subarray(length));
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/notes.jsonl a read']);
    await expectAsFromScratch();
  });

  it('went on under its new name: is the session of that name from then on, whole', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    move('-shop/a.jsonl', '-shop/b.jsonl');
    await pass(database, home);
    expect(Object.keys(outputBySession())).toEqual(['a']);
    const others = turns('b', 1, 300).map((record) => ({ ...record, cwd: '/nowhere/else' }));
    appendFileSync(at('-shop/b.jsonl'), lines(others));
    await pass(database, home);
    expect(Object.keys(outputBySession())).toEqual(['b']);
    await expectAsFromScratch();
  });

  it('a fork that is met before it wrote records of its own is the fork in the end', async () => {
    const start = turns('a', 2);
    home.log('-shop/a.jsonl', lines([...start, ...turns('a', 1, 60)]));
    const fork = home.log('-shop/b.jsonl', lines(start));
    await pass(database, home);
    expect(copies()).toEqual(['-shop/b.jsonl = -shop/a.jsonl']);
    appendFileSync(fork, lines(turns('b', 1, 400)));
    await pass(database, home);
    expect([copies(), Object.keys(outputBySession())]).toEqual([[], ['a', 'b']]);
    await expectAsFromScratch();
  });

  it('a sub-agent in a renamed folder stays its session’s', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    home.log('-shop/a/subagents/agent-1.jsonl', lines(subagent('a', '1')));
    home.log('-shop/agent-2.jsonl', lines(subagent('a', '2')));
    await pass(database, home);
    move('-shop/a', '-shop/a copy');
    move('-shop/agent-2.jsonl', '-shop/agent-2 copy.jsonl');
    expect(await pass(database, home)).toMatchObject({ read: 0 });
    expect(sources().map((source) => source.split(' ').slice(-2).join(' '))).toEqual([
      ...['a/agent-1 read', 'a read', 'agent-2 read'],
    ]);
    await expectAsFromScratch();
  });

  it.each([
    ['b.jsonl', 'a b', 'its file is named after one of them'],
    ['b.jsonl', 'b a', 'its file is named after one of them'],
    ['notes.jsonl', 'a b', 'it is the last, whose start is copied from the other'],
  ])('%s with records of %s is b’s: %s', async (file, names) => {
    const records = names.split(' ').flatMap((name, index) => turns(name, 1, 100 * index));
    home.log(`-shop/${file}`, lines(records));
    await pass(database, home);
    expect(Object.keys(outputBySession())).toEqual(['b']);
  });

  it('without a name inside goes by its file', async () => {
    home.log('-shop/a.jsonl', lines([{ type: 'summary', summary: 'Talk', leafUuid: 'x' }]));
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a read']);
  });
});

describe('logs that changed places', () => {
  it.each([
    ['two', ['a', 'b']],
    ['three', ['a', 'b', 'c']],
  ])('%s, and one has grown', async (_, names) => {
    // Of different lengths: files that agree in size and millisecond pass for unchanged.
    names.forEach((name, index) => {
      home.log(`-shop/${name}.jsonl`, lines(session(name, index + 1)));
    });
    await pass(database, home);
    for (const name of names) move(`-shop/${name}.jsonl`, `.away/${name}.jsonl`);
    names.forEach((name, index) => {
      move(`.away/${name}.jsonl`, `-shop/${names[(index + 1) % names.length]}.jsonl`);
    });
    appendFileSync(at('-shop/b.jsonl'), lines(turns('a', 1, 200)));
    expect(await pass(database, home)).toMatchObject({ records: 4 });
    expect(sources().every((source) => source.endsWith(' read'))).toBe(true);
    await expectAsFromScratch();
  });

  it('one took the place of another that is nowhere: both keep what is theirs', async () => {
    // Of different sizes: two files of one size and one millisecond are not told apart.
    home.log('-shop/a.jsonl', lines(session('a')));
    home.log('-shop/b.jsonl', lines([...session('b'), ...turns('b', 1, 200)]));
    await pass(database, home);
    const before = outputBySession();
    move('-shop/b.jsonl', '-shop/a.jsonl');
    expect(await pass(database, home)).toMatchObject({ records: 0 });
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl b read', '.claude/projects/-shop/a.jsonl~1 a gone']);
    expect(outputBySession()).toEqual(before);
    home.log('-shop/c.jsonl', lines([...session('a'), ...turns('a', 1, 200)]));
    expect(await pass(database, home)).toMatchObject({ records: 4 });
    await expectAsFromScratch();
  });

  it('a new log took the place of one that moved', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    move('-shop/a.jsonl', '-store/a.jsonl');
    home.log('-shop/a.jsonl', lines(session('b')));
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl b read', '.claude/projects/-store/a.jsonl a read']);
    await expectAsFromScratch();
  });

  it('an inode is used again by another session’s log: not taken for the first', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    await pass(database, home);
    move('-shop/a.jsonl', '-shop/b.jsonl');
    writeFileSync(at('-shop/b.jsonl'), lines(session('b')));
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a.jsonl a gone', '.claude/projects/-shop/b.jsonl b read']);
    expect(Object.keys(outputBySession())).toEqual(['a', 'b']);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['a torn line', '{"type":"user","sessionId":"'],
    ['one short line', `${JSON.stringify({ type: 'summary', summary: 'x' })}\n`],
    ['a first kilobyte', `${JSON.stringify({ type: 'summary', summary: 'x'.repeat(2000) })}\n`],
  ])('%s is all that two logs have in common: they are not taken for each other', async (_, common) => {
    home.log('-shop/a.jsonl', common);
    await pass(database, home);
    rmSync(at('-shop'), { recursive: true });
    const rest = common.startsWith('{"type":"user"') ? '' : common;
    home.log('-store/b.jsonl', rest + lines(session('b')));
    home.log('-store/c.jsonl', rest + lines(session('c')));
    await pass(database, home);
    expect(sources().filter((source) => source.endsWith(' read'))).toEqual([
      '.claude/projects/-store/b.jsonl b read',
      '.claude/projects/-store/c.jsonl c read',
    ]);
    expect(Object.keys(outputBySession())).toEqual(['b', 'c']);
  });

  it('a thousand that move at once cost each what one costs', async () => {
    const calls = async (count: number): Promise<number> => {
      const many = makeHome();
      const moving = await emptyDatabase();
      for (let index = 0; index < count; index++) {
        many.log(
          `-${index % 7}/s${index}.jsonl`,
          lines([prompt({ session: `s${index}`, uuid: `${index}`, minute: 0 })]),
        );
      }
      await pass(moving, many);
      renameSync(join(many.path, '.claude'), join(many.path, '.config'));
      renameSync(join(many.path, '.config'), join(many.path, '.claude'));
      mkdirSync(join(many.path, '.config'));
      renameSync(join(many.path, '.claude'), join(many.path, '.config/claude'));
      let statements = 0;
      const counted = counting(moving, () => {
        statements += 1;
      });
      expect(await pass(counted, many)).toMatchObject({ sources: count, read: 0 });
      expect(numberOf(moving, "select count(*) from metadata_source where status <> 'read'")).toBe(0);
      moving.close();
      many.remove();
      return statements;
    };
    const [hundred, thousand] = [await calls(100), await calls(1000)];
    expect(thousand).toBeLessThan(11 * hundred);
  });
});

/** A database that tells of each statement. */
const counting = (database: Database, count: () => void): Database => ({
  ...database,
  run: (...call) => {
    count();
    return database.run(...call);
  },
  all: (...call) => {
    count();
    return database.all(...call);
  },
  get: (...call) => {
    count();
    return database.get(...call);
  },
});

describe('a copy of a log', () => {
  const status = () =>
    runQuery(database, catalogue, 'coverage.sources', {}, z.object({ path: z.string(), status: z.string() })).map(
      (source) => `${source.path.replace(`${home.path}/.claude/projects/`, '')} ${source.status}`,
    );

  it.each([
    ['before both are read', false],
    ['after the log was read', true],
  ])('made %s, is not read, and coverage says what it is', async (_, isReadBefore) => {
    home.log('-shop/a.jsonl', lines(session('a')));
    if (isReadBefore) await pass(database, home);
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    copy('-shop/a.jsonl', '-backup/a.jsonl');
    expect(await pass(database, home)).toMatchObject({ sources: 3, records: isReadBefore ? 0 : 9 });
    expect(status()).toEqual(['-backup/a.jsonl copy', '-shop/a copy.jsonl copy', '-shop/a.jsonl read']);
    expect([prompts(), records()]).toEqual([3, 9]);
    await expectAsFromScratch();
    expect(await pass(database, home)).toMatchObject({ read: 0, unchanged: 3 });
  });

  it('of all logs, below another root: the later root goes on, the earlier one is the copy', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    home.log('-shop/a/subagents/agent-1.jsonl', lines(subagent('a', '1')));
    await pass(database, home);
    copy('.claude', '.config/claude');
    await pass(database, home);
    appendFileSync(at('.config/claude/projects/-shop/a.jsonl'), lines(turns('a', 1, 200)));
    expect(await pass(database, home)).toMatchObject({ records: 4 });
    expect(sources()).toEqual([
      '.claude/projects/-shop/a/subagents/agent-1.jsonl a/agent-1 read',
      '.config/claude/projects/-shop/a.jsonl a read',
    ]);
    await expectAsFromScratch();
  });

  it('takes over when the original is deleted, and goes on', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    const before = revision();
    rmSync(at('-shop/a.jsonl'));
    expect(await pass(database, home)).toMatchObject({ records: 0 });
    expect([sources(), copies(), revision()]).toEqual([['.claude/projects/-shop/a copy.jsonl a read'], [], before]);
    appendFileSync(at('-shop/a copy.jsonl'), lines(turns('a', 1, 200)));
    expect(await pass(database, home)).toMatchObject({ records: 4 });
    await expectAsFromScratch();
  });

  it('that is older than its original keeps all that was read when it takes over', async () => {
    home.log('-shop/a.jsonl', lines(session('a').slice(0, 5)));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    appendFileSync(at('-shop/a.jsonl'), lines(session('a').slice(5)));
    await pass(database, home);
    const before = saidOf(database);
    expect(copies()).toEqual(['-shop/a copy.jsonl = -shop/a.jsonl']);
    rmSync(at('-shop/a.jsonl'));
    await pass(database, home);
    expect(sources()).toEqual(['.claude/projects/-shop/a copy.jsonl a read']);
    expect(saidOf(database)['event_session']).toEqual(before['event_session']);
    expect(saidOf(database)['event_usage']).toEqual(before['event_usage']);
  });

  it('takes over when another log takes the place of the original', async () => {
    for (const name of ['a', 'b']) home.log(`-shop/${name}.jsonl`, lines(session(name)));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    move('-shop/b.jsonl', '-shop/a.jsonl');
    expect(await pass(database, home)).toMatchObject({ records: 0 });
    expect(sources()).toEqual(['.claude/projects/-shop/a copy.jsonl a read', '.claude/projects/-shop/a.jsonl b read']);
    await expectAsFromScratch();
  });

  it('takes over for other copies, too', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    for (const name of ['one', 'two']) copy('-shop/a.jsonl', `-shop/${name}.jsonl`);
    await pass(database, home);
    rmSync(at('-shop/a.jsonl'));
    expect(await pass(database, home)).toMatchObject({ records: 0 });
    expect(copies()).toEqual(['-shop/two.jsonl = -shop/one.jsonl']);
    await expectAsFromScratch();
  });

  it('is the log from when its original is the younger one', async () => {
    for (const name of ['one', 'two']) home.log(`-shop/${name}.jsonl`, lines(session('a')));
    const touch = (name: string, minutes: number) => {
      const time = new Date(Date.now() + minutes * 60_000);
      utimesSync(at(`-shop/${name}.jsonl`), time, time);
    };
    touch('two', 1);
    await pass(database, home);
    expect(copies()).toEqual(['-shop/two.jsonl = -shop/one.jsonl']);
    touch('one', 2);
    await pass(database, home);
    expect(copies()).toEqual(['-shop/one.jsonl = -shop/two.jsonl']);
    await expectAsFromScratch();
  });

  it('that went on at the same instant as the first: wherever the two lie, one of them owns what both hold', async () => {
    const start = turns('a', 1);
    const next = (uuid: string) => response({ session: 'a', uuid, minute: 30 });
    home.log('-shop/one.jsonl', lines([...start, next('x')]));
    home.log('-shop/two.jsonl', lines([...start, next('y')]));
    await pass(database, home);
    move('-shop/one.jsonl', '-shop/zero.jsonl');
    await pass(database, home);
    await expectAsFromScratch();
  });

  it('that is deleted is forgotten', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    rmSync(at('-shop/a copy.jsonl'));
    await pass(database, home);
    expect(status()).toEqual(['-shop/a.jsonl read']);
  });

  it('that is no longer one is read: what both hold counts once, also prompts without an id', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    appendFileSync(at('-shop/a.jsonl'), lines(turns('a', 1, 200)));
    appendFileSync(at('-shop/a copy.jsonl'), lines(turns('a', 1, 300)));
    await pass(database, home);
    expect(status()).toEqual(['-shop/a copy.jsonl read', '-shop/a.jsonl read']);
    expect(prompts()).toBe(5);
    await expectAsFromScratch();
    // The one that was rewritten as a copy keeps what was read of it.
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    expect(status()).toEqual(['-shop/a copy.jsonl copy', '-shop/a copy.jsonl~2 gone', '-shop/a.jsonl read']);
    expect(prompts()).toBe(5);
  });

  it('of a log that was rewritten is read', async () => {
    home.log('-shop/a.jsonl', lines(turns('a', 2)));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    home.log('-shop/a.jsonl', lines([...turns('a', 2).slice(2), ...turns('a', 2, 200)]));
    await pass(database, home);
    expect(copies()).toEqual([]);
    expect(prompts()).toBe(4);
  });

  it('in which a rewind ends: the edits before it are taken back once', async () => {
    const one = (uuid: string, minute: number) => ({ session: 'a', uuid, minute });
    const answering = (parent: string, record: Json): Json => ({ ...record, parentUuid: parent });
    const start = [...edit(one('e1', 1)), answering('e1-result', prompt(one('p2', 5))), ...edit(one('e2', 6))];
    // What both hold is the first's, which went on sooner: the rewind begins in one log and ends in the other.
    home.log('-shop/a.jsonl', lines([...start, response(one('r3', 8))]));
    home.log('-shop/a copy.jsonl', lines([...start, answering('e1-result', prompt(one('p4', 9)))]));
    await pass(database, home);
    expect(numberOf(database, 'select sum(is_rewound) from fact_session_code_change')).toBe(1);
    await expectAsFromScratch();
  });

  it('and its original, both moved', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    move('-shop', '-store');
    expect(await pass(database, home)).toMatchObject({ records: 0 });
    expect(copies()).toEqual(['-store/a copy.jsonl = -store/a.jsonl']);
    expect(sources()).toEqual(['.claude/projects/-store/a.jsonl a read']);
    await expectAsFromScratch();
  });
});

describe('a pass', () => {
  it('without news asks one question and writes nothing', async () => {
    home.log('-shop/a.jsonl', lines(session('a')));
    copy('-shop/a.jsonl', '-shop/a copy.jsonl');
    await pass(database, home);
    const { logs } = await discoverLogs([claudeCode], { home: home.path, platform: 'linux', variables: {} });
    const found = { logs, unchanged: new Set(logs.map((log) => log.path)), unreadable: [] };
    const before = database.changes();
    let statements = 0;
    const counted = counting(database, () => {
      statements += 1;
    });
    expect(await followLogs(counted, found, now, new AbortController().signal)).toEqual({
      logs: [],
      touched: new Set(),
    });
    expect([statements, database.changes()]).toEqual([1, before]);
  });

  it('that is cancelled while logs are followed leaves all of it to the next', async () => {
    for (const name of ['a', 'b']) home.log(`-shop/${name}.jsonl`, lines(session(name)));
    await pass(database, home);
    move('-shop', '-store');
    const cancelled = AbortSignal.abort();
    expect(await pass(database, home, { signal: cancelled })).toMatchObject({ cancelled: true });
    expect(await pass(database, home)).toMatchObject({ read: 0 });
    expect(sources().every((source) => source.endsWith(' read'))).toBe(true);
    await expectAsFromScratch();
  });
});
