/** Plays the tasks in order: gives the sessions to be logged and the repositories' histories. Pure but for its seed. */
import { planDays, startOf } from './calendar.mjs';
import { errands, hostilePrompt, hostileTitle, plans, questions, remarks } from './content/talk.mjs';
import { tasks } from './content/tasks.mjs';
import { topics } from './content/topics.mjs';
import { commitByHand, commitHandedOver } from './hands.mjs';
import { createHistory } from './history.mjs';
import { createRandom } from './random.mjs';
import { createScript, prompt, say } from './script.mjs';
import { ask, errand, loop, plan, reject, work } from './sessions.mjs';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * @param {{ today: number, seed: number, folders: Record<string, string> }} input `today` midnight UTC; `folders`
 *   says where each repository will be
 * @returns {{ histories: Map<string, object>, sessions: object[] }}
 */
export function tellStory({ today, seed, folders }) {
  const random = createRandom(`${seed}/story`);
  const begin = today - 130 * dayMs;
  const histories = new Map(Object.keys(folders).map((name) => [name, createHistory(name, begin)]));
  const slots = planDays(tasks, today, random);
  const sessions = [];
  let end = begin;
  tasks.forEach((task, number) => {
    const start = startOf(slots[number], end, random);
    if (task.kind === 'hand') {
      commitByHand(histories.get(task.repository), task, start, number);
      end = start;
      return;
    }
    const session = play(task, { start, number, seed, histories, folders, before: sessions.at(-1) });
    sessions.push(session);
    end = session.script.now;
    if (task.kind !== 'handOver') return;
    end += random.whole(15, 50) * minuteMs;
    commitHandedOver(session.script, topics.get(task.topic).title, end);
  });
  if (end >= today) throw new Error('the story ends after its last day');
  return { histories, sessions };
}

function play(task, { start, number, seed, histories, folders, before }) {
  const random = createRandom(`${seed}/session/${number}`);
  const told = tell(task, before);
  const history = histories.get(told.repository);
  const permission = told.permission ?? random.pick(['default', 'default', 'default', 'acceptEdits', 'auto']);
  const model = task.model ?? 'claude-opus-5';
  const script = createScript({
    ...{ start, random, history, permission, model },
    branch: task.branch ?? 'main',
    folder: folders[told.repository],
  });
  told.fill(script);
  return {
    id: random.uuid(),
    script,
    repository: told.repository,
    title: told.title,
    hasOwnTitle: task.custom === true || told.isOwnTitle === true || (told.title !== undefined && random.chance(0.3)),
    isHeadless: task.kind === 'errand',
    copyOf: task.kind === 'fork' ? before : undefined,
    isTorn: task.isTorn === true,
  };
}

/** Of a task: its repository, its title, and the function that fills its script. */
function tell(task, before) {
  const topic = task.topic === undefined ? undefined : topics.get(task.topic);
  const about = (list, index, kind, more) => {
    const [repository, text, title] = list[index];
    return { repository, title, fill: (script) => kind(script, task, text), ...more };
  };
  switch (task.kind) {
    case 'ask':
      return task.isHostile
        ? {
            ...about(questions, task.question, ask),
            title: hostileTitle,
            isOwnTitle: true,
            fill: (script) => ask(script, task, hostilePrompt),
          }
        : about(questions, task.question, ask);
    case 'plan':
      return about(plans, task.question, plan, { permission: 'plan' });
    case 'errand':
      return about(errands, task.errand, errand, { permission: 'bypassPermissions' });
    case 'reject':
      return {
        repository: topic.repository,
        title: task.title,
        permission: 'default',
        fill: (script) => reject(script, task, topic),
      };
    case 'fork':
      return { repository: before.repository, title: undefined, permission: before.script.permission, fill: goOn };
    case 'loop':
      return { repository: topic.repository, title: topic.title, fill: (script) => loop(script, task, topic) };
    default:
      return {
        repository: topic.repository,
        title: task.kind === 'grow' ? topic.grow[task.step].subject : topic.title,
        fill: (script) => work(script, task, topic),
      };
  }
}

/** What a fork adds to its copy. */
function goOn(script) {
  prompt(script, 'From here on another way: what if the index were kept by the sender? Only think.');
  say(script, remarks[6]);
  prompt(script, 'Fine, then we stay with what we have.');
  say(script, remarks[7]);
}
