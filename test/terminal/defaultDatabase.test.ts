import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultDatabase } from '../../extension/engine/terminal/defaultDatabase';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'paceflow-default-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const linux = (variables: Record<string, string> = {}) => ({ home, platform: 'linux' as const, variables });
function editorUsed(folder: string, minutesAgo: number): string {
  const file = join(home, folder, 'User/globalStorage/paceflow.paceflow/paceflow.db');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  const then = new Date(Date.now() - 60_000 * minutesAgo);
  utimesSync(file, then, then);
  return file;
}

it('where no editor has a database, the terminal program’s own', async () => {
  expect(await defaultDatabase(linux())).toBe(join(home, '.local/share/paceflow/paceflow.db'));
  expect(await defaultDatabase(linux({ XDG_DATA_HOME: '/data' }))).toBe('/data/paceflow/paceflow.db');
  expect(await defaultDatabase({ ...linux(), platform: 'darwin' })).toBe(
    join(home, 'Library/Application Support/paceflow/paceflow.db'),
  );
});

it('the one that was used last, of whatever editor', async () => {
  editorUsed('.config/Code', 30);
  const cursor = editorUsed('.config/Cursor', 10);
  editorUsed('.vscode-server/data', 20);
  expect(await defaultDatabase(linux())).toBe(cursor);
  const server = editorUsed('.vscode-server/data', 1);
  expect(await defaultDatabase(linux())).toBe(server);
});
