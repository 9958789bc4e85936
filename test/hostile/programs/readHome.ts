// readHome <home> <sql> <wasm file>: reads the logs of a home as the engine does, and says what came of it and how much
// memory it took. As nobody, where it was started by root, for whom nothing is unreadable.
import { readCatalogue } from '../../../extension/engine/database/catalogue';
import { openDatabase } from '../../../extension/engine/database/database';
import { prepareSchema } from '../../../extension/engine/database/schema';
import { ingest } from '../../../extension/engine/ingest/ingest';
import { bundledPrices } from '../../../extension/engine/pricing/prices';
import { claudeCode } from '../../../extension/engine/providers/claudeCode/provider';

export interface HomeReading {
  prompts: number;
  responses: number;
  calls: number;
  answers: number;
  edits: number;
  problems: { path: string; place: number; reason: string; detail: string; problems: number }[];
  /** The peak of the process's memory, above what it was before the pass. */
  peakMegabytes: number;
}

const peak = (): number => process.resourceUsage().maxRSS / 1024;

async function readHome(home: string, sql: string, wasmFile: string): Promise<HomeReading> {
  const database = await openDatabase(wasmFile);
  prepareSchema(database, readCatalogue(sql), 'UTC');
  const prices = bundledPrices();
  if (process.getuid?.() === 0) {
    process.setgid?.(65534);
    process.setuid?.(65534);
  }
  const before = peak();
  await ingest(database, {
    providers: [claudeCode],
    environment: { home, platform: 'linux', variables: {} },
    prices,
    readerFile: undefined,
    clock: Date.now,
    signal: new AbortController().signal,
    folders: [],
    untrusted: [],
    identities: [],
    onProgress: () => undefined,
    onCheckpoint: async () => undefined,
  });
  const count = (rows: string) => database.get<{ n: number }>(`select count(*) as n from ${rows}`)?.n ?? -1;
  return {
    peakMegabytes: Math.round(peak() - before),
    prompts: count('fact_session_message where is_human_prompt = 1'),
    responses: count('fact_session_usage'),
    calls: count('fact_session_tool_call where started_at is not null'),
    answers: count('fact_session_tool_call where ended_at is not null'),
    edits: count('fact_session_code_change'),
    problems: database.all(
      `select real_path as path, place, reason, detail, problems
       from fact_source_problem inner join metadata_source using (log_id) order by 1, 2, 3`,
    ),
  };
}

const [home = '', sql = '', wasmFile = ''] = process.argv.slice(2);
void readHome(home, sql, wasmFile).then((reading) => process.stdout.write(JSON.stringify(reading)));
