import { commitInMemoryByAgent } from '../agents/session';
import { createMemoryRepository, type MemoryRepository, makeCommit, switchTo, tipOf } from '../history/memory';
import type { Feature } from '../history/memoryBranches';
import { amendInMemory } from '../history/memoryCopies';
import { typeFile } from '../people';
import type { Commit } from '../world/checkout';
import { differences } from '../world/merge';
import { ada, bob, minute, type Person, type World } from '../world/world';
import { endFeature, release, takeBack } from './branches';
import { createContent } from './content';
import { type Desk, workByAgent, workByHand } from './work';

const cleo: Person = { name: 'Cleo', email: 'cleo@example.org' };

/** Between two commits, on average. */
const pace = 50 * minute;
/** By then the mix ends, about: however long it is. */
const end = Date.parse('2026-03-01T00:00:00Z');
const mostFeatures = 3;

/** A history of some thousand commits by agents, persons and tools, as chance has it. */
export function buildMix(world: World, commits: number): MemoryRepository {
  world.now = end - commits * pace;
  const repository = createMemoryRepository(world, 'mix');
  const desk: Desk = { checkout: repository.checkout, content: createContent(world.random), session: undefined };
  begin(repository, desk);
  const features: Feature[] = [];
  while (repository.texts.size < commits) step(repository, desk, features);
  switchTo(repository, 'main');
  return repository;
}

function begin(repository: MemoryRepository, desk: Desk): void {
  const { checkout, content } = desk;
  for (let file = 0; file < 40; file++)
    typeFile(checkout, ada, content.path(), [...content.block(10), ...content.block(8)]);
  commitAll(repository, ada, `Start ${checkout.world.name}`);
  switchTo(repository, 'release');
  switchTo(repository, 'main');
}

function step(repository: MemoryRepository, desk: Desk, features: Feature[]): void {
  const { random } = repository.checkout.world;
  const way = random.next();
  const person = random.pick([ada, ada, bob, cleo]);
  const [feature] = features;
  if (way < 0.02) release(repository, person);
  else if (way < 0.035) takeBack(repository, person);
  else if (way < 0.08 && features.length < mostFeatures) features.push(beginFeature(repository));
  else if (way < 0.17 && feature !== undefined) {
    features.shift();
    endFeature(repository, desk, feature, person);
  } else {
    switchTo(repository, features.length > 0 && random.chance(0.6) ? random.pick(features).branch : 'main');
    change(repository, desk, person);
  }
}

function beginFeature(repository: MemoryRepository): Feature {
  const branch = `feature-${repository.checkout.world.random.hex(6)}`;
  switchTo(repository, 'main');
  const base = tipOf(repository, 'main');
  switchTo(repository, branch);
  return { branch, base };
}

/** Work, and a commit of it in one of the usual ways. */
function change(repository: MemoryRepository, desk: Desk, person: Person): void {
  const { checkout, content } = desk;
  const { random } = checkout.world;
  const way = random.next();
  checkout.world.now += random.between(0, 1.2 * pace);
  for (let task = random.between(1, 3); task > 0 && way < 0.7; task--) workByAgent(desk);
  for (let task = random.between(1, 2); task > 0 && way > 0.55; task--) workByHand(desk, person);
  if (!hasChanges(repository)) return;
  const message = content.sentence();
  const { session } = desk;
  const isOfAgent = session !== undefined && way < 0.55;
  if (isOfAgent && random.chance(0.5)) {
    commitInMemoryByAgent(session, message, () => commitAll(repository, ada, message));
  } else if (random.chance(0.25)) commitInParts(repository, person, message);
  else commitAll(repository, person, message);
  if (random.chance(0.06)) {
    workByAgent(desk);
    if (hasChanges(repository)) amendInMemory(repository, person);
  }
}

function hasChanges({ checkout }: MemoryRepository): boolean {
  const before = checkout.head?.tree;
  return (
    before === undefined ||
    before.size !== checkout.files.size ||
    [...checkout.files].some(([path, file]) => {
      const old = before.get(path);
      return old !== file && (old === undefined || differences(old.lines, file.lines).length > 0);
    })
  );
}

function commitAll(repository: MemoryRepository, person: Person, message: string): Commit {
  const { checkout } = repository;
  checkout.world.now += minute;
  const { removed } = checkout;
  checkout.removed = new Map();
  return makeCommit(repository, { person, message, history: 'plain', removed });
}

/** The first change of one file now, all else later. */
function commitInParts(repository: MemoryRepository, person: Person, message: string): void {
  const { checkout } = repository;
  const { head, world } = checkout;
  for (const [path, file] of checkout.files) {
    const before = head?.tree.get(path);
    if (before === undefined || before === file) continue;
    const [first, ...others] = differences(before.lines, file.lines);
    if (first === undefined || others.length === 0) continue;
    const lines = [...before.lines];
    lines.splice(first.start, first.old.length, ...first.fresh);
    const tree = new Map(head?.tree).set(path, { ...file, lines });
    world.now += minute;
    const removed = new Map(checkout.removed);
    makeCommit(repository, { person, message: `${message}, first part`, tree, history: 'partial_staging', removed });
    world.now += world.random.between(1, 2000) * minute;
    break;
  }
  commitAll(repository, person, message);
}
