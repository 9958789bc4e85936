import { join, relative } from 'node:path';
import { createRandom } from '../../support/random';
import { type LogRecord, logCopy, logLastPrompt, logTitle } from '../agents/log';
import { type Session, startSession, writeLogs } from '../agents/session';
import { collectTruth } from '../history/collectTruth';
import { git } from '../history/git';
import { importMemory } from '../history/importMemory';
import { createMemoryRepository, type MemoryRepository, switchTo } from '../history/memory';
import { typeFile } from '../people';
import type { Truth } from '../truth';
import { createWorld, day, minute, type World, wait } from '../world/world';
import { planDays, startOf } from './calendar';
import { beginnings } from './content/beginnings';
import type { RepositoryName } from './content/shapes';
import { errands, hostilePrompt, hostileTitle, plans, questions } from './content/talk';
import { type SessionTask, tasks } from './content/tasks';
import { type Topic, topicNamed } from './content/topics';
import { commitAll, commitByHand, commitHandedOver } from './hands';
import { colleague, me } from './people';
import { linesOf, mannerOf, type Script } from './script';
import { ask, errand, goOn, loop, plan, reject, work } from './sessions';

export interface SampleOptions {
  /** Where the sample will be: so logs name it. */
  place: string;
  /** An empty folder in which it is made, to be moved to its place. */
  folder: string;
  /** Midnight of the day after its last one, milliseconds UTC. */
  today: number;
  seed: number;
}

export interface Sample {
  /** Below the place. */
  home: string;
  repositories: string[];
  truth: Truth;
}

type Repositories = Readonly<Record<RepositoryName, MemoryRepository>>;

/**
 * A hundred days of two people and their agents in two projects, made for who wants to see the product: a home with
 * logs and two repositories, with the truth of every line. The same options give the same bytes.
 */
export function buildSample({ place, folder, today, seed }: SampleOptions): Sample {
  const world: World = {
    ...createWorld('sample', folder, seed),
    folder: join(place, 'repos'),
    onDisk: (path) => join(folder, relative(place, path)),
    now: today - 130 * day,
  };
  const repositories = { relay: begin(world, 'relay'), console: begin(world, 'console') };
  tell(world, repositories, today);
  writeLogs(world);
  for (const repository of Object.values(repositories)) putOnDisk(repository);
  return {
    home: join(place, 'home'),
    repositories: Object.values(repositories).map(({ checkout }) => checkout.folder),
    truth: { repositories: collectTruth(world), sessions: world.sessions.map((session) => session.truth) },
  };
}

function begin(world: World, name: RepositoryName): MemoryRepository {
  const repository = createMemoryRepository(world, name, me);
  for (const [path, text] of Object.entries(beginnings[name]))
    typeFile(repository.checkout, colleague, path, linesOf(text));
  commitAll(repository, colleague, `Start ${name}`);
  return repository;
}

/** Plays the tasks in order. */
function tell(world: World, repositories: Repositories, today: number): void {
  const { random } = world;
  const slots = planDays(tasks, today, random);
  for (const [number, task] of tasks.entries()) {
    world.now = startOf(slots[number], world.now, random);
    if (task.kind === 'hand') {
      const repository = repositories[task.repository];
      switchTo(repository, 'main');
      commitByHand(repository, task, number);
    } else play(world, repositories, task, today);
  }
  if (world.now >= today) throw new Error('the story ends after its last day');
}

/** One task as a session: where, under which title, how the agent may write, and what happens. */
interface Plot {
  repository: RepositoryName;
  title: string | undefined;
  permission?: string;
  isOwnTitle?: boolean;
  happen: (script: Script) => void;
}

function play(world: World, repositories: Repositories, task: SessionTask, today: number): void {
  const before = world.sessions.at(-1);
  const plot = plotOf(task, before);
  const repository = repositories[plot.repository];
  switchTo(repository, task.branch ?? 'main');
  const random = createRandom(world.random.between(0, 0x7fff_ffff));
  const permission = plot.permission ?? random.pick(['default', 'default', 'default', 'acceptEdits', 'auto']);
  const model = task.model ?? 'claude-opus-5';
  const isHeadless = task.kind === 'errand';
  const setup = { model, permission, isHeadless, version: versionOf(world.now, today) };
  const session = startSession(repository.checkout, { setup, manner: mannerOf(random, permission) });
  if (task.kind === 'fork' && before !== undefined) logCopy(session.conversation, before.conversation, 0.6);
  plot.happen({ session, repository, random, prompts: 0 });
  const { conversation } = session;
  if (plot.title !== undefined && !isHeadless)
    logTitle(conversation, plot.title, task.isNamed === true || plot.isOwnTitle === true || random.chance(0.3));
  logLastPrompt(conversation);
  if (world.sessions.length === 8) conversation.records.push(oddRecord(session));
  if (task.isTorn) session.tail = tornLine(session);
  if (!task.isHandedOver) return;
  wait(world, random.between(15, 50) * minute);
  commitHandedOver(repository, plot.title ?? '', task.isAmended === true);
}

function plotOf(task: SessionTask, before: Session | undefined): Plot {
  switch (task.kind) {
    case 'ask': {
      const [repository, text, title] = openingOf(questions, task.opening);
      if (!task.isHostile) return { repository, title, happen: (script) => ask(script, text) };
      return { repository, title: hostileTitle, isOwnTitle: true, happen: (script) => ask(script, hostilePrompt) };
    }
    case 'plan': {
      const [repository, text, title] = openingOf(plans, task.opening);
      return { repository, title, permission: 'plan', happen: (script) => plan(script, text) };
    }
    case 'errand': {
      const [repository, text] = openingOf(errands, task.opening);
      return {
        ...{ repository, title: undefined, permission: 'bypassPermissions' },
        happen: (script) => errand(script, text),
      };
    }
    case 'fork': {
      const name = before?.checkout.store.name as RepositoryName;
      return { repository: name, title: undefined, happen: goOn };
    }
    default:
      return plotOfTopic(task, topicNamed(task.topic));
  }
}

function plotOfTopic(task: Extract<SessionTask, { topic: string }>, topic: Topic): Plot {
  const { repository, title } = topic;
  switch (task.kind) {
    case 'loop':
      return { repository, title, happen: (script) => loop(script, topic) };
    case 'reject': {
      const step = task.step === undefined ? undefined : topic.grow[task.step];
      const happen = (script: Script) => reject(script, topic, step);
      return { repository, title: task.title, permission: 'default', happen };
    }
    case 'grow': {
      const step = topic.grow[task.step];
      return { repository, title: step?.subject, happen: (script) => work(script, task, topic, step) };
    }
    case 'build':
      return { repository, title, happen: (script) => work(script, task, topic) };
  }
}

function openingOf<Item>(openings: readonly Item[], index: number): Item {
  const opening = openings[index];
  if (opening === undefined) throw new Error(`no such opening: ${index}`);
  return opening;
}

/** The client is updated about every fourth day. */
const versionOf = (at: number, today: number): string => `2.1.${219 - Math.floor(Math.floor((today - at) / day) / 2)}`;

/** A record of a type that a later build might write. */
const oddRecord = ({ truth, world }: Session): LogRecord => ({
  type: 'context-budget',
  budget: { used: 118_204, limit: 200_000 },
  sessionId: truth.id,
  timestamp: new Date(world.now).toISOString(),
});

/** The line that was being written when the machine lost power. */
const tornLine = ({ truth }: Session): string =>
  `{"parentUuid":null,"isSidechain":false,"sessionId":"${truth.id}","type":"user","message":{"role":"user","content":"And the next th`;

/** The remote has seen all of main but the newest commit: one is left to push. */
function putOnDisk(repository: MemoryRepository): void {
  const { checkout, branches } = repository;
  importMemory(repository);
  const folder = checkout.world.onDisk(checkout.folder);
  const pushed = branches.get('main')?.parents[0];
  if (pushed === undefined) throw new Error(`${checkout.store.name}: main has one commit`);
  const url = `https://git.example.com/northwind/${checkout.store.name}.git`;
  git(folder, ['config', 'core.autocrlf', 'false']);
  git(folder, ['config', 'remote.origin.url', url]);
  git(folder, ['config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*']);
  git(folder, ['-c', 'core.logAllRefUpdates=false', 'update-ref', 'refs/remotes/origin/main', pushed.id]);
  git(folder, ['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main']);
}
