/**
 * Writes a session as Claude Code 2.1 does: one JSON object per line; a response stands on one line per block, with
 * the same message id, a growing output count, and `stop_reason` on its last line alone.
 */
import { createRandom } from '../random.mjs';
import { createUsage } from './usage.mjs';

/**
 * @param {object} session of story.mjs
 * @param {Map<number, { id: string, changed: string }>} commits by mark, as git has them
 * @returns {{ path: string, text: string }[]} files, relative to the project's folder
 */
export function writeSession(session, commits, version) {
  const random = createRandom(`log/${session.id}`);
  const log = openLog(session, random, commits, version);
  log.put({ type: 'mode', mode: 'normal', sessionId: session.id });
  for (const step of session.script.steps) writeStep(log, step);
  if (session.title !== undefined && !session.isHeadless) log.put(titleOf(session));
  log.put({
    type: 'last-prompt',
    lastPrompt: session.script.steps[0].text,
    leafUuid: log.parent,
    sessionId: session.id,
  });
  return [{ path: `${session.id}.jsonl`, records: log.records }, ...log.agents].map(({ path, records, text }) => ({
    path,
    text: text ?? toLines(records),
  }));
}

export function toLines(records) {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function openLog(session, random, commits, version, agentId) {
  const { script } = session;
  const log = {
    session,
    random,
    commits,
    version,
    agentId,
    records: [],
    agents: [],
    parent: null,
    promptId: undefined,
  };
  log.put = (record) => log.records.push(record);
  log.usage = createUsage(random, agentId === undefined ? '1h' : '5m', script.folder);
  log.model = script.model;
  /** A record of the conversation: it hangs below the one before it. */
  log.say = (at, record) => {
    const uuid = random.uuid();
    log.put({
      parentUuid: log.parent,
      isSidechain: agentId !== undefined,
      ...(agentId !== undefined && { agentId }),
      ...record,
      uuid,
      timestamp: new Date(at).toISOString(),
      userType: 'external',
      entrypoint: session.isHeadless ? 'sdk-cli' : 'cli',
      cwd: script.folder,
      sessionId: session.id,
      version,
      gitBranch: script.branch,
    });
    log.parent = uuid;
    return uuid;
  };
  return log;
}

function writeStep(log, step) {
  if (step.do === 'prompt') writePrompt(log, step);
  else writeReply(log, step);
}

function writePrompt(log, { at, text, via }) {
  const { session, random } = log;
  log.promptId = random.uuid();
  log.usage.hear(text);
  const person = { promptId: log.promptId, type: 'user' };
  if (via === 'agent') return log.say(at, { ...person, message: { role: 'user', content: text } });
  const mode = { permissionMode: session.script.permission, origin: { kind: 'human' } };
  if (via === 'command') {
    const [, name, words] = /^\/(\S+) ?(.*)$/.exec(text);
    const content = `<command-name>/${name}</command-name>\n<command-message>${name}</command-message>\n<command-args>${words}</command-args>`;
    log.say(at, { ...person, message: { role: 'user', content }, ...mode });
    const done = '<local-command-stdout>Compacted</local-command-stdout>';
    return log.say(at + 900, { ...person, message: { role: 'user', content: done } });
  }
  if (via === 'queued') {
    // Typed while the agent was at work: it never becomes a line of the user.
    const timestamp = new Date(at).toISOString();
    log.put({ type: 'queue-operation', operation: 'enqueue', timestamp, sessionId: session.id, content: text });
    const attachment = {
      type: 'queued_command',
      prompt: text,
      source_uuid: random.uuid(),
      commandMode: 'prompt',
      origin: { kind: 'human' },
      timestamp,
    };
    log.say(at, { attachment, type: 'attachment' });
    return log.put({ type: 'queue-operation', operation: 'remove', timestamp, sessionId: session.id, content: text });
  }
  log.say(at, {
    ...person,
    message: { role: 'user', content: text },
    ...mode,
    promptSource: session.isHeadless ? 'sdk' : 'typed',
  });
  const snapshot = { messageId: log.parent, trackedFileBackups: {}, timestamp: new Date(at).toISOString() };
  log.put({ type: 'file-history-snapshot', messageId: log.parent, snapshot, isSnapshotUpdate: false });
}

function writeReply(log, { at, endedAt, text, thought, call }) {
  const { random } = log;
  const callId = random.apiId('toolu');
  const blocks = [
    ...(thought === undefined ? [] : [{ type: 'thinking', thinking: thought, signature: random.hex(96) }]),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...(call === undefined ? [] : [{ type: 'tool_use', id: callId, name: call.tool, input: call.input }]),
  ];
  const head = { model: log.model, id: random.apiId('msg'), type: 'message', role: 'assistant' };
  const requestId = random.apiId('req');
  const usage = log.usage.answer(blocks, at);
  const uuids = blocks.map((block, index) => {
    const isLast = index === blocks.length - 1;
    const stop = isLast ? (call === undefined ? 'end_turn' : 'tool_use') : null;
    const message = {
      ...head,
      content: [block],
      stop_reason: stop,
      stop_sequence: null,
      usage: usage(index, blocks.length),
    };
    return log.say(at + index * 400, { message, requestId, type: 'assistant' });
  });
  if (call === undefined) return;
  const answer = answerOf(log, call, endedAt);
  log.usage.hear(typeof answer.content === 'string' ? answer.content : answer.content[0].text);
  const result = { type: 'tool_result', tool_use_id: callId, content: answer.content };
  if (answer.isError !== undefined) result.is_error = answer.isError;
  log.say(Math.max(endedAt, at + blocks.length * 400), {
    promptId: log.promptId,
    type: 'user',
    message: { role: 'user', content: [result] },
    toolUseResult: answer.structured,
    sourceToolAssistantUUID: uuids.at(-1),
  });
}

/** The result of a call; those of commits and sub-agents are known only now. */
function answerOf(log, call, endedAt) {
  if (call.commit !== undefined) return commitAnswer(log, call);
  return call.agent === undefined ? call : agentAnswer(log, call, endedAt);
}

function commitAnswer({ commits, version }, { commit, subject, branch }) {
  const { id, changed } = commits.get(commit);
  const sha = id.slice(0, 7);
  const stdout = `[${branch} ${sha}] ${subject}\n ${changed}`;
  const isNew = Number(version.split('.').at(-1)) >= 190;
  return {
    content: stdout,
    isError: false,
    structured: {
      ...{ stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false },
      ...(isNew && { gitOperation: { commit: { sha, kind: 'committed' } } }),
    },
  };
}

function agentAnswer(log, { agent, input }, endedAt) {
  const inner = openLog(log.session, log.random, log.commits, log.version, agent.id);
  inner.model = agent.model;
  for (const step of agent.steps) writeStep(inner, step);
  const folder = `${log.session.id}/subagents`;
  log.agents.push({ path: `${folder}/agent-${agent.id}.jsonl`, records: inner.records });
  log.agents.push({
    path: `${folder}/agent-${agent.id}.meta.json`,
    text: `${JSON.stringify({ agentType: input.subagent_type })}\n`,
  });
  const content = [{ type: 'text', text: agent.steps.at(-1).text }];
  const totalDurationMs = endedAt - agent.steps[0].at;
  const totalToolUseCount = agent.steps.filter((step) => step.call !== undefined).length;
  const structured = {
    status: 'completed',
    prompt: input.prompt,
    agentId: agent.id,
    content,
    totalDurationMs,
    totalTokens: inner.usage.total(),
    totalToolUseCount,
  };
  return { content, structured };
}

function titleOf({ id, title, hasOwnTitle }) {
  return hasOwnTitle
    ? { type: 'custom-title', customTitle: title, sessionId: id }
    : { type: 'ai-title', aiTitle: title, sessionId: id };
}
