/** One function per kind of session: what is said and done in it. Each fills a script (script.mjs). */

import {
  agentQuestions,
  answers,
  caveats,
  decisions,
  followUps,
  goFailure,
  typescriptFailure,
} from './content/talk.mjs';
import {
  append,
  commitByAgent,
  filesOf,
  pathIn,
  prompt,
  read,
  say,
  sendAgent,
  shell,
  todo,
  use,
  write,
} from './script.mjs';

/** Builds a topic, grows it, or leaves it to the person to commit. */
export function work(script, task, topic) {
  const { random } = script;
  const total = task.prompts ?? random.whole(3, 6);
  const change = task.kind === 'grow' ? topic.grow[task.step] : topic;
  const subject = task.kind === 'grow' ? change.subject : topic.title;
  prompt(script, change.ask);
  lookAround(script, topic);
  explore(script, topic);
  for (let sent = 0; sent < (task.agents ?? 0); sent++)
    sendAgent(script, `Find code that does the same as ${topic.name} would. Report paths only.`, sources(script));
  if (random.chance(0.6)) todo(script, [`Write ${topic.name}`, 'Write its test', 'Run all tests']);
  if (task.kind === 'grow') {
    read(script, topic.file);
    append(script, topic.file, change.text);
  } else {
    write(script, topic.file, { text: topic.text });
    write(script, topic.testFile, { text: topic.testText });
  }
  runTests(script, topic, true);
  say(script);
  for (let asked = 2; asked < total; asked++) followUp(script, topic, asked);
  if (task.kind === 'handOver') return;
  if (total > 1) prompt(script, random.pick(['commit it', 'Commit this please, nothing else.', 'Good, commit.']));
  noteInChangelog(script, subject);
  shell(
    script,
    'git status --short',
    'Show what changed',
    Object.keys(script.changed)
      .map((file) => ` M ${file}`)
      .join('\n'),
  );
  commitByAgent(script, subject, trailerOf(script.model));
  say(script, 'Committed. The tests are green and nothing else was touched.');
}

/** The same test stays red; the person pastes it again and again. */
export function loop(script, _task, topic) {
  const failure = topic.file.endsWith('.go') ? goFailure(topic) : typescriptFailure(topic);
  prompt(script, topic.ask);
  lookAround(script, topic);
  write(script, topic.file, { text: topic.text });
  write(script, topic.testFile, { text: topic.testText });
  runTests(script, topic, false);
  const original = topic.testText.split('\n').find((line) => /Fatal|toContain|toEqual/.test(line));
  let current = original;
  for (let attempt = 1; attempt <= 6; attempt++) {
    prompt(script, attempt % 2 === 1 ? failure : `Same again after your change:\n\n${failure}`);
    read(script, topic.file);
    read(script, topic.testFile);
    const fresh = attempt === 6 ? original : `${original} // attempt ${attempt}`;
    const outcome = attempt === 3 ? 'failed' : 'ok';
    write(script, topic.testFile, { old: `${current}\n`, fresh: `${fresh}\n` }, outcome);
    if (outcome === 'ok') current = fresh;
    runTests(script, topic, attempt === 6);
    say(script);
  }
  prompt(script, 'Finally. Commit.');
  commitByAgent(script, topic.title, trailerOf(script.model));
}

/** The person does not want it. */
export function reject(script, task, topic) {
  prompt(
    script,
    task.step === undefined ? `${topic.ask} Do it without a new type if you can.` : topic.grow[task.step].ask,
  );
  lookAround(script, topic);
  const before = filesOf(script)[topic.file];
  const change =
    before === undefined ? { text: `${topic.text}// draft\n` } : { text: `${before}\n// draft of another way\n` };
  write(script, topic.file, change, 'rejected');
  prompt(script, 'No, that is too much. Smaller.');
  read(script, 'README.md');
  write(script, topic.file, { text: `${change.text}// smaller\n` }, 'rejected');
  prompt(script, 'Leave it, I will think about it first.');
  say(script, 'Nothing was written.');
}

/** A question; nothing is written. */
export function ask(script, { prompts = script.random.whole(1, 3) }, text) {
  prompt(script, text);
  lookAround(script);
  for (const file of sources(script).slice(0, 3)) read(script, file);
  say(script, script.random.pick(answers));
  for (let asked = 1; asked < prompts; asked++) {
    prompt(script, script.random.pick(followUps));
    newestCommits(script, 5);
    say(script, script.random.pick(answers));
  }
}

/** Plan mode from the first prompt to the last. */
export function plan(script, _task, text) {
  prompt(script, text);
  for (const file of sources(script)) read(script, file);
  use(
    script,
    {
      tool: 'ExitPlanMode',
      input: { plan: answers.at(-1) },
      content:
        "The user doesn't want to take this action right now. STOP what you are doing and wait for the user to tell you how to proceed.",
      isError: true,
      structured: 'User rejected tool use',
    },
    40,
  );
  prompt(script, 'Keep it as a plan for now. What would you leave out of the first step?');
  say(script, answers[0]);
}

/** A script's own prompt, without a person. */
export function errand(script, _task, text) {
  prompt(script, text);
  newestCommits(script, 20);
  for (const file of sources(script).slice(0, 2)) read(script, file);
  say(script, answers[1]);
}

/** Before the first edit: reads what is near, and often asks back. */
function explore(script, topic) {
  const { random } = script;
  const steps = random.whole(3, topic.repository === 'console' ? 18 : 12);
  for (let step = 0; step < steps; step++) lookFurther(script, topic);
  if (random.chance(0.5)) return;
  say(script, random.pick(agentQuestions));
  prompt(script, random.pick(decisions));
  const more = random.whole(1, 5);
  for (let step = 0; step < more; step++) lookFurther(script, topic);
}

function lookFurther(script, topic) {
  const { random } = script;
  if (random.chance(0.6)) return read(script, random.pick(sources(script)));
  const paths = filePathsOf(script).filter((path) => path.includes(topic.folder));
  shell(script, `grep -rln ${topic.noun} .`, 'Find what is near', paths.join('\n'));
}

function followUp(script, topic, asked) {
  const { random } = script;
  if (asked === 6) prompt(script, '/compact keep the names of the files', 'command');
  else if (asked === 4) prompt(script, followUps[8], 'queued');
  else prompt(script, random.pick(followUps));
  const steps = random.whole(2, 7);
  for (let step = 0; step < steps; step++) {
    if (random.chance(0.35)) read(script, random.pick([topic.file, topic.testFile, ...sources(script)]));
    else if (random.chance(0.5)) runTests(script, topic, random.chance(0.8));
    else shell(script, `grep -rn ${topic.name} . | head`, 'Find its callers', '');
  }
  polish(script, topic);
  say(script);
}

/** A remark of the person ends in a small edit, or in one that is refused or fails. */
function polish(script, topic) {
  const { random } = script;
  const lines = filesOf(script)[topic.file].split('\n');
  const line = lines.find(
    (each) => /^(\/\/|\/\*\*) .*\.( \*\/)?$/.test(each) && !caveats.some((tail) => each.includes(tail)),
  );
  if (line === undefined || random.chance(0.3)) return;
  const end = line.endsWith(' */') ? ' */' : '';
  const fresh = `${line.slice(0, line.length - end.length)} ${random.pick(caveats)}${end}`;
  const isRefused = script.permission === 'default' && random.chance(0.35);
  if (isRefused) return write(script, topic.file, { old: line, fresh }, 'rejected');
  if (random.chance(0.15)) write(script, topic.file, { old: line, fresh }, 'failed');
  write(script, topic.file, { old: line, fresh });
}

function lookAround(script, topic) {
  const folder = topic === undefined ? '.' : topic.file.split('/').slice(0, -1).join('/');
  const inside = filePathsOf(script).filter((path) => folder === '.' || path.startsWith(`${folder}/`));
  shell(script, `git ls-files ${folder}`, 'List the folder', inside.join('\n'));
  read(script, 'README.md');
  use(script, {
    tool: 'Grep',
    input: { pattern: topic?.noun ?? 'TODO', path: pathIn(script, '.') },
    content: 'No files found',
    structured: { mode: 'files_with_matches', filenames: [], numFiles: 0 },
  });
}

function runTests(script, topic, isGreen) {
  const isGo = topic.file.endsWith('.go');
  const green = isGo
    ? 'ok  \texample.com/northwind/relay/internal/...\t0.412s'
    : ' Test Files  7 passed (7)\n      Tests  19 passed (19)';
  const red = isGo
    ? goFailure(topic).split('\n').slice(2).join('\n')
    : typescriptFailure(topic).split('\n').slice(2).join('\n');
  shell(script, isGo ? 'go test ./...' : 'npm test', 'Run all tests', isGreen ? green : red, {
    isError: !isGreen,
    seconds: script.random.whole(6, 40),
  });
}

function noteInChangelog(script, subject) {
  const heading = '## Unreleased\n';
  write(script, 'CHANGELOG.md', { old: heading, fresh: `${heading}- ${subject}.\n` });
}

function newestCommits(script, count) {
  const subjects = script.history.commits.slice(-count).map((each) => each.message.split('\n')[0]);
  shell(script, `git log --format=%s -${count}`, 'Look at the newest commits', subjects.reverse().join('\n'));
}

function filePathsOf(script) {
  return Object.keys(filesOf(script)).sort();
}

/** A few source files that are there. */
function sources(script) {
  return Object.keys(filesOf(script))
    .filter((file) => /\.(go|ts|json)$/.test(file) && !/vendor|lock/.test(file))
    .slice(-6);
}

function trailerOf(model) {
  const [maker, family = '', number = ''] = model.split('-');
  const name = maker === 'claude' ? `Claude ${family[0].toUpperCase()}${family.slice(1)} ${number}` : 'Claude';
  return `Co-Authored-By: ${name} <noreply@anthropic.com>`;
}
