import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { readNote } from './note';
import type { Place } from './place';
import { databaseOption } from './startEngine';

const run = promisify(execFile);

/**
 * Ends the process where it is the engine of this database: its note still names it, and its command line is one that we
 * write. Never a stranger that has got its number. Says what was done.
 */
export async function endHungEngine(pid: number, place: Place): Promise<string> {
  const found = await readNote(place.note);
  if (found?.note.pid !== pid) {
    return 'it is gone already';
  }
  const command = await commandOf(pid);
  if (!command || !isEngineOf(command, place.database)) {
    return 'the process is another program, so it was left alone';
  }
  try {
    process.kill(pid, 'SIGKILL');
    return 'it was ended';
  } catch (error) {
    return `it can't be ended: ${String(error)}`;
  }
}

/** Whether a command is that of an engine on this database. Where only one text is known, its words are looked for. */
export function isEngineOf(command: readonly string[], database: string): boolean {
  if (command.length === 1) {
    const [text = ''] = command;
    return /[\\/]engine\.js["']? /.test(text) && text.includes(`${databaseOption} `) && text.includes(database);
  }
  const option = command.indexOf(databaseOption);
  return option > 0 && path.basename(command[option - 1] ?? '') === 'engine.js' && command[option + 1] === database;
}

/** The words of a process's command line; one text where the system tells no more; undefined where it tells nothing. */
async function commandOf(pid: number): Promise<string[] | undefined> {
  try {
    switch (process.platform) {
      case 'linux':
        return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
      case 'win32': {
        const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
        return [(await run('powershell.exe', ['-NoProfile', '-Command', query])).stdout.trim()];
      }
      default:
        return [(await run('/bin/ps', ['-o', 'command=', '-ww', '-p', String(pid)])).stdout.trim()];
    }
  } catch {
    return undefined;
  }
}
