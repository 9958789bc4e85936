import { appendFile, readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';

// Nobody listens to what an engine prints: it is nobody's child. What it could not do stands in a file beside the
// database, one JSON object a line: for the window that started it in vain, and for `doctor`.

const engineErrorSchema = z.object({
  /** Milliseconds UTC. */
  at: z.number(),
  pid: z.number(),
  message: z.string(),
  /** What a person can do; null: it is a bug. */
  next: z.string().nullable(),
  detail: z.string(),
  /** The engine ended for it. */
  isFatal: z.boolean(),
});
export type EngineError = z.infer<typeof engineErrorSchema>;

const mostKept = 100;
const mostText = 4_000;

/** Oldest first; what is no entry is left out. */
export async function errorsOf(file: string): Promise<EngineError[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = engineErrorSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** Never rejects: a full disk must not be a second error. */
export async function noteError(file: string, error: EngineError): Promise<void> {
  const line = JSON.stringify({ ...error, detail: error.detail.slice(0, mostText) });
  await appendFile(file, `${line}\n`, { mode: 0o600 }).catch(() => undefined);
}

/** Forgets all but the last ones; to be called by the one that holds the database. */
export async function trimErrors(file: string): Promise<void> {
  const errors = await errorsOf(file);
  if (errors.length > mostKept) {
    const kept = errors.slice(-mostKept).map((error) => `${JSON.stringify(error)}\n`);
    await writeFile(file, kept.join(''), { mode: 0o600 }).catch(() => undefined);
  }
}
