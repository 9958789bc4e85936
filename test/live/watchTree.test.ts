import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatching, type Watching } from '../../extension/engine/live/watching';

let base: string;
let root: string;
let watching: Watching;
let files: Set<string>;
let clones: string[];

const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-watch-')));
  root = join(base, 'projects');
  files = new Set();
  clones = [];
  watching = createWatching(platform, {
    onFile: (file) => files.add(file),
    onClone: (clone) => clones.push(clone),
  });
});
afterEach(() => {
  watching.close();
  rmSync(base, { recursive: true, force: true });
});

/** Patience for a machine that is busy; how long it takes is measured by the benchmark. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

/** Once it is said to be watched, a file that is written once is hinted. */
async function watched(): Promise<void> {
  mkdirSync(root, { recursive: true });
  await watching.follow([root], []);
  writeFileSync(join(root, 'first'), 'x');
  await eventually(() => expect(files).toContain(join(root, 'first')));
}

describe('files below a root', () => {
  it.skipIf(process.platform === 'win32')('goes on with the others where a clone can not be asked', async () => {
    const [loop, clone] = [join(base, 'loop'), join(base, 'clone')];
    symlinkSync(loop, loop);
    mkdirSync(clone);
    await watching.follow([], [loop, clone]);
    writeFileSync(join(clone, 'HEAD'), 'x');
    await eventually(() => expect(clones).toContain(clone));
  });

  it('are hinted when they are made together with their folders, and whenever they grow', async () => {
    await watched();
    const made = Array.from({ length: 20 }, (_, n) => join(root, `a${n}`, 'b', 'c', 'log.jsonl'));
    for (const file of made) {
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, '1\n');
    }
    await eventually(() => expect([...files]).toEqual(expect.arrayContaining(made)));
    await eventually(() => {
      files.clear();
      for (const file of made) appendFileSync(file, '2\n');
      return vi.waitFor(() => expect([...files]).toEqual(expect.arrayContaining(made)), { timeout: 500 });
    });
  });

  it('are hinted in a folder that went and came back, and in a root that did', async () => {
    await watched();
    const file = join(root, 'a', 'log.jsonl');
    for (const round of [1, 2, 3]) {
      mkdirSync(join(root, 'a'));
      writeFileSync(file, String(round));
      await eventually(() => expect(files).toContain(file));
      rmSync(join(root, 'a'), { recursive: true });
      files.clear();
    }
    renameSync(root, join(base, 'moved'));
    await watching.follow([root], []);
    expect(watching.state().watches).toBe(0);
    files.clear();
    await watched();
  });

  it('are not followed once nobody looks, and a root that is not there is no failure', async () => {
    await watching.follow([join(base, 'nowhere')], []);
    expect(watching.state()).toEqual({ watches: 0, failures: [] });
    await watched();
    watching.close();
    files.clear();
    writeFileSync(join(root, 'first'), 'more');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([files.size, watching.state().watches]).toEqual([0, 0]);
  });
});

it('a clone is hinted when a ref moves, not when its index does', async () => {
  const clone = join(base, 'shop', '.git');
  mkdirSync(join(clone, 'refs', 'heads'), { recursive: true });
  writeFileSync(join(clone, 'HEAD'), 'ref: refs/heads/main\n');
  await watching.follow([], [clone]);
  writeFileSync(join(clone, 'refs', 'heads', 'main'), '1');
  await eventually(() => expect(clones).toContain(clone));
  await new Promise((resolve) => setTimeout(resolve, 200));
  clones.length = 0;
  writeFileSync(join(clone, 'index'), '1');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(clones).toEqual([]);
  writeFileSync(join(clone, 'HEAD'), 'ref: refs/heads/other\n');
  await eventually(() => expect(clones).toContain(clone));
});
