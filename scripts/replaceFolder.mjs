/** Puts the sample where it belongs in one step, so that a half one never looks whole; deletes only what is its own. */
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const marker = '.paceflow-sample';

/**
 * Fills a folder beside `out`, which then takes `out`'s place. Returns what `fill` returns.
 * @throws where `out` is there, not empty, and no sample
 */
export function replaceFolder(out, fill) {
  const target = existsSync(out) ? realpathSync(out) : out;
  if (existsSync(target) && readdirSync(target).length > 0 && !isSample(target))
    throw new Error(`${out} is not empty and no sample: choose another folder`);
  removeLeftovers(target);
  const making = `${target}.making-${process.pid}`;
  const old = `${target}.old-${process.pid}`;
  mkdirSync(making, { recursive: true });
  writeFileSync(path.join(making, marker), 'Made by scripts/sample.mjs, which may delete this folder.\n');
  const filled = fill(making);
  if (existsSync(target)) {
    // An empty folder has no marker: it is emptied of nothing.
    if (isSample(target)) renameSync(target, old);
    else rmSync(target, { recursive: true });
  }
  renameSync(making, target);
  rmSync(old, { recursive: true, force: true });
  return filled;
}

/** What an earlier run that was killed left beside the folder. */
function removeLeftovers(target) {
  const parent = path.dirname(target);
  mkdirSync(parent, { recursive: true });
  const leftover = new RegExp(`^${escaped(path.basename(target))}\\.(?:making|old)-(\\d+)$`);
  for (const name of readdirSync(parent)) {
    const [, pid] = leftover.exec(name) ?? [];
    const folder = path.join(parent, name);
    if (pid !== undefined && isSample(folder) && (!isRunning(Number(pid)) || isOld(folder)))
      rmSync(folder, { recursive: true });
  }
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Process ids come again: after an hour nobody is at work here. */
const isOld = (folder) => Date.now() - statSync(folder).mtimeMs > 3_600_000;

const isSample = (folder) => existsSync(path.join(folder, marker));

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
