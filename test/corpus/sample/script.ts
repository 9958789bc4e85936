import type { Random } from '../../support/random';
import { type Call, pathIn, searchCall, shellCall, shellFailure, todoCall } from '../agents/calls';
import { answer, edit, type Manner, prompt, read, type Session, sendAgent, use } from '../agents/session';
import type { MemoryRepository } from '../history/memory';
import { messageOf } from '../history/memoryCopies';
import { linesIn } from '../world/checkout';
import type { Change } from '../world/edits';
import { minute, wait } from '../world/world';
import { goFailure, remarks, thoughts, typescriptFailure } from './content/talk';
import type { Topic } from './content/topics';

export const second = 1_000;

/** A session of the sample, as far as it has come. */
export interface Script {
  readonly session: Session;
  readonly repository: MemoryRepository;
  readonly random: Random;
  prompts: number;
}

/** How the agent goes about its calls: sometimes it says or thinks something first, and a person lets it wait. */
export function mannerOf(random: Random, permission: string): (call: Call | undefined) => Manner {
  return (call) => ({
    text: random.chance(0.25) ? random.pick(remarks) : undefined,
    thought: random.chance(0.4) ? random.pick(thoughts) : undefined,
    thinks: random.between(5, 22) * second,
    takes: secondsOf(call, random, permission) * second,
  });
}

function secondsOf(call: Call | undefined, random: Random, permission: string): number {
  if (call?.structured === 'User rejected tool use') return 20;
  if (call?.tool === 'Bash') return call.input['description'] === 'Run all tests' ? random.between(6, 40) : 2;
  const isEdit = call?.tool === 'Edit' || call?.tool === 'Write';
  return isEdit && call.isError !== true && permission === 'default' ? random.between(3, 25) : 1;
}

/** The person says something, after thinking for a while. */
export function say(script: Script, text: string): void {
  const { random, session } = script;
  if (script.prompts > 0) wait(session.world, random.between(5, 190) * second);
  // A meeting, or lunch: more than half an hour of nothing.
  if (script.prompts > 2 && random.chance(0.05)) wait(session.world, random.between(35, 70) * minute);
  script.prompts += 1;
  prompt(session, text, text.startsWith('/') ? 'command' : 'typed');
}

/** The agent answers with words alone. */
export function reply({ random, session }: Script, text = random.pick(remarks)): void {
  wait(session.world, random.between(0, 11) * second);
  answer(session, text);
}

export function shell({ session }: Script, command: string, description: string, stdout: string): void {
  use(session, shellCall(command, stdout, description));
}

/** Adds a text at the end of a file. */
export function append({ session }: Script, path: string, texts: readonly string[]): void {
  edit(session, path, atEnd(linesIn(session.checkout, path), texts));
}

/** The change that adds lines at the end; the last ones say where that is. */
export function atEnd(lines: readonly { text: string }[], texts: readonly string[]): Change {
  const find = lines.slice(-8).map(({ text }) => text);
  return { find, put: [...find, ...texts] };
}

/** Lines of a text that ends with a line break. */
export const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** Sends a sub-agent that reads a few files. */
export function lookForSimilar(script: Script, { name }: Topic): void {
  const { random, session } = script;
  const paths = sources(script);
  const task = `Find code that does the same as ${name} would. Report paths only.`;
  const sent = { description: 'Look for similar code', task, setup: { model: 'claude-haiku-4-5-20251001' } };
  sendAgent(session, sent, (agent) => {
    const pattern = random.pick(['func', 'export', 'TODO']);
    use(agent, shellCall(`grep -rn "${pattern}" --include=* . | head -40`, '', 'Find definitions'));
    for (const path of paths) read(agent, path);
    return `I read ${paths.length} files. ${random.pick(remarks)}`;
  });
}

export function noteSteps({ session }: Script, { name }: Topic): void {
  use(session, todoCall([`Write ${name}`, 'Write its test', 'Run all tests']));
}

/** The first look, before anything is done. */
export function lookAround(script: Script, topic?: Topic): void {
  const { session } = script;
  const folder = topic === undefined ? '.' : topic.file.split('/').slice(0, -1).join('/');
  const inside = pathsOf(script).filter((path) => folder === '.' || path.startsWith(`${folder}/`));
  shell(script, `git ls-files ${folder}`, 'List the folder', inside.join('\n'));
  read(session, 'README.md');
  use(session, searchCall(pathIn(session.checkout.folder, '.'), topic?.noun ?? 'TODO'));
}

/** Reads what is near, or looks for it. */
export function lookFurther(script: Script, topic: Topic): void {
  const { random, session } = script;
  if (random.chance(0.6)) read(session, random.pick(sources(script)));
  else {
    const paths = pathsOf(script).filter((path) => path.includes(topic.folder));
    shell(script, `grep -rln ${topic.noun} .`, 'Find what is near', paths.join('\n'));
  }
}

export function runTests({ session }: Script, topic: Topic, isGreen: boolean): void {
  const isGo = topic.repository === 'relay';
  const green = isGo
    ? 'ok  \texample.com/northwind/relay/internal/...\t0.412s'
    : ' Test Files  7 passed (7)\n      Tests  19 passed (19)';
  const red = failureOf(topic).split('\n').slice(2).join('\n');
  const words = [isGo ? 'go test ./...' : 'npm test', isGreen ? green : red, 'Run all tests'] as const;
  use(session, isGreen ? shellCall(...words) : shellFailure(...words));
}

/** What the person pastes of a red test. */
export const failureOf = (topic: Topic): string =>
  topic.repository === 'relay' ? goFailure(topic) : typescriptFailure(topic);

export function newestCommits(script: Script, count: number): void {
  const { repository } = script;
  const commits = [...repository.texts.keys()].slice(-count).reverse();
  const subjects = commits.map((commit) => messageOf(repository, commit).split('\n', 1)[0]);
  shell(script, `git log --format=%s -${count}`, 'Look at the newest commits', subjects.join('\n'));
}

const pathsOf = ({ session }: Script): string[] => [...session.checkout.files.keys()].sort();

/** A few source files that are there. */
export function sources({ session }: Script): string[] {
  return [...session.checkout.files.keys()]
    .filter((path) => /\.(go|ts|json)$/.test(path) && !/vendor|lock/.test(path))
    .slice(-6);
}
