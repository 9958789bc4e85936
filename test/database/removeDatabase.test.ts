import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeDatabase } from '../../extension/engine/database/removeDatabase';

it('removes a database and all that lies beside it, nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'paceflow-remove-'));
  try {
    const own = ['', '-wal', '-journal', '.lock', '.12.new', '.damaged-2026', '.facts-2026-01-01'];
    for (const end of own) writeFileSync(join(folder, `paceflow.db${end}`), 'x');
    for (const other of ['paceflow.dbx', 'other.db', 'a.paceflow.db']) writeFileSync(join(folder, other), 'x');
    mkdirSync(join(folder, 'sub'));
    expect(await removeDatabase(join(folder, 'paceflow.db'))).toBe(own.length);
    expect(readdirSync(folder).sort()).toEqual(['a.paceflow.db', 'other.db', 'paceflow.dbx', 'sub']);
    expect(await removeDatabase(join(folder, 'nowhere', 'paceflow.db'))).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
