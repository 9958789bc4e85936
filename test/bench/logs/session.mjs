import { createRandom } from './random.mjs';
import * as shape from './shape.mjs';
import { sundries } from './sundries.mjs';
import { makeCall } from './tools.mjs';

/**
 * Where the lines of a log and what they say go.
 * @typedef {object} Sink
 * @property {number} bytes written of this file so far
 * @property {(record: object) => void} record writes one line
 * @property {(tokens: object) => void} response once per response, with its final count
 * @property {() => void} prompt
 * @property {(kind: 'call' | 'commit') => void} count
 * @property {(edit: { outcome: string, added: number, removed: number }) => void} edit
 */

/**
 * @typedef {object} SessionPlan
 * @property {number} seed
 * @property {string} sessionId as written in every record
 * @property {string | undefined} agentId of a sub-agent's log
 * @property {string} cwd
 * @property {number} startsAt milliseconds UTC
 * @property {number} rewinds chance that a prompt goes back to before the last one
 */

/**
 * A session that goes on for as long as it is asked. The same plan gives the same records, but for `sessionId`.
 * @param {SessionPlan} plan
 * @param {ReturnType<import('./texts.mjs').createTexts>} texts
 */
export function createSession(plan, texts) {
  const random = createRandom(plan.seed);
  const isSidechain = plan.agentId !== undefined;
  const version = random.pick(shape.versions);
  const model = random.pick(shape.models);
  const isOneHour = random.chance(0.2);
  let at = plan.startsAt;
  let parentUuid = null;
  /** What the last prompt answered; null: nothing, or not told. */
  let promptParent = null;
  let context = 15_000;
  let responsesLeft = 0;

  const now = () => {
    at += 200 + Math.floor(random.unit() ** 4 * 60_000);
    return new Date(at).toISOString();
  };
  const envelope = (type) => {
    const uuid = random.uuid();
    const record = {
      parentUuid,
      isSidechain,
      ...(isSidechain && { agentId: plan.agentId }),
      ...{ userType: 'external', cwd: plan.cwd, sessionId: plan.sessionId, version, gitBranch: 'main' },
      ...{ type, uuid, timestamp: now() },
    };
    parentUuid = uuid;
    return record;
  };
  const extras = sundries({ random, texts, plan, envelope, now, usageOf });

  function usageOf() {
    const input = random.amount(shape.tokens.input);
    const write = random.amount(shape.tokens.cacheWrite);
    const read = Math.floor(context);
    context = context > 170_000 ? 20_000 : context + write;
    const output = random.amount(shape.tokens.output);
    const tokens = {
      input,
      cacheWrite5m: isOneHour ? 0 : write,
      cacheWrite1h: isOneHour ? write : 0,
      cacheRead: read,
      output,
    };
    return {
      tokens,
      written: (outputTokens) => ({
        input_tokens: input,
        cache_creation_input_tokens: write,
        cache_read_input_tokens: read,
        cache_creation: {
          ephemeral_5m_input_tokens: tokens.cacheWrite5m,
          ephemeral_1h_input_tokens: tokens.cacheWrite1h,
        },
        output_tokens: outputTokens,
        service_tier: 'standard',
      }),
    };
  }

  const prompt = (sink) => {
    // A rewind: this prompt answers what the last one did.
    if (promptParent !== null && !isSidechain && random.chance(plan.rewinds)) parentUuid = promptParent;
    promptParent = parentUuid;
    const text = texts.prose(random, random.amount(shape.lengths.prompt));
    const isCommand = random.chance(0.08);
    const said = isCommand
      ? `<command-message>review</command-message>\n<command-name>/review</command-name>\n<command-args>${text}</command-args>`
      : text;
    const content = random.chance(0.5) ? said : [{ type: 'text', text: said }];
    sink.record({ ...envelope('user'), message: { role: 'user', content } });
    if (!isSidechain) sink.prompt();
    extras.turn(sink);
    responsesLeft = 1 + random.amount(shape.responsesPerTurn);
  };

  const blockOf = (kind) => {
    if (kind === 'thinking') {
      const thinking = texts.prose(random, random.amount(shape.lengths.thinking));
      return { type: 'thinking', thinking, signature: random.hex(40) };
    }
    return { type: 'text', text: texts.prose(random, random.amount(shape.lengths.text)) };
  };

  const response = (sink) => {
    const lines = random.pick(shape.linesPerResponse);
    const isLast = responsesLeft === 0;
    // The last answer of a turn calls nothing.
    const calls = isLast ? 0 : Math.max(1, lines - 1 - random.below(2));
    const kinds = Array.from({ length: Math.max(lines, calls) }, (_, index) =>
      index >= Math.max(lines, calls) - calls ? 'tool_use' : index === 0 && lines > 1 ? 'thinking' : 'text',
    );
    const id = `msg_01${random.hex(3).slice(0, 22)}`;
    const requestId = `req_011C${random.hex(3).slice(0, 20)}`;
    const { tokens, written } = usageOf();
    const isGrowing = random.chance(shape.chances.growingUsage);
    const called = [];
    for (const [index, kind] of kinds.entries()) {
      const isFinal = index === kinds.length - 1;
      const record = envelope('assistant');
      let block;
      if (kind === 'tool_use') {
        const tool = random.pick(shape.tools);
        const call = makeCall({ random, texts, cwd: plan.cwd, agentId: random.hex(1) }, tool);
        block = { type: 'tool_use', id: `toolu_01${random.hex(3).slice(0, 22)}`, name: tool, input: call.input };
        called.push({ ...call, id: block.id, tool, source: record.uuid });
        sink.count('call');
      } else block = blockOf(kind);
      const output = isGrowing && !isFinal ? Math.min(tokens.output, 1 + random.below(8)) : tokens.output;
      sink.record({
        ...record,
        requestId,
        message: {
          ...{ model, id, type: 'message', role: 'assistant', content: [block] },
          ...{ stop_reason: isFinal ? (isLast ? 'end_turn' : 'tool_use') : null, stop_sequence: null },
          usage: written(output),
        },
      });
    }
    sink.response(tokens);
    for (const call of called) answer(sink, call);
  };

  const answer = (sink, call) => {
    if (call.tool === 'Bash') extras.shellProgress(sink, call);
    if (call.tool === 'Agent') extras.agentProgress(sink, call);
    if (random.chance(shape.chances.hookProgress)) extras.hookProgress(sink, call);
    const outcome = random.pick(shape.outcomes);
    const result = outcome === 'ok' ? call : refusal(sink, outcome);
    if (call.edit) {
      const lines = outcome === 'ok' ? call.edit : { added: 0, removed: 0 };
      sink.edit({ outcome, ...lines });
    }
    const block = { tool_use_id: call.id, type: 'tool_result', content: result.content };
    sink.record({
      ...envelope('user'),
      message: { role: 'user', content: [outcome === 'ok' ? block : { ...block, is_error: true }] },
      toolUseResult: result.structured,
      sourceToolAssistantUUID: call.source,
    });
  };

  const refusal = (sink, outcome) => {
    if (outcome === 'failed') {
      const content = `<tool_use_error>${texts.prose(random, 60)}</tool_use_error>`;
      return { content, structured: `Error: ${content}` };
    }
    const start = "The user doesn't want to proceed with this tool use. The tool use was rejected.";
    if (isSidechain || random.chance(0.7)) return { content: start, structured: 'User rejected tool use' };
    sink.prompt();
    const content = `${start} To tell you how to proceed, the user said:\n${texts.prose(random, 80)}`;
    return { content, structured: 'User rejected tool use' };
  };

  return {
    /** Writes at least until the file has `bytes` bytes; ends after a response and its answers. */
    writeUntil: (sink, bytes) => {
      while (sink.bytes < bytes) {
        if (responsesLeft === 0) prompt(sink);
        responsesLeft--;
        response(sink);
      }
    },
    /** Goes on as another session: a fork keeps the chain of records. */
    lastUuid: () => parentUuid,
    follow: (uuid, since) => {
      parentUuid = uuid;
      at = Math.max(at, since);
    },
    at: () => at,
  };
}
