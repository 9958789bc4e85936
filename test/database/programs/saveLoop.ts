// saveLoop <file> <bytes>: saves one whole state after the other, each of one repeated byte, until it is killed.
import { snapshotFile } from '../../../extension/engine/database/databaseFile';

const [path = '', bytes = '0'] = process.argv.slice(2);

async function main(): Promise<void> {
  const file = snapshotFile(path);
  for (let state = 0; ; state = (state + 1) % 256) {
    await file.save(new Uint8Array(Number(bytes)).fill(state));
    process.stdout.write('saved\n');
  }
}

void main();
