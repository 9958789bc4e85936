import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { type EngineMethod, engineNotifications, engineRequests, wireName } from '../../shared/contract';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { type Home, makeHome } from '../ingest/ingestHarness';
import { declaredCommit, lines, prompt, turns } from '../ingest/sampleLogs';
import { buildPrograms } from '../terminal/program';
import { connectTo, type EngineClient, type EngineProcess, startEngine } from './engineProcess';

const programs = buildPrograms();
const machine = temporaryHome();
let home: Home;
let commit: string;
let running: EngineProcess;
let engine: EngineClient;
const scope = { scope: 'workspace', range: 'all' } as const;

const database = () => join(machine(), 'storage', 'paceflow.db');

async function start(richHover: boolean): Promise<void> {
  running = startEngine({ root: programs.root(), emptyHome: programs.emptyHome(), database: database() });
  engine = await connectTo(database(), {
    home: home.path,
    variables: {},
    folders: [join(machine(), 'shop')],
    isTrusted: true,
    richHover,
    identities: [],
    prices: null,
  });
}

beforeEach(() => {
  home = makeHome();
  const repository = makeRepository(join(machine(), 'shop'));
  commit = repository.commit({
    message: 'Fix the cart',
    files: { a: '1\n' },
    at: Date.parse('2026-03-01T10:20:00Z') / 1000,
  });
  const records = [
    { ...prompt({ session: 's', uuid: 'p', minute: 0 }), cwd: repository.folder },
    ...declaredCommit({ session: 's', uuid: 'c', minute: 20 }, commit, repository.folder),
  ];
  home.log('-s/s.jsonl', lines(records));
});
afterEach(async () => {
  engine.close();
  running.process.kill('SIGKILL');
  await running.ended;
  home.remove();
});

const hover = (params: object) => engine.connection.sendRequest('textDocument/hover', params);
const at = (line: number, character: number, uri = 'file:///notes.txt') => ({
  textDocument: { uri },
  position: { line, character },
});
const failure = async (work: Promise<unknown>): Promise<{ message: string; data: unknown }> => {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error)) throw new Error(String(error));
  return { message: error.message, data: 'data' in error ? error.data : undefined };
};

describe('the engine', () => {
  it('answers every request by its schema, and tells of progress and change', async () => {
    await start(true);
    await engine.initialize({ window: { workDoneProgress: true } });
    expect(await engine.request('sidebar', scope)).toMatchObject({ state: 'empty' });
    expect(await engine.request('ingest', {})).toMatchObject({
      read: 1,
      commits: 1,
      sessions: 1,
      problems: 0,
      cancelled: false,
    });

    expect(await engine.request('sidebar', scope)).toMatchObject({ state: 'ready', scope_label: 'shop' });
    const answers: { [M in EngineMethod]?: unknown } = {
      report: await engine.request('report', { report: 'session', filters: {}, groupBy: 'none', zone: null }),
      rows: await engine.request('rows', { ...scope, metric: 'sessions', limit: 10, offset: 0 }),
      sql: await engine.request('sql', { ...scope, metric: 'sessions' }),
      commit: await engine.request('commit', { commit: commit.slice(0, 8) }),
      commits: await engine.request('commits', { ...scope, limit: 10 }),
      session: await engine.request('session', { sessionKey: 'claude-code:s' }),
      blame: await engine.request('blame', { path: join(machine(), 'shop', 'a'), contents: null }),
      doctor: await engine.request('doctor', {}),
      repositories: await engine.request('repositories', { folders: [join(machine(), 'shop'), '/nowhere'] }),
    };
    expect([...Object.keys(answers), 'ingest', 'setZone', 'sidebar', 'clearData'].sort()).toEqual(
      Object.keys(engineRequests).sort(),
    );
    expect(answers).toMatchObject({
      rows: { kind: 'sessions', total: 1, rows: [{ session_key: 'claude-code:s' }] },
      sql: { name: 'session.metrics', text: expect.stringContaining('select') },
      commit: { commit: { id: commit, subject: 'Fix the cart' }, sessions: [{ first_prompt: 'Please fix the cart' }] },
      commits: [{ commit_id: commit, sessions: 1 }],
      blame: { reason: null, ranges: [{ line: 1, commit }] },
      session: { session: { session_key: 'claude-code:s' }, log: { line: 1 } },
      doctor: {
        home: home.path,
        problems: [],
        engine: {
          pid: running.process.pid,
          version: '1.2.3-test',
          connections: [{ role: 'window', pid: process.pid }],
        },
        engine_errors: [],
      },
      repositories: { of: [[expect.any(String)], []] },
    });
    expect(await engine.request('commit', { commit: 'fffffff' })).toBeNull();
    expect(await engine.request('session', { sessionKey: 'none' })).toBeNull();

    const progress = engine.heard
      .filter(([name]) => name === wireName('ingestProgress'))
      .map(([, content]) => engineNotifications.ingestProgress.parse(content));
    expect(progress.map((each) => each?.text ?? null)).toEqual(
      expect.arrayContaining(['Reading logs', 'Looking for repositories', null]),
    );
    expect(progress.at(-1)).toBeNull();
    const changes = engine.heard
      .filter(([name]) => name === wireName('dataChanged'))
      .map(([, content]) => engineNotifications.dataChanged.parse(content));
    expect(changes).toEqual([{ dataVersion: 1 }]);
    const kinds = engine.heard.filter(([name]) => name === '$/progress').map(([, content]) => JSON.stringify(content));
    expect([kinds.some((kind) => kind.includes('"begin"')), kinds.at(-1)?.includes('"end"')]).toEqual([true, true]);
  });

  it('reads an appended line and a new commit by itself, while somebody looks', async () => {
    await start(true);
    await engine.initialize();
    await engine.connection.sendNotification(wireName('visible'), { isVisible: true });
    await engine.request('ingest', {});
    const until = (report: 'commits' | 'prompts', count: number) =>
      vi.waitFor(
        async () => {
          const { session, commits } = (await engine.request('session', { sessionKey: 'claude-code:s' })) ?? {};
          expect(report === 'commits' ? commits?.length : session?.prompts).toBe(count);
        },
        { timeout: 20_000, interval: 100 },
      );
    await until('prompts', 1);
    // The root, its folder, the clone, its refs and their folders.
    await vi.waitFor(async () => expect((await engine.request('doctor', {})).live.watches).toBeGreaterThanOrEqual(6), {
      timeout: 20_000,
      interval: 100,
    });
    const log = join(home.path, '.claude/projects/-s/s.jsonl');
    appendFileSync(log, lines([prompt({ session: 's', uuid: 'p2', minute: 40 }, 'Once more')]));
    await until('prompts', 2);

    const repository = join(machine(), 'shop');
    const git = (...words: string[]) => execFileSync('git', words, { cwd: repository, encoding: 'utf8' }).trim();
    git('-c', 'user.name=Jo', '-c', 'user.email=jo@example.org', 'commit', '-q', '--allow-empty', '-m', 'Second');
    const second = git('rev-parse', 'HEAD');
    appendFileSync(log, lines(declaredCommit({ session: 's', uuid: 'c2', minute: 50 }, second, repository)));
    await until('commits', 2);
    expect((await engine.request('doctor', {})).live).toMatchObject({ mode: 'watching', failures: [] });
  });

  it('clears all data, and reads nothing again until it is asked', async () => {
    await start(true);
    await engine.initialize();
    await engine.connection.sendNotification(wireName('visible'), { isVisible: true });
    await engine.request('ingest', {});
    writeFileSync(join(machine(), 'storage', 'paceflow.db.damaged-2026'), 'x');
    await engine.request('clearData', {});
    // The note by which windows find the engine goes with the engine.
    expect(readdirSync(join(machine(), 'storage'))).toEqual(['paceflow.db.engine']);
    appendFileSync(join(home.path, '.claude/projects/-s/s.jsonl'), lines(turns('s', 1, 60)));
    expect(await engine.request('sidebar', scope)).toMatchObject({ state: 'empty' });
    expect((await engine.request('doctor', {})).live.mode).toBe('paused');
    expect(await engine.request('ingest', {})).toMatchObject({ read: 1, sessions: 1 });
    expect(await engine.request('sidebar', scope)).toMatchObject({ state: 'ready' });
    expect((await engine.request('doctor', {})).live.mode).toBe('watching');
  });

  it('shows a card for the word that a rich client names, without any document', async () => {
    await start(true);
    expect(await engine.initialize()).toMatchObject({ capabilities: { hoverProvider: true, textDocumentSync: 0 } });
    await engine.request('ingest', {});
    const card = await hover({ ...at(0, 0), paceflow: { commit: commit.slice(0, 10) } });
    expect(card).toMatchObject({
      contents: { kind: 'markdown', value: expect.stringContaining('command:paceflow.openSession') },
    });
    expect(await hover({ ...at(0, 0), paceflow: { commit: 'fffffff' } })).toBeNull();
    expect(await hover({ ...at(0, 0), paceflow: { commit: "1' or 1=1 --" } })).toBeNull();
  });

  it('finds the word in the document for a plain client, and draws it plainly', async () => {
    await start(false);
    expect(await engine.initialize()).toMatchObject({ capabilities: { textDocumentSync: 2 } });
    await engine.request('ingest', {});
    const line = `see ${commit.slice(0, 8)}, not x${commit.slice(0, 8)}`;
    await engine.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: 'file:///notes.txt', languageId: 'plaintext', version: 1, text: `first\n${line}\n` },
    });
    for (const character of [4, 8, 12]) {
      const card = await hover(at(1, character));
      expect(card).toMatchObject({
        contents: { kind: 'markdown', value: expect.stringContaining('**Fix the cart**') },
      });
      expect(JSON.stringify(card)).not.toMatch(/command:|\$\(/);
    }
    for (const [row, character] of [
      [0, 2],
      [1, 2],
      [1, 20],
      [9, 0],
    ] as const)
      expect(await hover(at(row, character))).toBeNull();
    expect(await hover(at(0, 0, 'file:///unknown.txt'))).toBeNull();
    await engine.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: 'file:///notes.txt', version: 2 },
      contentChanges: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } }, text: commit }],
    });
    expect(await hover(at(0, 40))).not.toBeNull();
  });

  it('answers a request that fails: what is wrong, and what to do where a person can do something', async () => {
    mkdirSync(database(), { recursive: true });
    await start(true);
    await engine.initialize();
    const { message, data } = await failure(engine.connection.sendRequest(wireName('sidebar'), scope));
    expect(message).toContain('is no file');
    expect(data).toMatchObject({ message, next: 'Name another database.' });
  });

  it('answers a request that makes no sense', async () => {
    await start(true);
    await engine.initialize();
    const odd = await failure(engine.connection.sendRequest(wireName('rows'), { scope: 'all' }));
    expect(odd.data).toMatchObject({ next: 'Reload the window.' });
    const unknown = await failure(engine.connection.sendRequest(wireName('sql'), { ...scope, metric: 'mood' }));
    expect(unknown).toMatchObject({ message: 'There is no metric "mood".', data: { next: 'Refresh the panel.' } });
  });

  it('answers while it reads; a second asker gets the same pass; the reading can be cancelled and taken up again', async () => {
    for (let index = 0; index < 40; index++)
      home.log(`-s/many-${index}.jsonl`, lines(turns(`many-${index}`, 40, index)));
    await start(true);
    await engine.initialize();
    const cancel = new CancellationTokenSource();
    let isReading = true;
    const reading = engine.connection.sendRequest(wireName('ingest'), {}, cancel.token).finally(() => {
      isReading = false;
    });
    const second = engine.request('ingest', {});
    while (!engine.heard.some(([name]) => name === wireName('ingestProgress')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await engine.request('doctor', {})).toMatchObject({ report: 'doctor' });
    expect(isReading).toBe(true);
    cancel.cancel();
    expect(await reading).toMatchObject({ cancelled: true });
    expect((await second).cancelled).toBe(true);
    expect(await engine.request('ingest', {})).toMatchObject({ cancelled: false, sessions: 41 });
  });
});
