import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endHungEngine } from '../../extension/rendezvous/endHungEngine';
import { errorsOf } from '../../extension/rendezvous/engineErrors';
import { look } from '../../extension/rendezvous/look';
import { noteSchema } from '../../extension/rendezvous/note';
import { placeOf } from '../../extension/rendezvous/place';
import { reachEngine } from '../../extension/rendezvous/reach';
import { type ClientOptions, engineProtocol, wireName } from '../../shared/contract';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { type Home, makeHome } from '../ingest/ingestHarness';
import { lines, turns } from '../ingest/sampleLogs';
import { buildPrograms } from '../terminal/program';
import { connectTo, type EngineClient, type EngineProcess, lookAt, pause, startEngine } from './engineProcess';

const programs = buildPrograms();
const machine = temporaryHome();
let home: Home;
let started: EngineProcess[];
let clients: EngineClient[];

beforeEach(() => {
  home = makeHome();
  started = [];
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  for (const engine of started) engine.process.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  home.remove();
});

const database = () => join(machine(), 'storage', 'paceflow.db');
const place = () => placeOf(database());
const note = () => noteSchema.parse(JSON.parse(readFileSync(place().note, 'utf8')));

function start(environment: Record<string, string> = {}): EngineProcess {
  const engine = startEngine({
    ...{ root: programs.root(), emptyHome: programs.emptyHome(), database: database() },
    environment: { TMPDIR: machine(), ...environment },
  });
  started.push(engine);
  return engine;
}

async function connect(changes: Partial<ClientOptions> = {}): Promise<EngineClient> {
  const client = await connectTo(database(), {
    ...{ home: home.path, variables: {}, folders: [], isTrusted: true, richHover: true, identities: [], prices: null },
    ...changes,
  });
  clients.push(client);
  await client.initialize({ window: { workDoneProgress: true } });
  return client;
}

const namesHeard = ({ heard }: EngineClient) => new Set(heard.map(([name]) => name));
const until = async (isSo: () => boolean) => {
  while (!isSo()) await pause(10);
};

describe('several clients of one engine', () => {
  it('all hear of a pass and of its end, whoever asked', async () => {
    home.log('-s/a.jsonl', lines(turns('a', 3)));
    start();
    const [asking, other] = [await connect(), await connect()];
    expect(other.welcome).toEqual(asking.welcome);
    expect(asking.welcome).toMatchObject({ protocol: engineProtocol, version: '1.2.3-test', database: database() });
    await asking.request('ingest', {});
    await until(() => namesHeard(other).has(wireName('dataChanged')));
    expect(namesHeard(other)).toEqual(namesHeard(asking));
    expect(namesHeard(other)).toEqual(
      new Set([
        ...['ingestProgress', 'dataChanged'].map((name) => wireName(name as 'dataChanged')),
        '$/progress',
        'window/logMessage',
      ]),
    );
    expect(await other.request('sidebar', { scope: 'all', range: 'all' })).toMatchObject({ state: 'ready' });
  });

  it('see their own workspace; a pass reads the repositories of all that are trusted', async () => {
    const made = ['shop', 'till', 'safe'].map((name) => {
      const repository = makeRepository(join(machine(), name));
      const id = repository.commit({ message: name, files: { a: '1\n' }, at: Math.floor(Date.now() / 1_000) - 60 });
      return { folder: repository.folder, id };
    });
    const [shop, till, safe] = made;
    if (!shop || !till || !safe) throw new Error('three');
    home.log('-s/a.jsonl', lines(turns('a', 3)).replaceAll('/nowhere/shop', shop.folder));
    start();
    const first = await connect({ folders: [shop.folder] });
    const second = await connect({ folders: [till.folder] });
    const third = await connect({ folders: [safe.folder], isTrusted: false });
    await first.request('ingest', {});
    const workspace = { scope: 'workspace', range: 'all' } as const;
    expect(await first.request('sidebar', workspace)).toMatchObject({ state: 'ready', scope_label: 'shop' });
    expect(await second.request('sidebar', workspace)).toMatchObject({ scope_label: 'till' });
    const folders = made.map(({ folder }) => folder);
    const { of } = await third.request('repositories', { folders });
    expect(of.map((keys) => keys.length)).toEqual([1, 1, 0]);
  });

  it('that come amid a pass get one of their own where that one does not read what they want read', async () => {
    const till = makeRepository(join(machine(), 'till'));
    till.commit({ message: 'till', files: { a: '1\n' }, at: Math.floor(Date.now() / 1_000) - 60 });
    for (let index = 0; index < 30; index++)
      home.log(`-s/many-${index}.jsonl`, lines(turns(`many-${index}`, 40, index)));
    start();
    const first = await connect();
    const reading = first.request('ingest', {});
    await until(() => first.heard.length > 0);
    const same = (await connect()).request('ingest', {});
    const second = await connect({ folders: [till.folder] });
    const own = second.request('ingest', {});
    expect(await same).toEqual(await reading);
    expect(await own).toMatchObject({ read: 0, sessions: 30 });
    expect((await second.request('repositories', { folders: [till.folder] })).of).toEqual([[expect.any(String)]]);
  });

  it('end alone: exit, shutdown or a broken line ends a connection and not the engine', async () => {
    const engine = start();
    const stays = await connect();
    const [exits, shuts, breaks, dies] = [await connect(), await connect(), await connect(), await connect()];
    await exits.connection.sendNotification('exit');
    await exits.closed;
    await shuts.connection.sendRequest('shutdown');
    await shuts.connection.sendNotification('exit');
    await shuts.closed;
    await breaks.connection.sendNotification('textDocument/didOpen', { hostile: '\u0000'.repeat(10_000) });
    dies.close();
    const stranger = net.connect({ path: note().address ?? '' });
    stranger.on('error', () => undefined).write('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => stranger.once('close', resolve));
    const report = await stays.request('doctor', {});
    expect(report.engine).toMatchObject({ pid: engine.process.pid, lock: 'abstract socket' });
    expect(report.engine_errors).toEqual([]);
  });

  it('are served only with the token of the note', async () => {
    start();
    await connect();
    writeFileSync(place().note, JSON.stringify({ ...note(), token: 'guessed' }));
    expect(await lookAt(database())).toEqual({ kind: 'nobody' });
  });
});

describe('versions', () => {
  const hello = (version: string, role: 'window' | 'terminal' = 'window', protocol = engineProtocol) => ({
    version,
    role,
    protocol,
  });

  it('an older window and a newer terminal are served, others are told', async () => {
    const engine = start();
    await connect();
    for (const said of [hello('0.0.1'), hello('99.0.0', 'terminal')]) {
      const sight = await lookAt(database(), said);
      expect([said, sight.kind]).toEqual([said, 'greeted']);
      if (sight.kind === 'greeted') sight.socket.destroy();
    }
    for (const said of [hello('0.0.1', 'window', 0), hello('99.0.0', 'terminal', 2)])
      expect(await lookAt(database(), said)).toEqual({
        kind: 'foreign',
        pid: engine.process.pid,
        version: '1.2.3-test',
      });
    expect(engine.process.exitCode).toBeNull();
  });

  it('a newer window makes the engine leave: others hear it, and the file and the lock are free', async () => {
    const engine = start();
    const old = await connect();
    await old.request('ingest', {});
    expect(await lookAt(database(), hello('1.2.3'))).toEqual({ kind: 'leaving', pid: engine.process.pid });
    await old.closed;
    expect(old.heard.at(-1)).toEqual([wireName('leaving'), { successor: true }]);
    expect(await engine.ended).toBe(0);
    expect([existsSync(place().note), existsSync(database())]).toEqual([false, true]);
    const successor = start();
    expect((await connect()).welcome.pid).toBe(successor.process.pid);
  });
});

describe('the end of an engine', () => {
  it('comes some time after the last client has gone, and leaves nothing but the database', async () => {
    const engine = start({ PACEFLOW_ENGINE_IDLE_MS: '300' });
    const [first, second] = [await connect(), await connect()];
    await first.request('ingest', {});
    first.close();
    await pause(600);
    expect(engine.process.exitCode).toBeNull();
    const { address } = note();
    second.close();
    expect(await engine.ended).toBe(0);
    expect([existsSync(place().note), existsSync(address ?? '')]).toEqual([false, false]);
  });

  it('comes when nobody can find it any more', async () => {
    const engine = start();
    await connect();
    rmSync(join(machine(), 'storage'), { recursive: true });
    expect(await engine.ended).toBe(0);
  });

  it('amid a pass keeps what was read; the next engine goes on', async () => {
    for (let index = 0; index < 40; index++)
      home.log(`-s/many-${index}.jsonl`, lines(turns(`many-${index}`, 40, index)));
    const engine = start();
    const client = await connect();
    const reading = client.request('ingest', {}).catch(() => undefined);
    await until(() => client.heard.length > 0);
    engine.process.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    await reading;
    start();
    expect(await (await connect()).request('ingest', {})).toMatchObject({ sessions: 40, problems: 0 });
  });

  it('is the same whether one reads or not: killed, the next starter is the engine', async () => {
    const killed = start();
    const client = await connect();
    void client.request('ingest', {}).catch(() => undefined);
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect([existsSync(place().note), await lookAt(database())]).toEqual([true, { kind: 'nobody' }]);
    const many = Array.from({ length: 8 }, () => start());
    const { welcome } = await connect();
    const losers = many.filter(({ process: { pid } }) => pid !== welcome.pid);
    expect(losers).toHaveLength(7);
    expect(await Promise.all(losers.map(({ ended }) => ended))).toEqual(losers.map(() => 0));
  });

  it('is made where it hangs, and only where the process is the engine of this database', async () => {
    const engine = start();
    await connect();
    engine.process.kill('SIGSTOP');
    const sight = await look(place(), { protocol: engineProtocol, version: '0', role: 'window', pid: 1 }, 100);
    expect(sight).toEqual({ kind: 'silent', pid: engine.process.pid });
    const { pid = 0 } = engine.process;
    // Another database's note names it, and this database's note names a stranger: both are left alone.
    const other = placeOf(join(machine(), 'other.db'));
    writeFileSync(other.note, JSON.stringify({ ...note(), pid }));
    expect(await endHungEngine(pid, other)).toContain('left alone');
    const own = note();
    writeFileSync(place().note, JSON.stringify({ ...own, pid: process.pid }));
    expect(await endHungEngine(process.pid, place())).toContain('left alone');
    expect(await endHungEngine(pid, place())).toContain('gone already');
    writeFileSync(place().note, JSON.stringify(own));
    expect(await endHungEngine(pid, place())).toBe('it was ended');
    expect(await engine.ended).toBe('SIGKILL');
  });
});

describe('an engine that can not start', () => {
  it('says why beside the database, and the window that started it hears it', async () => {
    const long = join(machine(), 'x'.repeat(100));
    mkdirSync(long);
    mkdirSync(join(machine(), 'storage'));
    const search = new AbortController();
    const heard = await new Promise((resolve) => {
      reachEngine({
        place: place(),
        hello: { protocol: engineProtocol, version: '1.2.3-test', role: 'window', pid: process.pid },
        start: () => start({ TMPDIR: long, HOME: long }).process.pid,
        signal: search.signal,
        patienceMs: 0,
        onHindrance: (hindrance, why) => why && resolve([hindrance, why]),
        log: () => undefined,
      }).catch(() => undefined);
    });
    search.abort();
    expect(heard).toMatchObject([
      { kind: 'notStarting' },
      {
        message: expect.stringContaining('no folder'),
        next: expect.stringContaining('XDG_RUNTIME_DIR'),
        isFatal: true,
      },
    ]);
    expect(await errorsOf(place().errors)).not.toEqual([]);
    expect(existsSync(place().note)).toBe(false);
  });
});
