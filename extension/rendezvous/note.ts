import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import * as z from 'zod';

/**
 * What whoever has the database open writes beside it. The note is the address book and what other hosts see; it is not
 * the lock: on this host the kernel's lock decides (engine/election/kernelLock.ts), and a note may be that of a dead one.
 */
export const noteSchema = z.object({
  host: z.string(),
  pid: z.number().int().positive(),
  /** `terminal`: a run of the terminal program, which serves nobody. */
  role: z.enum(['engine', 'terminal']),
  version: z.string(),
  /** Socket or pipe; null: nobody is served. */
  address: z.string().nullable(),
  /** Said when greeting: who can't read the note is no client. */
  token: z.string(),
  startedAt: z.number(),
});
export type Note = z.infer<typeof noteSchema>;

/** The holder touches its note this often. */
export const heartbeatMs = 10_000;
/** A holder on another host can't be asked whether it lives; silent for so long, it is taken for dead. */
export const silentMs = 60_000;

export interface FoundNote {
  note: Note;
  /** When it was last touched, by the clock of the disk. */
  touchedAt: number;
}

/** The note as it is; undefined where there is none, or one that nobody could have written. */
export async function readNote(file: string): Promise<FoundNote | undefined> {
  try {
    const [text, { mtimeMs }] = [await readFile(file, 'utf8'), await stat(file)];
    const note = noteSchema.safeParse(JSON.parse(text));
    return note.success ? { note: note.data, touchedAt: mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether another host has the database open, as far as can be told at `now` by the clock that touched the note. */
export const isElsewhere = ({ note, touchedAt }: FoundNote, now: number): boolean =>
  note.host !== os.hostname() && now - touchedAt < silentMs;
