// holdLock <lock> <counter file> [rounds]: takes the lock in turn with others and counts without any other protection.
// holdLock <lock> forever: takes it and sleeps.
import { readFileSync, writeFileSync } from 'node:fs';
import { acquireLock } from '../../../extension/engine/database/lock';

const [lockFile = '', counter = '', rounds = '1'] = process.argv.slice(2);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function main(): Promise<void> {
  if (counter === 'forever') {
    await acquireLock(lockFile, new AbortController().signal, () => undefined);
    process.stdout.write('held\n');
    await pause(3_600_000);
    return;
  }
  for (let round = 0; round < Number(rounds); round++) {
    const lock = await acquireLock(lockFile, new AbortController().signal, () => undefined);
    const before = Number(readFileSync(counter, 'utf8'));
    // Whoever else is in here reads the same number.
    await pause(2);
    if (!lock.isHeld()) process.stdout.write('lost\n');
    writeFileSync(counter, String(before + 1));
    await lock.release();
  }
}

void main();
