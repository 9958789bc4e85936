import * as z from 'zod';
import { runGit } from '../git';
import { readTexts, resolveNames } from '../objects';
import { type Declared, declaredOf, parseJson, sessionOf } from './declared';

/**
 * Entire's checkpoints, which commits name in a trailer: entireio/cli, docs/architecture/sessions-and-checkpoints.md
 * (the branch, below `<first 2 of the id>/<the rest>/`) and ref-checkpoint-backend.md (a ref of its own).
 * `metadata.json` lists the sessions, `<n>/metadata.json` is one; before there were several, it stood in its place.
 */
const BRANCHES = ['refs/heads/entire/checkpoints/v1', 'refs/remotes/*/entire/checkpoints/v1'];
const REFS = 'refs/entire/checkpoints';

const METADATA_LIMIT = 1 << 20;
/** Of sessions of one checkpoint. */
const MOST_SESSIONS = 100;

/** Where checkpoints lie. */
export interface CheckpointPlaces {
  /** Tips of the branch here and on remotes. */
  branches: string[];
  /** Tip by checkpoint. */
  refs: Map<string, string>;
}

/** @throws GitMissing, GitFailed */
export async function findCheckpoints(folder: string): Promise<CheckpointPlaces> {
  const { stdout } = await runGit(folder, ['for-each-ref', '--format=%(objectname) %(refname)', ...BRANCHES, REFS]);
  const branches = new Set<string>();
  const refs = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [tip = '', name = ''] = line.split(' ');
    const [, id] = /^refs\/entire\/checkpoints\/[^/]+\/([^/]+)$/.exec(name) ?? [];
    if (id !== undefined) refs.set(id, tip);
    else if (name.endsWith('/entire/checkpoints/v1')) branches.add(tip);
  }
  return { branches: [...branches], refs };
}

const summary = z.object({ sessions: z.array(z.object({ metadata: z.string() }).nullable().catch(null)).optional() });
const session = z.object({ session_id: z.string(), agent: z.string().optional().catch(undefined) });

/** What is known of a checkpoint. Absent ones are in no answer. */
export interface Checkpoint {
  declared: Declared[];
  problem?: string;
}

/**
 * The sessions of those of the checkpoints that are there.
 * @throws GitMissing, GitFailed; the signal's reason when aborted
 */
export async function readCheckpoints(
  folder: string,
  { branches, refs }: CheckpointPlaces,
  checkpoints: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Checkpoint>> {
  const folders = checkpoints.flatMap((id) => {
    const own = refs.get(id);
    return [
      ...(own === undefined ? [] : [{ id, at: `${own}:` }]),
      ...branches.map((tip) => ({ id, at: `${tip}:${id.slice(0, 2)}/${id.slice(2)}/` })),
    ];
  });
  const summaries = await readJson(
    folder,
    folders.map(({ at }) => `${at}metadata.json`),
    signal,
  );
  const parts = folders.flatMap(({ id, at }) => {
    const text = summaries.get(`${at}metadata.json`);
    return text === undefined ? [] : partsOf(text).map((name) => ({ id, name: `${at}${name}` }));
  });
  const texts = await readJson(
    folder,
    parts.map(({ name }) => name),
    signal,
  );
  const found = new Map<string, Checkpoint>();
  for (const { id, name } of parts) {
    const { data } = session.safeParse(texts.get(name));
    const native = data && sessionOf(data.session_id.replace(/^\d{4}-\d{2}-\d{2}-(?=.)/, ''));
    const declared = native === undefined ? undefined : declaredOf(data?.agent, native);
    const { declared: known = [], problem } = found.get(id) ?? {};
    const isBad = declared === undefined || problem !== undefined;
    found.set(id, {
      declared: declared ? [...known, declared] : known,
      ...(isBad && { problem: `Entire's checkpoint is unreadable: ${id}` }),
    });
  }
  return found;
}

/**
 * Where the sessions of a checkpoint stand: its own file, where it lists none. Of the listed paths only the number is
 * taken: numbers may be left out, and a path may lead anywhere.
 */
function partsOf(value: unknown): string[] {
  const sessions = summary.safeParse(value).data?.sessions ?? [];
  if (sessions.length === 0) return ['metadata.json'];
  return sessions.slice(0, MOST_SESSIONS).map((listed, index) => {
    const [, number = String(index)] = /\/(\d{1,4})\/metadata\.json$/.exec(listed?.metadata ?? '') ?? [];
    return `${number}/metadata.json`;
  });
}

/** JSON by name; null where it is none or too large. What is not there is left out. */
async function readJson(folder: string, names: readonly string[], signal: AbortSignal): Promise<Map<string, unknown>> {
  const ids = await resolveNames(folder, names);
  const values = new Map<string, unknown>();
  for await (const [id, text] of readTexts(folder, [...new Set(ids.values())], METADATA_LIMIT, signal)) {
    values.set(id, text === undefined ? null : (parseJson(text) ?? null));
  }
  return new Map([...ids].flatMap(([name, id]) => (values.has(id) ? [[name, values.get(id)] as const] : [])));
}
