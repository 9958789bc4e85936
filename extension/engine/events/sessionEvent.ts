import type { Calendar } from './calendar';

/** Facts of a root session and its sub-agents. */
export interface SessionInput {
  session: {
    sessionKey: string;
    provider: string;
    kind: string;
    repositoryKey: string | null;
    branch: string | null;
    permissionModes: string[];
  };
  subagents: number;
  /** `isRoot`: in the root session's own log; a sub-agent's prompts are the agent's, not a person's. */
  messages: { at: number; role: string; isHumanPrompt: boolean; isRoot: boolean }[];
  toolCalls: { startedAt: number | null; endedAt: number | null }[];
  /** `at` is when the edit was in the file: the end of its call where known. */
  edits: {
    at: number;
    outcome: string | null;
    via: string;
    /** The person went back to before it: it is neither applied nor output. */
    isRewound: boolean;
    addedLines: number;
    removedLines: number;
  }[];
  usage: UsageInput[];
  declaredCommits: number;
}

/** One response. Costs in USD; null: not recorded, or no price known. */
export interface UsageInput {
  at: number;
  model: string;
  inputTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  webSearches: number;
  recordedCostUsd: number | null;
  estimatedCostUsd: number | null;
  /** `outputTokens` is a first guess. */
  isOutputUnderreported: boolean;
  /** Estimated, beyond `outputTokens`; 0 where the log's count is right. */
  missingOutputTokens: number;
  /** What those would cost; in no other cost. */
  missingCostUsd: number | null;
}

/** What responses add up to, by the names of the event columns. */
export type UsageSum = {
  responses: number;
  input_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  cache_read_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  web_searches: number;
  recorded_cost_usd: number;
  /** Only of responses without a recorded cost, so that the two add up. */
  estimated_cost_usd: number;
  unpriced_responses: number;
  unpriced_tokens: number;
  underreported_responses: number;
  /** Beside the logged tokens and costs, in none of them. */
  estimated_missing_output_tokens: number;
  estimated_missing_cost_usd: number;
};

export type SessionEvent = UsageSum & {
  session_key: string;
  provider: string;
  kind: string;
  repository_key: string | null;
  branch: string | null;
  model: string | null;
  permission: 'asks' | 'never_asks' | 'unknown';
  is_plan_only: number;
  started_at: number;
  ended_at: number;
  day: string;
  week: string;
  prompts: number;
  turns: number;
  tool_calls: number;
  subagents: number;
  active_ms: number;
  active_ms_to_first_edit: number | null;
  edits_applied: number;
  edits_rejected: number;
  edits_failed: number;
  edits_rewound: number;
  opaque_writes: number;
  lines_added: number;
  lines_removed: number;
  declared_commits: number;
};

/** Modes in which Claude Code asks before it edits. */
const askingModes = new Set(['default', 'plan', 'normal', 'ask']);

/**
 * The event of one root session; undefined where its log holds nothing that happened (a title alone, or only records
 * that another session owns). `idleMs`: gaps longer than this are not activity.
 */
export function buildSessionEvent(input: SessionInput, calendar: Calendar, idleMs: number): SessionEvent | undefined {
  const instants = instantsOf(input);
  const startedAt = instants[0];
  const endedAt = instants.at(-1);
  if (startedAt === undefined || endedAt === undefined) {
    return undefined;
  }
  const { session } = input;
  const day = calendar.day(startedAt);
  const prompts = input.messages.filter((message) => message.isHumanPrompt && message.isRoot);
  const kept = input.edits.filter((edit) => !edit.isRewound);
  const written = kept.filter((edit) => edit.via !== 'opaque');
  const applied = written.filter((edit) => edit.outcome === 'ok');
  return {
    session_key: session.sessionKey,
    provider: session.provider,
    kind: session.kind,
    repository_key: session.repositoryKey,
    branch: session.branch,
    model: mainModel(input.usage),
    permission: permissionOf(session.permissionModes),
    is_plan_only:
      session.permissionModes.length > 0 && session.permissionModes.every((mode) => mode === 'plan') ? 1 : 0,
    started_at: startedAt,
    ended_at: endedAt,
    day,
    week: calendar.week(day),
    prompts: prompts.length,
    turns: answeredPrompts(input),
    tool_calls: input.toolCalls.length,
    subagents: input.subagents,
    active_ms: activeBetween(instants, startedAt, endedAt, idleMs),
    active_ms_to_first_edit: activeToFirstEdit(instants, prompts, applied, idleMs),
    edits_applied: applied.length,
    edits_rejected: written.filter((edit) => edit.outcome === 'rejected').length,
    edits_failed: written.filter((edit) => edit.outcome === 'failed').length,
    edits_rewound: input.edits.filter((edit) => edit.isRewound && edit.outcome === 'ok').length,
    opaque_writes: kept.filter((edit) => edit.via === 'opaque' && edit.outcome === 'ok').length,
    lines_added: sum(applied, (edit) => edit.addedLines),
    lines_removed: sum(applied, (edit) => edit.removedLines),
    declared_commits: input.declaredCommits,
    ...sumUsage(input.usage),
  };
}

/** Adds up responses. A recorded cost wins over an estimate; a response with neither is unpriced, not free. */
export function sumUsage(usage: UsageInput[]): UsageSum {
  const unpriced = usage.filter((response) => response.recordedCostUsd === null && response.estimatedCostUsd === null);
  return {
    responses: usage.length,
    input_tokens: sum(usage, (response) => response.inputTokens),
    cache_write_5m_tokens: sum(usage, (response) => response.cacheWrite5mTokens),
    cache_write_1h_tokens: sum(usage, (response) => response.cacheWrite1hTokens),
    cache_read_tokens: sum(usage, (response) => response.cacheReadTokens),
    output_tokens: sum(usage, (response) => response.outputTokens),
    reasoning_tokens: sum(usage, (response) => response.reasoningTokens),
    web_searches: sum(usage, (response) => response.webSearches),
    recorded_cost_usd: sum(usage, (response) => response.recordedCostUsd ?? 0),
    estimated_cost_usd: sum(usage, (response) =>
      response.recordedCostUsd === null ? (response.estimatedCostUsd ?? 0) : 0,
    ),
    unpriced_responses: unpriced.length,
    unpriced_tokens: sum(unpriced, tokensOf),
    underreported_responses: usage.filter((response) => response.isOutputUnderreported).length,
    estimated_missing_output_tokens: sum(usage, (response) => response.missingOutputTokens),
    // A recorded cost is the agent's own, whatever tokens it logged.
    estimated_missing_cost_usd: sum(usage, (response) =>
      response.recordedCostUsd === null ? (response.missingCostUsd ?? 0) : 0,
    ),
  };
}

const tokensOf = (response: UsageInput): number =>
  response.inputTokens +
  response.cacheWrite5mTokens +
  response.cacheWrite1hTokens +
  response.cacheReadTokens +
  response.outputTokens;

function instantsOf(input: SessionInput): number[] {
  const instants = [
    ...input.messages.map((message) => message.at),
    ...input.toolCalls.flatMap((call) => [call.startedAt, call.endedAt]),
    ...input.edits.map((edit) => edit.at),
    ...input.usage.map((response) => response.at),
  ].filter((at) => at !== null);
  return instants.sort((a, b) => a - b);
}

/** Sum of the gaps between neighbouring instants of [from, to] that are no longer than `idleMs`. */
function activeBetween(instants: number[], from: number, to: number, idleMs: number): number {
  let active = 0;
  let last = from;
  for (const at of instants) {
    if (at <= from || at > to) {
      continue;
    }
    if (at - last <= idleMs) {
      active += at - last;
    }
    last = at;
  }
  return active;
}

function activeToFirstEdit(
  instants: number[],
  prompts: { at: number }[],
  applied: { at: number }[],
  idleMs: number,
): number | null {
  const prompt = earliest(prompts);
  const edit = earliest(applied.filter((change) => change.at >= prompt));
  return Number.isFinite(prompt) && Number.isFinite(edit) ? activeBetween(instants, prompt, edit, idleMs) : null;
}

/** Infinity: none. A log may hold more than a call takes arguments. */
const earliest = (items: readonly { at: number }[]): number =>
  items.reduce((first, item) => Math.min(first, item.at), Number.POSITIVE_INFINITY);

/** Prompts after which the model answered before the next prompt came. */
function answeredPrompts(input: SessionInput): number {
  const steps = [
    ...input.messages
      .filter((message) => message.isHumanPrompt && message.isRoot)
      .map((message) => ({ at: message.at, isPrompt: true })),
    ...input.usage.map((response) => ({ at: response.at, isPrompt: false })),
  ].sort((a, b) => a.at - b.at || Number(b.isPrompt) - Number(a.isPrompt));
  return steps.filter((step, index) => step.isPrompt && steps[index + 1]?.isPrompt === false).length;
}

function mainModel(usage: UsageInput[]): string | null {
  const byModel = new Map<string, { output: number; all: number }>();
  for (const response of usage) {
    const known = byModel.get(response.model) ?? { output: 0, all: 0 };
    byModel.set(response.model, { output: known.output + response.outputTokens, all: known.all + tokensOf(response) });
  }
  const [first] = [...byModel].sort(([a, x], [b, y]) => y.output - x.output || y.all - x.all || (a < b ? -1 : 1));
  return first?.[0] ?? null;
}

function permissionOf(modes: string[]): 'asks' | 'never_asks' | 'unknown' {
  if (modes.length === 0) {
    return 'unknown';
  }
  return modes.some((mode) => askingModes.has(mode)) ? 'asks' : 'never_asks';
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
