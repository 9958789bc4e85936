import { commitsSince, type Making, type MemoryRepository, makeCommit, tipOf } from '../history/memory';
import { mergeFeature, rebaseFeature, squashFeature } from '../history/memoryBranches';
import { amendInMemory, messageOf, revertInMemory } from '../history/memoryCopies';
import { generate, type, typeFile } from '../people';
import { type Checkout, type Commit, linesIn } from '../world/checkout';
import { below } from '../world/edits';
import { minute, type Person, wait } from '../world/world';
import { lockFile, vendoredFile } from './content/beginnings';
import type { HandTask } from './content/tasks';
import { type Topic, topicNamed } from './content/topics';
import { colleague, me } from './people';
import { atEnd, linesOf } from './script';

/** Makes the commit of a task without a session, on main. `number`: of the task, so that texts differ. */
export function commitByHand(repository: MemoryRepository, task: HandTask, number: number): void {
  const person = task.by === 'me' ? me : colleague;
  if (task.change === 'revert') takeBack(repository, person, 'Let support forgive');
  else if (task.change === 'merge' || task.change === 'squash' || task.change === 'rebase')
    endBranch(repository, person, task.change, task.branch ?? '');
  else commitAll(repository, person, change(repository, person, task, number));
}

/** Does the change of a task to the work tree, and tells the subject of its commit. */
function change({ checkout }: MemoryRepository, person: Person, task: HandTask, number: number): string {
  switch (task.change) {
    case 'lock':
      generate(checkout, 'npm', 'package-lock.json', linesOf(lockFile(task.version ?? '3.0.2')));
      return 'Update the lock file';
    case 'vendor':
      generate(checkout, 'cp', 'vendor/example.com/northwind/backoff/backoff.go', linesOf(vendoredFile));
      return 'Copy backoff into vendor';
    case 'readme':
      type(checkout, person, 'README.md', atEnd(linesIn(checkout, 'README.md'), readmeOf(number)));
      return 'Say how to run the tests';
    case 'note':
      typeFile(checkout, person, `docs/notes-${number}.md`, notesOf(number));
      return 'Note what customers asked for';
    case 'config':
      typeFile(checkout, person, `config/settings-${number}.json`, settingsOf(number));
      return 'Keep settings in one place';
    case 'fix':
      return fix(checkout, person, topicNamed(task.topic ?? ''));
    default:
      throw new Error(`no such change: ${task.change}`);
  }
}

/** The person commits what the agent left in the work tree, after a look at it; an amended one once more. */
export function commitHandedOver(repository: MemoryRepository, subject: string, isAmended: boolean): void {
  const { checkout } = repository;
  const [path = ''] = [...checkout.files.keys()].filter(
    (each) => checkout.files.get(each) !== checkout.head?.tree.get(each),
  );
  const comment = ['', '// Reviewed by hand: names and limits agree with the handbook.'];
  type(checkout, me, path, atEnd(linesIn(checkout, path), comment));
  commitAll(repository, me, subject);
  if (!isAmended) return;
  wait(checkout.world, 25 * minute);
  type(checkout, me, 'CHANGELOG.md', below('## Unreleased', `- ${subject}.`));
  amendInMemory(repository, me);
}

/** A commit of the colleague comes from elsewhere: the reflog says so. */
export function commitAll(repository: MemoryRepository, person: Person, message: string): void {
  const { checkout } = repository;
  const { removed } = checkout;
  checkout.removed = new Map();
  const making: Making = { person, message, history: 'plain', removed };
  makeCommit(repository, person === colleague ? { ...making, action: 'pull' } : making);
}

/** Mends the line that turned out to be wrong, and says so in a subject. */
function fix(checkout: Checkout, person: Person, topic: Topic): string {
  const { old, new: fresh, subject } = topic.fix;
  const line = linesIn(checkout, topic.file).find(({ text }) => text.includes(old))?.text;
  if (line === undefined) throw new Error(`${topic.file}: nothing to fix`);
  type(checkout, person, topic.file, { find: [line], put: [line.replace(old, () => fresh)] });
  return subject;
}

/** Takes the newest such commit of main back. */
function takeBack(repository: MemoryRepository, person: Person, subject: string): void {
  let bad: Commit | undefined = tipOf(repository, 'main');
  while (bad !== undefined && !messageOf(repository, bad).startsWith(subject)) [bad] = bad.parents;
  if (bad === undefined || revertInMemory(repository, person, bad) === undefined)
    throw new Error(`nothing to take back: ${subject}`);
}

/** Brings a branch into main; what was squashed or rebased is gone then. */
function endBranch(
  repository: MemoryRepository,
  person: Person,
  way: 'merge' | 'squash' | 'rebase',
  branch: string,
): void {
  const conflict = (): never => {
    throw new Error(`${branch}: a conflict`);
  };
  const feature = { branch, base: baseOf(repository, branch) };
  if (way === 'merge') {
    mergeFeature(repository, person, feature, conflict);
    return;
  }
  const [first] = commitsSince(tipOf(repository, branch), feature.base);
  const message = `${first && messageOf(repository, first)} (#41)`;
  const isDone =
    way === 'squash'
      ? squashFeature(repository, person, feature, () => message)
      : rebaseFeature(repository, person, feature);
  if (!isDone) conflict();
  repository.branches.delete(branch);
}

/** Where a branch left main, going by first parents. */
function baseOf(repository: MemoryRepository, branch: string): Commit {
  const onMain = new Set<Commit>();
  for (let commit: Commit | undefined = tipOf(repository, 'main'); commit !== undefined; [commit] = commit.parents)
    onMain.add(commit);
  for (let commit: Commit | undefined = tipOf(repository, branch); commit !== undefined; [commit] = commit.parents)
    if (onMain.has(commit)) return commit;
  throw new Error(`${branch} has nothing in common with main`);
}

function readmeOf(number: number): string[] {
  return ['', '## Tests', '', `All tests run in a few seconds; run them before each push (${number}).`];
}

function notesOf(number: number): string[] {
  return [
    `# Notes ${number}`,
    '',
    'Asked for in the last two calls:',
    '',
    `- fewer mails about endpoints that are down (${number} of them)`,
    '- a link to the delivery from the audit page',
    '- the reason beside every refusal',
  ];
}

function settingsOf(number: number): string[] {
  const settings = { requestTimeoutMs: 1000 + number * 10, retries: 4, pageSize: 20 + number };
  return JSON.stringify({ ...settings, isVerbose: false, region: 'eu-1' }, null, 2).split('\n');
}
