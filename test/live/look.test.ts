import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Change, createLook, type Look } from '../../extension/engine/live/look';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { makeRepository, temporaryHome } from '../git/makeRepository';
import { type Home, makeHome } from '../ingest/ingestHarness';
import { lines, turns } from '../ingest/sampleLogs';

const machine = temporaryHome();
let home: Home;
let look: Look;
let first: string;
let clones: string[];

beforeEach(async () => {
  home = makeHome();
  first = home.log('-shop/first.jsonl', lines(turns('first', 1)));
  clones = [];
  look = createLook({
    providers: [claudeCode],
    environment: { home: home.path, platform: 'linux', variables: {} },
    folders: () => [home.path],
    clones: async () => clones,
  });
});
afterEach(() => home.remove());

const named = (change: Change): Change | { logs: string[]; clones: string[] } =>
  typeof change === 'string' ? change : { logs: change.logs.map((found) => found.path), clones: [...change.clones] };
const everywhere = async () => named(await look.everywhere());
const at = async (...files: string[]) => named(await look.at(new Set(files), new Set(clones)));

describe('a look everywhere', () => {
  it('names logs that grew or came, once', async () => {
    expect(await everywhere()).toBe('all');
    await look.remember();
    expect(await everywhere()).toBe('nothing');
    appendFileSync(first, lines(turns('first', 1, 30)));
    const second = home.log('-shop/deep/subagents/agent-a1.jsonl', lines(turns('second', 1)));
    expect(await everywhere()).toEqual({ logs: [second, first].sort(), clones: [] });
    expect(await everywhere()).toBe('nothing');
    appendFileSync(first, '{}\n');
    expect(await look.everywhere()).toMatchObject({ unchanged: [{ path: second }] });
    expect(await everywhere()).toBe('nothing');
  });

  it.each<[string, () => void]>([
    ['a log is gone', () => rmSync(first)],
    ['a folder of the workspace became a repository', () => writeFileSync(join(home.path, '.git'), 'gitdir: x')],
    ['a pass failed', () => look.forget()],
  ])('asks for a pass over everything where %s', async (_, happens) => {
    await look.remember();
    happens();
    expect(await everywhere()).toBe('all');
  });

  it('leaves what a pass reads to it that begins meanwhile, and names what came after', async () => {
    const looking = everywhere();
    await look.remember();
    expect(await looking).not.toBe('all');
    const remembering = look.remember();
    const other = everywhere();
    await remembering;
    appendFileSync(first, '{}\n');
    expect([await other, await everywhere()]).toContainEqual({ logs: [first], clones: [] });
  });

  it('names a clone that has another commit, branch or head', async () => {
    const repository = makeRepository(join(machine(), 'shop'));
    repository.commit({ message: 'One', files: { a: '1\n' }, at: 1_700_000_000 });
    clones = [join(repository.folder, '.git')];
    await look.remember();
    expect(await everywhere()).toBe('nothing');
    repository.commit({ message: 'Two', files: { a: '2\n' }, at: 1_700_000_100 });
    expect(await everywhere()).toEqual({ logs: [], clones });
    expect(await everywhere()).toBe('nothing');
  });
});

describe('a look at what was hinted', () => {
  it('asks for a pass over everything where a log went, for it may lie elsewhere now', async () => {
    await look.remember();
    renameSync(first, `${first}.old.jsonl`);
    expect(await at(`${first}.old.jsonl`)).toEqual({ logs: [`${first}.old.jsonl`], clones: [] });
    expect(await at(first)).toBe('all');
  });

  it('names the logs among it that changed, and what it named is not found again', async () => {
    await look.remember();
    appendFileSync(first, lines(turns('first', 1, 30)));
    const other = home.log('-shop/notes.txt', 'no log');
    expect(await at(first, other, '/nowhere/x.jsonl', home.path)).toEqual({ logs: [first], clones: [] });
    expect(await at(first)).toBe('nothing');
    expect(await everywhere()).toBe('nothing');
  });
});
