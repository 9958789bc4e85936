import { planCall, rejected } from '../agents/calls';
import {
  commitInMemoryByAgent,
  edit,
  editFailed,
  editModified,
  editRejected,
  heredoc,
  prompt,
  read,
  use,
  write,
  writeRejected,
} from '../agents/session';
import { makeCommit } from '../history/memory';
import { linesIn } from '../world/checkout';
import { below, type Change } from '../world/edits';
import { wait } from '../world/world';
import { agentQuestions, answers, caveats, decisions, followUps, remarks } from './content/talk';
import type { SessionTask } from './content/tasks';
import type { Topic } from './content/topics';
import { me } from './people';
import {
  append,
  failureOf,
  linesOf,
  lookAround,
  lookForSimilar,
  lookFurther,
  newestCommits,
  noteSteps,
  reply,
  runTests,
  type Script,
  say,
  second,
  shell,
  sources,
} from './script';

/** Builds a topic, or adds a step to it. `change`: what it is asked for. Leaves it to the person to commit, or commits. */
export function work(script: Script, task: SessionTask, topic: Topic, step?: Topic['grow'][number]): void {
  const { random, session } = script;
  const total = task.prompts ?? random.between(3, 6);
  say(script, step?.ask ?? topic.ask);
  lookAround(script, topic);
  explore(script, topic);
  for (let sent = 0; sent < (task.agents ?? 0); sent++) lookForSimilar(script, topic);
  if (random.chance(0.6)) noteSteps(script, topic);
  if (step === undefined) {
    writeTopic(script, topic);
  } else {
    read(session, topic.file);
    append(script, topic.file, linesOf(step.text));
  }
  if (task.hasGuide) heredoc(session, `docs/${topic.noun}.md`, linesOf(guideOf(topic)));
  runTests(script, topic, true);
  reply(script);
  for (let asked = 2; asked < total; asked++) followUp(script, topic, asked);
  if (task.isHandedOver) return;
  if (total > 1) say(script, random.pick(['commit it', 'Commit this please, nothing else.', 'Good, commit.']));
  const subject = step?.subject ?? topic.title;
  edit(session, 'CHANGELOG.md', below('## Unreleased', `- ${subject}.`));
  shell(script, 'git status --short', 'Show what changed', changedPaths(script).join('\n'));
  commit(script, subject);
  reply(script, 'Committed. The tests are green and nothing else was touched.');
}

function writeTopic({ session }: Script, topic: Topic): void {
  write(session, topic.file, linesOf(topic.text));
  write(session, topic.testFile, linesOf(topic.testText));
}

function guideOf({ name, noun, nouns, size }: Topic): string {
  return [
    `# ${name}`,
    '',
    `What to know before you change how ${nouns} are handled:`,
    '',
    `- ${size} is a guess from the numbers of last spring; measure before you raise it.`,
    `- Whoever asks for a ${noun} that is gone gets an error, never an empty one.`,
    `- Support reads the texts about a ${noun} aloud on the phone: keep them short.`,
    '',
  ].join('\n');
}

function changedPaths({ session }: Script): string[] {
  const { files, head } = session.checkout;
  return [...files].filter(([path, file]) => head?.tree.get(path) !== file).map(([path]) => ` M ${path}`);
}

function commit({ repository, session }: Script, subject: string): void {
  const { checkout, conversation, world } = session;
  const message = `${subject}\n\n${trailerOf(conversation.setup.model)}`;
  commitInMemoryByAgent(session, message, () => {
    wait(world, 12 * second);
    const { removed } = checkout;
    checkout.removed = new Map();
    return makeCommit(repository, { person: me, message, history: 'plain', removed });
  });
}

function trailerOf(model: string): string {
  const [maker, family = '', number = ''] = model.split('-');
  const name = maker === 'claude' ? `Claude ${family.charAt(0).toUpperCase()}${family.slice(1)} ${number}` : 'Claude';
  return `Co-Authored-By: ${name} <noreply@anthropic.com>`;
}

const attempts = 6;
/** That attempt does not even reach the file. */
const failedAttempt = 3;

/** The same test stays red; the person pastes it again and again. */
export function loop(script: Script, topic: Topic): void {
  const { session } = script;
  const failure = failureOf(topic);
  say(script, topic.ask);
  lookAround(script, topic);
  writeTopic(script, topic);
  runTests(script, topic, false);
  const original = linesOf(topic.testText).find((line) => /Fatal|toContain|toEqual/.test(line)) ?? '';
  let current = original;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    say(script, attempt % 2 === 1 ? failure : `Same again after your change:\n\n${failure}`);
    read(session, topic.file);
    read(session, topic.testFile);
    const fresh = attempt === attempts ? original : `${original} // attempt ${attempt}`;
    const change = { find: [current], put: [fresh] };
    if (attempt === failedAttempt) editFailed(session, topic.testFile, change);
    else {
      edit(session, topic.testFile, change);
      current = fresh;
    }
    runTests(script, topic, attempt === attempts);
    reply(script);
  }
  say(script, 'Finally. Commit.');
  commit(script, topic.title);
}

/** The person does not want it. */
export function reject(script: Script, topic: Topic, step?: Topic['grow'][number]): void {
  const { session } = script;
  say(script, step?.ask ?? `${topic.ask} Do it without a new type if you can.`);
  lookAround(script, topic);
  const before = session.checkout.files.get(topic.file)?.lines.map(({ text }) => text);
  const proposed =
    before === undefined ? [...linesOf(topic.text), '// draft'] : [...before, '', '// draft of another way'];
  writeRejected(session, topic.file, proposed);
  say(script, 'No, that is too much. Smaller.');
  read(session, 'README.md');
  writeRejected(session, topic.file, [...proposed, '// smaller']);
  say(script, 'Leave it, I will think about it first.');
  reply(script, 'Nothing was written.');
}

/** A question; nothing is written. */
export function ask(script: Script, text: string): void {
  const { random, session } = script;
  const prompts = random.between(1, 3);
  say(script, text);
  lookAround(script);
  for (const path of sources(script).slice(0, 3)) read(session, path);
  reply(script, random.pick(answers));
  for (let asked = 1; asked < prompts; asked++) {
    say(script, random.pick(followUps));
    newestCommits(script, 5);
    reply(script, random.pick(answers));
  }
}

/** Plan mode from the first prompt to the last. */
export function plan(script: Script, text: string): void {
  const { session } = script;
  say(script, text);
  for (const path of sources(script)) read(session, path);
  use(session, rejected(planCall(answers.at(-1) ?? '')));
  say(script, 'Keep it as a plan for now. What would you leave out of the first step?');
  reply(script, answers[0]);
}

/** A script's own prompt, without a person. */
export function errand(script: Script, text: string): void {
  say(script, text);
  newestCommits(script, 20);
  for (const path of sources(script).slice(0, 2)) read(script.session, path);
  reply(script, answers[1]);
}

/** What a fork adds to its copy. */
export function goOn(script: Script): void {
  say(script, 'From here on another way: what if the index were kept by the sender? Only think.');
  reply(script, remarks[6]);
  say(script, 'Fine, then we stay with what we have.');
  reply(script, remarks[7]);
}

/** Before the first edit: reads what is near, and often asks back. */
function explore(script: Script, topic: Topic): void {
  const { random } = script;
  const steps = random.between(3, topic.repository === 'console' ? 18 : 12);
  for (let step = 0; step < steps; step++) lookFurther(script, topic);
  if (random.chance(0.5)) return;
  reply(script, random.pick(agentQuestions));
  say(script, random.pick(decisions));
  const more = random.between(1, 5);
  for (let step = 0; step < more; step++) lookFurther(script, topic);
}

function followUp(script: Script, topic: Topic, asked: number): void {
  const { random, session } = script;
  if (asked === 4) prompt(session, 'Good. Check that the linter is happy.', 'queued');
  else say(script, asked === 6 ? '/compact keep the names of the files' : random.pick(followUps));
  const steps = random.between(2, 7);
  for (let step = 0; step < steps; step++) {
    if (random.chance(0.35)) read(session, random.pick([topic.file, topic.testFile, ...sources(script)]));
    else if (random.chance(0.5)) runTests(script, topic, random.chance(0.8));
    else shell(script, `grep -rn ${topic.name} . | head`, 'Find its callers', '');
  }
  polish(script, topic);
  reply(script);
}

/** A remark of the person ends in a small edit, or in one that is refused, fails, or is put in other words. */
function polish(script: Script, topic: Topic): void {
  const { random, session } = script;
  const line = linesIn(session.checkout, topic.file).find(
    ({ text }) => /^(\/\/|\/\*\*) .*\.( \*\/)?$/.test(text) && !caveats.some((tail) => text.includes(tail)),
  )?.text;
  if (line === undefined || random.chance(0.3)) return;
  const end = line.endsWith(' */') ? ' */' : '';
  const start = line.slice(0, line.length - end.length);
  const withTail = (tail: string): Change => ({ find: [line], put: [`${start} ${tail}${end}`] });
  const change = withTail(random.pick(caveats));
  const isAsked = session.conversation.setup.permission === 'default';
  if (isAsked && random.chance(0.35)) {
    editRejected(session, topic.file, change);
    return;
  }
  if (random.chance(0.15)) editFailed(session, topic.file, change);
  if (isAsked && random.chance(0.2)) editModified(session, topic.file, change, me, withTail('Ask support first.'));
  else edit(session, topic.file, change);
}
