// ingestOnce <home> <database> <wasm file> <repository root> <pages per checkpoint>: one pass over the home into a real
// file. Says when it begins, how many facts are committed each time that some are, and when it is done.
import { writeSync } from 'node:fs';
import path from 'node:path';
import { readCatalogue } from '../../../extension/engine/database/catalogue';
import type { Database } from '../../../extension/engine/database/database';
import { realFile } from '../../../extension/engine/database/databaseFile';
import { createStore } from '../../../extension/engine/database/store';
import { buildEvents } from '../../../extension/engine/ingest/buildEvents';
import { ingest } from '../../../extension/engine/ingest/ingest';
import { bundledPrices } from '../../../extension/engine/pricing/prices';
import { claudeCode } from '../../../extension/engine/providers/claudeCode/provider';

const [home = '', database = '', wasmFile = '', root = '', pages = ''] = process.argv.slice(2);
const now = Date.parse('2026-04-01T12:00:00Z');
/** At once, whatever happens next: the parent counts on it. */
const say = (text: string) => writeSync(1, `${text}\n`);

async function main(): Promise<void> {
  const catalogue = readCatalogue(path.join(root, 'sql'));
  const store = createStore({
    file: realFile(database),
    catalogue,
    wasmFile,
    zone: 'UTC',
    rebuildEvents: (opened) => buildEvents(opened, { sessions: 'all', commits: 'all', logs: 'all' }, now),
  });
  const facts = catalogue.tables
    .map(({ name }) => name)
    .filter((name) => /^fact_session_(message|usage|tool)/.test(name));
  const report = (opened: Database) =>
    say(
      `committed ${facts.map((table) => opened.get<{ n: number }>(`select count(*) as n from ${table}`)?.n).join(' ')}`,
    );
  await store.write(
    new AbortController().signal,
    () => undefined,
    async (opened, save) => {
      (await store.read()).get(`pragma wal_autocheckpoint = ${pages}`);
      say('begun');
      await ingest(opened, {
        providers: [claudeCode],
        environment: { home, platform: 'linux', variables: {} },
        prices: bundledPrices(),
        readerFile: undefined,
        clock: () => now,
        signal: new AbortController().signal,
        folders: [],
        untrusted: [],
        identities: [],
        onProgress: () => undefined,
        onCheckpoint: async () => {
          await save();
          report(opened);
        },
      });
    },
  );
  say('done');
  store.close();
}

void main();
