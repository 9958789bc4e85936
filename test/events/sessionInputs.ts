import type { SessionInput, UsageInput } from '../../extension/engine/events/sessionEvent';
import { minutes } from '../support/given';

/** Minutes since the epoch, so that tests read as "at minute 5". */
export const prompt = (minute: number, isRoot = true) => ({
  at: minutes(minute),
  role: 'user',
  isHumanPrompt: true,
  isRoot,
});
export const answer = (minute: number) => ({
  at: minutes(minute),
  role: 'assistant',
  isHumanPrompt: false,
  isRoot: true,
});
export const call = (from: number | null, to: number | null) => ({
  startedAt: from === null ? null : minutes(from),
  endedAt: to === null ? null : minutes(to),
});
export const edit = (minute: number, outcome: string | null = 'ok', via = 'edit', added = 0, removed = 0) => ({
  at: minutes(minute),
  outcome,
  via,
  isRewound: false,
  addedLines: added,
  removedLines: removed,
});
export const response = (minute: number, given: Partial<UsageInput> = {}): UsageInput => ({
  at: minutes(minute),
  model: 'a',
  inputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  webSearches: 0,
  recordedCostUsd: null,
  estimatedCostUsd: 0,
  isOutputUnderreported: false,
  missingOutputTokens: 0,
  missingCostUsd: 0,
  ...given,
});

type Given = Partial<Omit<SessionInput, 'session'>> & { session?: Partial<SessionInput['session']> };

/** A session in which nothing happened but what is given. */
export const session = ({ session: own, ...rest }: Given = {}): SessionInput => ({
  session: {
    sessionKey: 'claude-code:1',
    provider: 'claude-code',
    kind: 'interactive',
    repositoryKey: null,
    branch: null,
    permissionModes: [],
    ...own,
  },
  subagents: 0,
  messages: [],
  toolCalls: [],
  edits: [],
  usage: [],
  declaredCommits: 0,
  ...rest,
});
