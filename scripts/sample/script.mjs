/**
 * What happens in one session, step by step, before it is written as a log. A step is
 *   { do: 'prompt', at, text, via }   `via`: typed, queued, command
 *   { do: 'reply', at, text, thought, call }   the model's answer, with at most one tool call and its result
 */

import { remarks, thoughts } from './content/talk.mjs';
import { editCall, failed, rejected, writeCall } from './edits.mjs';
import { branchOf, commit } from './history.mjs';

const secondMs = 1000;

/** An empty script. `folder`: where the repository is; `changed` holds what is not committed yet. */
export function createScript({ start, random, history, branch, folder, model, permission }) {
  return { start, now: start, random, history, branch, folder, model, permission, steps: [], changed: {}, prompts: 0 };
}

/** The person says something, after thinking for a while. */
export function prompt(script, text, via = 'typed') {
  const { random } = script;
  if (script.prompts > 0 && via !== 'queued') script.now += random.whole(25, 210) * secondMs;
  // A meeting, or lunch: more than half an hour of nothing.
  if (script.prompts > 2 && random.chance(0.05)) script.now += random.whole(35, 70) * 60 * secondMs;
  script.prompts += 1;
  script.steps.push({ do: 'prompt', at: script.now, text, via });
}

/** The model answers with text alone. */
export function say(script, text = script.random.pick(remarks)) {
  reply(script, { text, seconds: script.random.whole(4, 16) });
}

/** The model calls a tool; `seconds` is how long the tool takes. */
export function use(script, call, seconds = 1) {
  const { random } = script;
  reply(script, {
    text: random.chance(0.25) ? random.pick(remarks) : undefined,
    thought: random.chance(0.4) ? random.pick(thoughts) : undefined,
    call,
    seconds: random.whole(5, 22),
    callSeconds: seconds,
  });
}

function reply(script, { seconds, callSeconds = 0, ...step }) {
  script.now += seconds * secondMs;
  script.steps.push({ do: 'reply', at: script.now, endedAt: script.now + callSeconds * secondMs, ...step });
  script.now += callSeconds * secondMs;
}

/** Reads a file of the work tree. */
export function read(script, file) {
  const text = filesOf(script)[file] ?? '';
  const lines = text.split('\n');
  const numbered = lines.map((line, index) => `${index + 1}\t${line}`).join('\n');
  const filePath = pathIn(script, file);
  use(script, {
    tool: 'Read',
    input: { file_path: filePath },
    content: numbered,
    structured: {
      type: 'text',
      file: { filePath, content: text, numLines: lines.length, startLine: 1, totalLines: lines.length },
    },
  });
}

/** Runs a command. */
export function shell(script, command, description, stdout, { isError = false, seconds = 2, more = {} } = {}) {
  use(
    script,
    {
      tool: 'Bash',
      input: { command, description },
      content: isError ? `Exit code 1\n${stdout}` : stdout || '(Bash completed with no output)',
      isError,
      structured: isError
        ? `Error: Exit code 1\n${stdout}`
        : { stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false, ...more },
    },
    seconds,
  );
}

/** Notes what is to be done. */
export function todo(script, contents) {
  const todos = contents.map((content, index) => ({
    content,
    status: index === 0 ? 'in_progress' : 'pending',
    activeForm: content,
  }));
  use(script, {
    tool: 'TodoWrite',
    input: { todos },
    content: 'Todos have been modified successfully. Ensure that you continue to use the todo list.',
    structured: { oldTodos: [], newTodos: todos },
  });
}

/** Writes a new file, or replaces a text in one; `outcome`: ok, failed, rejected. */
export function write(script, file, change, outcome = 'ok') {
  const files = filesOf(script);
  const path = pathIn(script, file);
  const call =
    change.text === undefined
      ? editCall(path, files[file], change.old, change.fresh)
      : writeCall(path, files[file], change.text);
  const { after, ...done } = call;
  if (outcome === 'rejected') return use(script, rejected(done), 20);
  if (outcome === 'failed')
    return use(script, failed(done, 'File has not been read yet. Read it first before writing to it.'));
  files[file] = after;
  script.changed[file] = after;
  use(script, done, script.permission === 'default' ? script.random.whole(3, 25) : 1);
}

/** Adds a text at the end of a file. */
export function append(script, file, text) {
  const last = filesOf(script)[file].trimEnd().split('\n').slice(-8).join('\n');
  write(script, file, { old: `${last}\n`, fresh: `${last}\n${text}` });
}

/** The agent commits what it changed. The log names the commit once it is made: `commit` is its mark. */
export function commitByAgent(script, subject, trailer) {
  script.now += 4 * secondMs;
  const mark = commit(script.history, script.branch, {
    by: 'me',
    at: script.now + 20 * secondMs,
    subject,
    body: trailer,
    files: script.changed,
  });
  const names = Object.keys(script.changed).join(' ');
  script.changed = {};
  script.now += 8 * secondMs;
  const command = `git add ${names} && git commit -m "$(cat <<'EOF'\n${subject}\n\n${trailer}\nEOF\n)"`;
  script.steps.push({
    do: 'reply',
    at: script.now,
    endedAt: script.now + 13 * secondMs,
    call: {
      tool: 'Bash',
      input: { command, description: 'Commit the change' },
      commit: mark,
      subject,
      branch: script.branch,
    },
  });
  script.now += 13 * secondMs;
}

/** Sends a sub-agent to look at files; its own steps become a log of their own. */
export function sendAgent(script, task, files) {
  const { random } = script;
  const inner = {
    ...script,
    steps: [],
    now: script.now + 6 * secondMs,
    model: 'claude-haiku-4-5-20251001',
    changed: {},
  };
  inner.start = inner.now;
  inner.steps.push({ do: 'prompt', at: inner.now, text: task, via: 'agent' });
  shell(
    inner,
    `grep -rn "${random.pick(['func', 'export', 'TODO'])}" --include=* . | head -40`,
    'Find definitions',
    '',
  );
  for (const file of files) read(inner, file);
  say(inner, `I read ${files.length} files. ${random.pick(remarks)}`);
  script.steps.push({
    do: 'reply',
    at: script.now + 5 * secondMs,
    endedAt: inner.now,
    call: {
      tool: 'Task',
      input: { description: 'Look for similar code', prompt: task, subagent_type: 'Explore' },
      agent: { id: random.hex(7), steps: inner.steps, model: inner.model },
    },
  });
  script.now = inner.now;
}

export function filesOf(script) {
  return branchOf(script.history, script.branch).files;
}

/** The path as the agent names it. */
export function pathIn(script, file) {
  return [script.folder, ...file.split('/')].join(script.folder.includes('\\') ? '\\' : '/');
}
