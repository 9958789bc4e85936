import { chances, lengths } from './shape.mjs';

/** Records around the conversation: progress, attachments, titles and the like. */
export function sundries({ random, texts, plan, envelope, now, usageOf }) {
  const isSidechain = plan.agentId !== undefined;
  const bare = (type, members) => ({ type, ...members, sessionId: plan.sessionId });
  const progress = (call, type, data) => ({
    ...envelope('progress'),
    data: { type, ...data },
    toolUseID: `${type}-${random.below(1000)}`,
    parentToolUseID: call.id,
  });

  const turn = (sink) => {
    if (random.chance(chances.attachmentPerTurn)) {
      const content = texts.prose(random, random.amount(lengths.attachment));
      const type = random.chance(0.4) ? 'task_reminder' : 'hook_additional_context';
      sink.record({ ...envelope('attachment'), attachment: { type, content, itemCount: 1 } });
    }
    if (isSidechain) return;
    if (random.chance(chances.queuedPrompt)) {
      const prompt = texts.prose(random, 40 + random.below(300));
      const attachment = { type: 'queued_command', prompt, commandMode: 'prompt' };
      sink.record({ ...envelope('attachment'), attachment });
      sink.prompt();
    }
    if (random.chance(chances.queueOperation)) {
      const content = texts.prose(random, 200);
      sink.record(bare('queue-operation', { operation: 'enqueue', timestamp: now(), content }));
      sink.record(bare('queue-operation', { operation: 'dequeue', timestamp: now() }));
    }
    if (random.chance(chances.lastPrompt)) sink.record(bare('last-prompt', { lastPrompt: texts.prose(random, 180) }));
    if (random.chance(chances.title)) sink.record(bare('custom-title', { customTitle: texts.words() }));
    if (random.chance(chances.mode)) sink.record(bare('mode', { mode: 'normal' }));
    if (random.chance(chances.snapshot)) {
      const snapshot = { messageId: random.uuid(), trackedFileBackups: {}, timestamp: now() };
      const isSnapshotUpdate = false;
      sink.record({ type: 'file-history-snapshot', messageId: random.uuid(), snapshot, isSnapshotUpdate });
    }
    if (random.chance(chances.turnSummary)) {
      sink.record({ ...envelope('system'), subtype: 'turn_duration', durationMs: random.below(90_000), level: 'info' });
    }
  };

  const shellProgress = (sink, call) => {
    while (random.chance(chances.bashProgress / 1.5)) {
      const output = texts.code(random, 300);
      sink.record(
        progress(call, 'bash_progress', { output, fullOutput: output, elapsedTimeSeconds: 3, totalLines: 9 }),
      );
    }
  };

  const hookProgress = (sink, call) => {
    sink.record(progress(call, 'hook_progress', { hookEvent: 'PostToolUse', hookName: 'PostToolUse:x', command: 'x' }));
  };

  /** What a sub-agent of older builds said stands in its starter's log alone: a response, a call, and its long answer. */
  const agentProgress = (sink, call) => {
    const agentId = random.hex(1);
    while (random.chance(chances.agentProgressPerAgentCall)) {
      const { tokens, written } = usageOf();
      const id = `toolu_01${random.hex(3).slice(0, 22)}`;
      const content = [{ type: 'tool_use', id, name: 'Read', input: { file_path: `${plan.cwd}/README.md` } }];
      const message = {
        ...{ model: 'claude-haiku-4-5-20251001', id: `msg_01${random.hex(3).slice(0, 22)}`, type: 'message' },
        ...{ role: 'assistant', content, stop_reason: 'tool_use', usage: written(tokens.output) },
      };
      const said = {
        type: 'assistant',
        timestamp: now(),
        uuid: random.uuid(),
        requestId: `req_${random.hex(3)}`,
        message,
      };
      sink.record(progress(call, 'agent_progress', { agentId, prompt: '', message: said }));
      sink.response(tokens);
      sink.count('call');
      const text = texts.code(random, random.amount(lengths.agentProgress) / 3);
      const result = [{ type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text }] }];
      const heard = { type: 'user', timestamp: now(), uuid: random.uuid(), message: { role: 'user', content: result } };
      sink.record(progress(call, 'agent_progress', { agentId, prompt: '', message: heard }));
    }
  };

  return { turn, shellProgress, hookProgress, agentProgress };
}
