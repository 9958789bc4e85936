import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { makeRepository, type Repository, temporaryHome } from '../git/makeRepository';
import { contentOf, emptyDatabase, type Home, makeHome, pass } from './ingestHarness';
import { lines, prompt } from './sampleLogs';

const machine = temporaryHome();
const start = Date.parse('2026-03-01T10:00:00Z') / 1000;

let home: Home;
let database: Database;
let repository: Repository;
beforeEach(async () => {
  home = makeHome();
  database = await emptyDatabase();
  repository = makeRepository(join(machine(), 'shop'));
  session('s');
});
afterEach(() => {
  database.close();
  home.remove();
});

/** A session of Claude Code in the repository that edits nothing and names no commit. */
function session(id: string): void {
  home.log(`-s/${id}.jsonl`, lines([{ ...prompt({ session: id, uuid: id, minute: 0 }), cwd: repository.folder }]));
}

const links = () =>
  database
    .all<{ commit_id: string; session_key: string; declared_by: string }>(
      `select commit_id, session_key, declared_by from event_commit_session
       where is_retracted = 0 and is_declared = 1 order by commit_id, session_key`,
    )
    .map((link) => `${link.commit_id} ${link.session_key} ${link.declared_by}`);
const agentOf = (commit: string) =>
  database.get<{ agent: string | null }>('select agent from event_commit where commit_id = ?', [commit])?.agent;
const problems = () =>
  database
    .all<{ detail: string }>('select detail from fact_source_problem order by detail')
    .map(({ detail }) => detail);
const declaredLines = (commit: string) =>
  database.get<{ n: number }>('select ai_declared_added_lines as n from event_commit where commit_id = ?', [commit])?.n;

describe('trailers', () => {
  it('link a commit to a session that is known; another one names its agent alone', async () => {
    const known = repository.commit({
      ...{ files: { a: '1\n' }, at: start },
      message: 'one\n\nEntire-Session: 2026-03-01-s\nEntire-Agent: Claude Code',
    });
    const amp = repository.commit({ files: { a: '2\n' }, at: start + 60, message: 'two\n\nAmp-Thread-ID: s' });
    const prose = repository.commit({ files: { a: '3\n' }, at: start + 120, message: 'three\n\nClaude wrote s' });
    await pass(database, home);
    expect(links()).toEqual([`${known} claude-code:s ["trailer"]`]);
    expect([known, amp, prose].map(agentOf)).toEqual(['claude-code', 'amp', null]);
    expect([known, amp, prose].map(declaredLines)).toEqual([1, 1, 0]);
  });
});

/** A note as git-ai writes it, with one session under the key `s_1` and lines of it. */
const note = (tool: unknown, id: unknown, key = 's_1::t_1') =>
  `a\n  ${key} 1-2\n---\n${JSON.stringify({
    ...{ schema_version: 'authorship/3.0.0', base_commit_sha: '', prompts: {} },
    sessions: { s_1: { agent_id: { tool, id, model: 'm' } } },
  })}`;

describe('git-ai’s notes', () => {
  const addNote = (commit: string, text: string) =>
    repository.gitWith({ input: text }, 'notes', '--ref=ai', 'add', '-f', '-F', '-', commit);

  it('link a commit to a session; others name their agent', async () => {
    const [first, second] = [1, 2].map((n) => repository.commit({ files: { a: `${n}\n` }, at: start + n * 60 }));
    addNote(first ?? '', note('claude', 's'));
    addNote(second ?? '', note('cursor', 'c'));
    await pass(database, home);
    expect(links()).toEqual([`${first} claude-code:s ["git_ai_note"]`]);
    expect([agentOf(first ?? ''), agentOf(second ?? '')]).toEqual(['claude-code', 'cursor']);
    expect([declaredLines(first ?? ''), problems()]).toEqual([1, []]);
  });

  it('of before there were sessions are read, too, with quoted paths and CRLF', async () => {
    const commit = repository.commit({ files: { a: '1\n' }, at: start });
    const prompts = { abcd1234abcd1234: { agent_id: { tool: 'claude', id: 's', model: 'm' }, accepted_lines: 1 } };
    const text = [
      '"a b"',
      '  abcd1234abcd1234 1',
      '---',
      JSON.stringify({ schema_version: 'authorship/3.0.0', prompts }),
    ];
    addNote(commit, text.join('\r\n'));
    await pass(database, home);
    expect([links(), problems()]).toEqual([[`${commit} claude-code:s ["git_ai_note"]`], []]);
  });

  it('that come later or are changed are read then; the rest is not read again', async () => {
    const [first = '', second = ''] = [1, 2].map((n) => repository.commit({ files: { a: `${n}\n` }, at: start + n }));
    addNote(first, note('claude', 'nobody'));
    await pass(database, home);
    expect(links()).toEqual([]);
    addNote(second, note('claude', 's'));
    expect(await pass(database, home)).toMatchObject({ commits: 1 });
    expect(links()).toEqual([`${second} claude-code:s ["git_ai_note"]`]);
    addNote(first, note('claude', 's'));
    expect(await pass(database, home)).toMatchObject({ commits: 1 });
    expect(links()).toHaveLength(2);
    expect(await pass(database, home)).toMatchObject({ commits: 0 });
    session('nobody');
    await pass(database, home);
    const once = await emptyDatabase();
    await pass(once, home);
    expect(links()).toHaveLength(3);
    // What a note once said stays.
    expect(contentOf(once)['fact_commit_declaration']).toHaveLength(2);
  });

  it('that are damaged, huge or hostile are counted problems', async () => {
    const bad = [
      'no divider',
      'a\n---\n{"torn',
      note('claude', 7),
      note('claude', 's\u001b[2J'),
      note('claude', 's').replace('{', `{"x":"${'x'.repeat(1 << 20)}",`),
    ];
    const commits = bad.map((text, n) => {
      const commit = repository.commit({ files: { a: `${n}\n` }, at: start + n * 60 });
      addNote(commit, text);
      return commit;
    });
    const fine = repository.commit({ files: { a: 'fine\n' }, at: start + 900 });
    addNote(fine, note('claude', 's'));
    await pass(database, home);
    expect(problems()).toHaveLength(bad.length);
    expect(links()).toEqual([`${fine} claude-code:s ["git_ai_note"]`]);
    expect(commits.map(agentOf)).toEqual(bad.map(() => null));
  });

  it('give no session that has no lines, no person, and none by the names of prototypes', async () => {
    const texts = ['h_1', 'constructor', '__proto__', 's_2::t_1'].map((key) => note('claude', 's', key));
    for (const [n, text] of texts.entries()) {
      addNote(repository.commit({ files: { a: `${n}\n` }, at: start + n * 60 }), text);
    }
    await pass(database, home);
    expect([links(), problems()]).toEqual([[], []]);
  });

  it('that a partial clone does not have are a problem, and are not fetched', async () => {
    const commit = repository.commit({ files: { a: '1\n' }, at: start });
    addNote(commit, note('claude', 's'));
    repository.git('config', 'uploadpack.allowFilter', 'true');
    const partial = join(machine(), 'partial');
    repository.git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${repository.folder}`, partial);
    const clone = makeRepository(partial, { exists: 'yes' });
    clone.git('fetch', '-q', '--filter=blob:none', 'origin', 'refs/notes/ai:refs/notes/ai');
    const before = clone.git('count-objects', '-v');
    rmSync(repository.folder, { recursive: true });
    await pass(database, home, { folders: [partial] });
    await pass(database, home, { folders: [partial] });
    expect(problems()).toContain('git-ai notes that this clone does not have: 1');
    expect(clone.git('count-objects', '-v')).toBe(before);
  });

  it('are not read in a workspace that is not trusted', async () => {
    addNote(repository.commit({ files: { a: '1\n' }, at: start }), note('claude', 's'));
    await pass(database, home, { untrusted: [repository.folder] });
    expect(database.all('select * from fact_commit_declaration')).toEqual([]);
  });
});

describe('Entire’s checkpoints', () => {
  const checkpoint = 'a1b2c3d4e5f6';
  const ulid = '01KXGTTNGCEACC83QZEJ5YAF0D';
  const naming = (id: string) =>
    repository.commit({ files: { a: `${id}\n` }, at: start, message: `one\n\nEntire-Checkpoint: ${id}` });
  const meta = (id: unknown, agent: unknown = 'Claude Code') => JSON.stringify({ session_id: id, agent });

  /** A ref whose commit holds these files. */
  function keep(ref: string, files: Record<string, string>): void {
    const index = { environment: { GIT_INDEX_FILE: join(mkdtempSync(join(machine(), 'index-')), 'index') } };
    for (const [path, input] of Object.entries(files)) {
      const blob = repository.gitWith({ input }, 'hash-object', '-w', '--stdin');
      repository.gitWith(index, 'update-index', '--add', '--cacheinfo', `100644,${blob},${path}`);
    }
    const tree = repository.gitWith(index, 'write-tree');
    repository.git('update-ref', ref, repository.git('commit-tree', tree, '-m', 'Checkpoint'));
  }

  it('on the branch link a commit to each of their sessions', async () => {
    session('t');
    const commit = naming(checkpoint);
    keep('refs/heads/entire/checkpoints/v1', {
      'a1/b2c3d4e5f6/metadata.json': JSON.stringify({
        sessions: [{ metadata: '/etc/passwd' }, { metadata: '/a1/b2c3d4e5f6/2/metadata.json' }],
      }),
      'a1/b2c3d4e5f6/0/metadata.json': meta('s'),
      'a1/b2c3d4e5f6/2/metadata.json': meta('2026-03-01-t'),
    });
    await pass(database, home);
    const by = '["entire_checkpoint"]';
    expect(links()).toEqual([`${commit} claude-code:s ${by}`, `${commit} claude-code:t ${by}`]);
    expect([agentOf(commit), problems()]).toEqual(['claude-code', []]);
  });

  it('of one session, as they once were, and on a remote’s branch', async () => {
    const commit = naming(checkpoint);
    keep('refs/remotes/origin/entire/checkpoints/v1', { 'a1/b2c3d4e5f6/metadata.json': meta('s') });
    await pass(database, home);
    expect(links()).toEqual([`${commit} claude-code:s ["entire_checkpoint"]`]);
  });

  it('in a ref of their own, which comes after the commit', async () => {
    const commit = naming(ulid);
    await pass(database, home);
    expect(links()).toEqual([]);
    keep(`refs/entire/checkpoints/0D/${ulid}`, {
      'metadata.json': '{"sessions":[{}]}',
      '0/metadata.json': meta('s'),
    });
    expect(await pass(database, home)).toMatchObject({ commits: 1 });
    expect(links()).toEqual([`${commit} claude-code:s ["entire_checkpoint"]`]);
    expect(await pass(database, home)).toMatchObject({ commits: 0 });
  });

  it.each([
    ['torn', '{"sess'],
    ['a list', '[]'],
    ['of another type', meta(7)],
    ['with control characters', meta('s\n')],
    ['huge', JSON.stringify({ session_id: 's', x: 'x'.repeat(1 << 20) })],
    ['with a great number of sessions', `{"sessions":[${'0,'.repeat(100_000)}0]}`],
  ])('whose metadata is %s are a counted problem', async (name, text) => {
    const commit = naming(checkpoint);
    keep('refs/heads/entire/checkpoints/v1', { 'a1/b2c3d4e5f6/metadata.json': text });
    await pass(database, home);
    expect(links()).toEqual([]);
    const expected = [`${commit.slice(0, 7)}: Entire's checkpoint is unreadable: ${checkpoint}`];
    expect([name, problems()]).toEqual([name, expected]);
  });
});

describe('Agent Trace records', () => {
  const trace = (revision: string, more: Record<string, unknown> = {}) => ({
    ...{ version: '0.1.0', id: 'x', timestamp: '2026-03-01T10:00:30Z', vcs: { type: 'git', revision } },
    tool: { name: 'claude-code' },
    files: [
      {
        path: 'a',
        conversations: [
          { url: 'file:///home/ada/.claude/projects/-s/s.jsonl', contributor: { type: 'ai' }, ranges: [] },
        ],
      },
    ],
    ...more,
  });
  const write = (...records: unknown[]) => {
    mkdirSync(join(repository.folder, '.agent-trace'), { recursive: true });
    const texts = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
    writeFileSync(join(repository.folder, '.agent-trace', 'traces.jsonl'), texts.join('\n'));
    writeFileSync(join(repository.folder, '.gitignore'), '.agent-trace\n');
  };

  it('link the commit that they name, where it changed the file', async () => {
    const first = repository.commit({ files: { a: '1\n' }, at: start });
    const other = repository.commit({ files: { b: '1\n' }, at: start + 60 });
    write(trace(first), trace(other));
    await pass(database, home);
    expect(links()).toEqual([`${first} claude-code:s ["agent_trace"]`]);
    expect([agentOf(first), agentOf(other), problems()]).toEqual(['claude-code', null, []]);
  });

  it('of the reference implementation link the commit that is made on what they name', async () => {
    const first = repository.commit({ files: { a: '1\n' }, at: start });
    write(trace(first, { version: '1.0', metadata: { session_id: 's' } }));
    await pass(database, home);
    expect(links()).toEqual([]);
    const second = repository.commit({ files: { a: '2\n' }, at: start + 60 });
    await pass(database, home);
    expect(links()).toEqual([`${second} claude-code:s ["agent_trace"]`]);
    expect(await pass(database, home)).toMatchObject({ commits: 0 });
  });

  it('of people, of other systems and without a commit say nothing', async () => {
    const first = repository.commit({ files: { a: '1\n' }, at: start });
    const byPerson = [{ path: 'a', conversations: [{ contributor: { type: 'human' }, ranges: [] }] }];
    write(
      trace(first, { files: byPerson }),
      trace(first, { vcs: { type: 'jj', revision: first } }),
      trace(first, { vcs: undefined }),
      trace('HEAD'),
    );
    await pass(database, home);
    expect([links(), agentOf(first), problems()]).toEqual([[], null, []]);
  });

  it('that are damaged are counted, as long as they are there; the others are read', async () => {
    const first = repository.commit({ files: { a: '1\n' }, at: start });
    const hostile = { path: 'a', conversations: [{ url: '__proto__', contributor: { type: 'ai' }, ranges: 'x' }] };
    write('{"version":', '[]', trace(first, { files: [7] }), 'x'.repeat(1 << 21), trace(first, { files: [hostile] }));
    await pass(database, home);
    await pass(database, home);
    expect(problems()).toEqual(['lines of .agent-trace/traces.jsonl that are no Agent Trace records: 4']);
    expect([links(), agentOf(first)]).toEqual([[], 'claude-code']);
    write(trace(first));
    await pass(database, home);
    expect([links(), problems()]).toEqual([[`${first} claude-code:s ["agent_trace"]`], []]);
  });

  it.skipIf(process.platform === 'win32').each(['mkdir', 'mkfifo'])('are not read from what %s makes', async (make) => {
    repository.commit({ files: { a: '1\n' }, at: start });
    mkdirSync(join(repository.folder, '.agent-trace'));
    execFileSync(make, [join(repository.folder, '.agent-trace', 'traces.jsonl')]);
    await pass(database, home);
    expect([problems(), database.all('select * from fact_commit_declaration')]).toEqual([[], []]);
  });
});
