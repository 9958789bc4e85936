import { mkdirSync } from 'node:fs';
import { writeLogs } from './agents/session';
import type { Case } from './cases/case';
import { collectTruth } from './history/collectTruth';
import { importMemory } from './history/importMemory';
import { buildMix } from './mix/mix';
import type { Truth } from './truth';
import { createWorld, type World } from './world/world';

export interface Corpus {
  /** The home with the logs of all sessions of this machine. */
  home: string;
  truth: Truth;
}

export interface CorpusOptions {
  /** An empty folder; logs name it, so the same bytes need the same folder. */
  folder: string;
  seed?: number;
  cases: readonly Case[];
  /** Commits of a random history beside the cases; none by default. */
  mix?: number;
}

/**
 * Writes the home and the repositories of the cases, and tells what is true of every line. The same options give the
 * same bytes.
 */
export function buildCorpus({ folder, seed = 1, cases, mix = 0 }: CorpusOptions): Corpus {
  const worlds = cases.map((each) => {
    const world = createWorld(each.name, folder, seed);
    mkdirSync(world.folder, { recursive: true });
    each.build(world);
    return world;
  });
  if (mix > 0) {
    const world = createWorld('mix', folder, seed);
    mkdirSync(world.folder, { recursive: true });
    importMemory(buildMix(world, mix));
    worlds.push(world);
  }
  return finish(worlds, folder);
}

function finish(worlds: readonly World[], folder: string): Corpus {
  for (const world of worlds) writeLogs(world);
  const truth = {
    repositories: worlds.flatMap(collectTruth),
    sessions: worlds.flatMap(({ sessions }) => sessions.map((session) => session.truth)),
  };
  return { home: createWorld('', folder, 0).home, truth };
}
