import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { readFirstPrompt } from '../../extension/engine/reports/firstPrompt';
import { type Home, makeHome, readOnce } from '../ingest/ingestHarness';
import { lines, prompt } from '../ingest/sampleLogs';

let home: Home;
beforeEach(() => {
  home = makeHome();
});
afterEach(() => home.remove());

const asking = (text: string): string => lines([prompt({ session: 's', uuid: 'p', minute: 1 }, text)]);

async function firstPrompt(log: string, change: (path: string) => void = () => undefined): Promise<string | null> {
  const path = home.log('-s/s.jsonl', log);
  const database = await readOnce(home);
  change(path);
  return readFirstPrompt(database, [claudeCode], 'claude-code:s').finally(() => database.close());
}

it('shows the beginning of a prompt on a line too long to be held', async () => {
  expect(await firstPrompt(asking('Fix it! '.repeat(1 << 20)))).toBe(`${'Fix it! '.repeat(250)}…`);
});

it('finds a prompt that stands behind half a record', async () => {
  expect(await firstPrompt(`{"type":"user","message":{"content":"half${asking('Fix it')}`)).toBe('Fix it');
});

it.skipIf(process.platform === 'win32')('does not wait for a pipe that lies where the log was', async () => {
  const replace = (path: string): void => {
    rmSync(path);
    execFileSync('mkfifo', [path]);
  };
  expect(await firstPrompt(asking('Fix it'), replace)).toBeNull();
});
