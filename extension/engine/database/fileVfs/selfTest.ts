import type { Database } from '../database';
import { DatabaseFileError, explainDisk } from './explainFault';
import type { FileSystem } from './fileSystem';
import { openDatabaseFile } from './openDatabaseFile';

const rows = 40;
/** A few pages, so that more than one is written and found again. */
const rowBytes = 1000;

/**
 * Tries a database in a real file beside `file`: commits, takes back, closes, opens again. Returns what does not work:
 * another build of sql.js, a file system with ways of its own. A full or forbidden disk is no answer to that question.
 */
export async function testFileVfs(
  file: string,
  options: { wasmFile: string; fileSystem: FileSystem },
): Promise<string | undefined> {
  const scratch = `${file}.selftest`;
  const open = () => openDatabaseFile(scratch, { ...options, access: 'write', journal: 'wal', mayWrite: () => true });
  try {
    removeScratch(options.fileSystem, scratch);
    await using(open, (database) => fill(database, () => options.fileSystem.status(`${scratch}-wal`)?.size ?? 0));
    await using(open, (database) => check(database, () => options.fileSystem.status(scratch)?.size ?? 0));
    return undefined;
  } catch (error) {
    const explained = explainDisk(scratch, error);
    const isOther =
      explained instanceof DatabaseFileError && (explained.kind === 'full' || explained.kind === 'forbidden');
    return isOther ? undefined : explained.message;
  } finally {
    try {
      removeScratch(options.fileSystem, scratch);
    } catch {
      // The next self-test tries again.
    }
  }
}

async function using(open: () => Promise<Database>, work: (database: Database) => void): Promise<void> {
  const database = await open();
  try {
    work(database);
  } finally {
    database.close();
  }
}

function fill(database: Database, logBytes: () => number): void {
  database.exec('create table trial (id integer primary key, bytes blob not null) strict');
  const insert = (id: number) =>
    database.run('insert into trial values (?, ?)', [id, new Uint8Array(rowBytes).fill(id)]);
  database.transaction(() => {
    for (let id = 1; id <= rows; id++) {
      insert(id);
    }
  });
  if (logBytes() < rows * rowBytes) {
    throw new Error('what was committed is not in the log');
  }
  database.exec('begin');
  insert(rows + 1);
  database.exec('rollback');
}

function check(database: Database, fileBytes: () => number): void {
  const found = database.all<{ id: number; bytes: Uint8Array }>('select id, bytes from trial order by id');
  const isWhole = found.every(({ id, bytes }, index) => id === index + 1 && bytes.every((byte) => byte === id));
  if (found.length !== rows || !isWhole) {
    throw new Error('what was committed is not what is read');
  }
  if (fileBytes() < rows * rowBytes) {
    throw new Error('what was closed is not in the file');
  }
}

function removeScratch(fileSystem: FileSystem, scratch: string): void {
  for (const path of [scratch, `${scratch}-wal`, `${scratch}-journal`]) {
    if (fileSystem.status(path)) {
      fileSystem.unlink(path);
    }
  }
}
