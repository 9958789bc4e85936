import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../extension/engine/events/calendar';
import { buildSessionEvent, type SessionInput } from '../../extension/engine/events/sessionEvent';
import { at, minutes } from '../support/given';
import { answer, call, edit, prompt, response, session } from './sessionInputs';

const idle = minutes(30);

function build(input: SessionInput, zone = 'UTC') {
  const event = buildSessionEvent(input, createCalendar(zone), idle);
  if (!event) {
    throw new Error('no event');
  }
  return event;
}

describe('when a session was', () => {
  it('a session in which nothing happened is none', () => {
    expect(buildSessionEvent(session(), createCalendar('UTC'), idle)).toBeUndefined();
    expect(buildSessionEvent(session({ toolCalls: [call(null, null)] }), createCalendar('UTC'), idle)).toBeUndefined();
  });

  it('lasts from the first to the last thing of any kind, in whatever order the facts come', () => {
    const event = build(
      session({ messages: [prompt(30)], toolCalls: [call(20, 50)], edits: [edit(40)], usage: [response(10)] }),
    );
    expect([event.started_at, event.ended_at]).toEqual([minutes(10), minutes(50)]);
  });

  it('is on the day that it began on, in the zone', () => {
    const input = session({ messages: [{ ...prompt(0), at: at('2026-03-01T23:30Z') }] });
    expect([build(input).day, build(input).week]).toEqual(['2026-03-01', '2026-02-23']);
    const { day, week } = build(input, 'Europe/Berlin');
    expect([day, week]).toEqual(['2026-03-02', '2026-03-02']);
  });
});

describe('active time', () => {
  it.each([
    ['a gap of exactly the idle window counts', [0, 30], 30],
    ['a longer gap leaves out whole', [0, 31], 0],
    ['gaps are judged one by one', [0, 10, 41, 50], 19],
    ['many things in one instant take no time', [5, 5, 5], 0],
    ['a single instant is no time', [5], 0],
  ])('%s', (_, instants, expected) => {
    expect(build(session({ messages: instants.map((minute) => prompt(minute)) })).active_ms).toBe(minutes(expected));
  });
});

describe('first applied edit', () => {
  const first = (given: Partial<SessionInput>) => build(session(given)).active_ms_to_first_edit;

  it.each<[string, Partial<SessionInput>, number | null]>([
    ['from the first prompt to the edit', { messages: [prompt(0), prompt(10)], edits: [edit(20), edit(25)] }, 20],
    ['without pauses', { messages: [prompt(0), prompt(40)], edits: [edit(45)] }, 5],
    ['what happened before the prompt is not counted', { messages: [answer(0), prompt(10)], edits: [edit(15)] }, 5],
    ['what happened after the edit is not counted', { messages: [prompt(0), answer(9)], edits: [edit(5)] }, 5],
    ['an edit at the very prompt takes no time', { messages: [prompt(5)], edits: [edit(5)] }, 0],
    ['no edit', { messages: [prompt(0)] }, null],
    ['no prompt', { messages: [answer(0)], edits: [edit(5)] }, null],
    ['an edit before the first prompt does not count', { messages: [prompt(10)], edits: [edit(5)] }, null],
    ['but a later one does', { messages: [prompt(10)], edits: [edit(5), edit(12)] }, 2],
    ["a sub-agent's prompt is not a person's", { messages: [prompt(0, false), prompt(8)], edits: [edit(10)] }, 2],
    ['a rejected edit is not applied', { messages: [prompt(0)], edits: [edit(3, 'rejected'), edit(7)] }, 7],
    ['a failed edit is not applied', { messages: [prompt(0)], edits: [edit(3, 'failed')] }, null],
    ['an edit without a result is not applied', { messages: [prompt(0)], edits: [edit(3, null)] }, null],
    ['a rewound edit is not applied', { messages: [prompt(0)], edits: [{ ...edit(3), isRewound: true }, edit(7)] }, 7],
    ['an opaque shell write is no edit', { messages: [prompt(0)], edits: [edit(3, 'ok', 'opaque')] }, null],
  ])('%s', (_, given, expected) => {
    expect(first(given)).toBe(expected === null ? null : minutes(expected));
  });
});

describe('counts', () => {
  it('edits by outcome, opaque writes apart, lines of applied ones only', () => {
    const event = build(
      session({
        edits: [
          edit(1, 'ok', 'edit', 5, 2),
          edit(2, 'ok', 'overwrite', 7, 0),
          edit(3, 'ok', 'shell', 1, 1),
          edit(4, 'rejected', 'edit', 100, 100),
          edit(5, 'failed', 'edit', 100, 100),
          edit(6, null, 'edit', 100, 100),
          edit(7, 'ok', 'opaque'),
          edit(8, 'failed', 'opaque'),
        ],
      }),
    );
    expect([event.edits_applied, event.edits_rejected, event.edits_failed, event.opaque_writes]).toEqual([3, 1, 1, 1]);
    expect([event.lines_added, event.lines_removed]).toEqual([13, 3]);
  });

  it('prompts of the person only, calls and sub-agents all', () => {
    const event = build(
      session({
        messages: [prompt(0), prompt(1, false), answer(2), prompt(3)],
        toolCalls: [call(1, 2), call(null, 3)],
        subagents: 2,
        declaredCommits: 3,
      }),
    );
    expect([event.prompts, event.tool_calls, event.subagents, event.declared_commits]).toEqual([2, 2, 2, 3]);
  });

  it.each<[string, Partial<SessionInput>, number]>([
    ['a prompt with an answer is a turn', { messages: [prompt(0)], usage: [response(1)] }, 1],
    ['several answers are one turn', { messages: [prompt(0)], usage: [response(1), response(2)] }, 1],
    ['a prompt that is followed by another is none', { messages: [prompt(0), prompt(1)], usage: [response(2)] }, 1],
    ['a prompt at the end is none', { messages: [prompt(0), prompt(9)], usage: [response(1)] }, 1],
    ['an answer in the instant of its prompt counts', { messages: [prompt(5)], usage: [response(5)] }, 1],
    ["a sub-agent's prompt is no turn", { messages: [prompt(0, false)], usage: [response(1)] }, 0],
  ])('%s', (_, given, expected) => expect(build(session(given)).turns).toBe(expected));
});

describe('main model', () => {
  it.each<[string, ReturnType<typeof response>[], string | null]>([
    ['none without a response', [], null],
    ['most output', [response(0, { model: 'a', outputTokens: 5 }), response(1, { model: 'b', outputTokens: 6 })], 'b'],
    [
      'output adds up over responses',
      [
        response(0, { model: 'b', outputTokens: 5 }),
        response(1, { model: 'a', outputTokens: 3 }),
        response(2, { model: 'a', outputTokens: 3 }),
      ],
      'a',
    ],
    [
      'output before input',
      [response(0, { model: 'a', outputTokens: 5, inputTokens: 99 }), response(1, { model: 'b', outputTokens: 6 })],
      'b',
    ],
    ['then most tokens', [response(0, { model: 'a' }), response(1, { model: 'b', inputTokens: 1 })], 'b'],
    ['then the name', [response(0, { model: 'b' }), response(1, { model: 'a' })], 'a'],
  ])('%s', (_, usage, expected) => {
    expect(build(session({ messages: [prompt(0)], usage })).model).toBe(expected);
  });
});

describe('permission', () => {
  it.each<[string[], string, number]>([
    [[], 'unknown', 0],
    [['default'], 'asks', 0],
    [['plan'], 'asks', 1],
    [['acceptEdits'], 'never_asks', 0],
    [['bypassPermissions'], 'never_asks', 0],
    [['acceptEdits', 'default'], 'asks', 0],
    [['default', 'plan'], 'asks', 0],
  ])('modes %j: %s', (permissionModes, permission, isPlanOnly) => {
    const event = build(session({ session: { permissionModes }, messages: [prompt(0)] }));
    expect([event.permission, event.is_plan_only]).toEqual([permission, isPlanOnly]);
  });
});

describe('money', () => {
  it('a recorded cost wins over an estimate, and a response with neither is unpriced', () => {
    const { recorded_cost_usd, estimated_cost_usd, unpriced_responses, unpriced_tokens } = build(
      session({
        usage: [
          response(0, { recordedCostUsd: 2, estimatedCostUsd: 3, outputTokens: 9 }),
          response(1, { recordedCostUsd: 0, estimatedCostUsd: 5 }),
          response(2, { recordedCostUsd: null, estimatedCostUsd: 4 }),
          response(3, {
            recordedCostUsd: null,
            estimatedCostUsd: null,
            ...{ inputTokens: 1, cacheWrite5mTokens: 2, cacheWrite1hTokens: 4, cacheReadTokens: 8, outputTokens: 16 },
            reasoningTokens: 16,
          }),
        ],
      }),
    );
    expect([recorded_cost_usd, estimated_cost_usd, unpriced_responses, unpriced_tokens]).toEqual([2, 4, 1, 31]);
  });

  it('output that the log does not count stands apart; where the log records a cost, it costs nothing more', () => {
    const missing = { isOutputUnderreported: true, outputTokens: 3, missingOutputTokens: 40, missingCostUsd: 0.5 };
    const event = build(
      session({
        usage: [
          response(0, { outputTokens: 5, estimatedCostUsd: 1 }),
          response(1, { ...missing, estimatedCostUsd: 2 }),
          response(2, { ...missing, recordedCostUsd: 4 }),
          response(3, { ...missing, estimatedCostUsd: null, missingCostUsd: null }),
        ],
      }),
    );
    expect([event.output_tokens, event.recorded_cost_usd, event.estimated_cost_usd]).toEqual([14, 4, 3]);
    expect([event.unpriced_tokens, event.underreported_responses]).toEqual([3, 3]);
    expect([event.estimated_missing_output_tokens, event.estimated_missing_cost_usd]).toEqual([120, 0.5]);
  });
});

describe('a session of more prompts and edits than a call takes arguments', () => {
  it('has its active time to the first edit', () => {
    const messages = Array.from({ length: 200_000 }, () => prompt(0));
    const edits = Array.from({ length: 200_000 }, () => edit(5, 'ok', 'edit', 1));
    expect(build(session({ messages, edits })).active_ms_to_first_edit).toBe(minutes(5));
  });
});

describe('edits that a rewind took back', () => {
  it('are counted apart and nowhere else', () => {
    const event = build(
      session({
        messages: [prompt(0)],
        edits: [
          { ...edit(5, 'ok', 'edit', 4, 2), isRewound: true },
          { ...edit(6, 'rejected'), isRewound: true },
          edit(9, 'ok', 'edit', 1),
        ],
      }),
    );
    expect([event.edits_applied, event.edits_rejected, event.edits_rewound]).toEqual([1, 0, 1]);
    expect([event.lines_added, event.lines_removed]).toEqual([1, 0]);
    expect(event.active_ms_to_first_edit).toBe(minutes(9));
  });
});
