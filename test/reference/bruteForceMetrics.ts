// The numbers of the reports over sessions, responses and commits of bruteForceFacts.ts, in the plainest way.
import { type ReferenceCommit, type ReferenceResponse, type ReferenceSession, sum } from './bruteForceFacts';

export interface ReferenceFilters {
  from: string | null;
  to: string | null;
  repositories: string[] | null;
  providers: string[] | null;
  models: string[] | null;
  branches: string[] | null;
}

type Attributes = {
  day: string;
  provider: string;
  repository: string | null;
  branch: string | null;
  model: string | null;
};

/** Whether a session or response is asked for; what has no value is in no list. */
export function isChosen(row: Attributes, filters: ReferenceFilters): boolean {
  const isIn = (list: string[] | null, value: string | null) =>
    list === null || (value !== null && list.includes(value));
  return (
    (filters.from === null || row.day >= filters.from) &&
    (filters.to === null || row.day <= filters.to) &&
    isIn(filters.repositories, row.repository) &&
    isIn(filters.providers, row.provider) &&
    isIn(filters.branches, row.branch) &&
    isIn(filters.models, row.model)
  );
}

/** The group that a row belongs to. `session` is its session's key; weeks begin on Monday. */
export function groupOf(row: Attributes, session: string, groupBy: string, pivot: string): string {
  switch (groupBy) {
    case 'day':
      return row.day;
    case 'week': {
      const day = new Date(`${row.day}T12:00Z`);
      while (day.getUTCDay() !== 1) {
        day.setUTCDate(day.getUTCDate() - 1);
      }
      return day.toISOString().slice(0, 10);
    }
    case 'provider':
      return row.provider;
    case 'model':
      return row.model ?? '';
    case 'repository':
      return row.repository ?? '';
    case 'branch':
      return row.branch ?? '';
    case 'session':
      return session;
    case 'period':
      return row.day < pivot ? 'before' : 'now';
    default:
      return 'all';
  }
}

const median = (values: number[]): number | null => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
};

const share = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator;

type Numbers = [value: number | null, numerator: number | null, denominator: number | null, units: number];

/** The session report of some sessions. */
export function sessionMetrics(all: ReferenceSession[]): Record<string, Numbers> {
  const own = all.filter((row) => row.kind === 'interactive' && row.prompts > 0);
  const prompts = sum(own.map((row) => row.prompts));
  const times = own.map((row) => row.toFirstEdit).filter((time) => time !== null);
  const writing = own.filter((row) => !row.isPlanOnly);
  const silent = writing.filter((row) => !row.hasOutput);
  const asking = own.filter((row) => row.asks);
  const able = own.filter((row) => row.couldCommit);
  const led = able.filter((row) => row.isCommittedSoon);
  const rejected = sum(asking.map((row) => row.rejected));
  const decided = rejected + sum(asking.map((row) => row.applied));
  const count = own.length;
  return {
    sessions: [count, count, all.length, count],
    prompts_per_session: [share(prompts, count), prompts, count, count],
    median_prompts: [median(own.map((row) => row.prompts)), count, count, count],
    time_to_first_edit: [median(times), times.length, count, times.length],
    no_output_rate: [share(silent.length, writing.length), silent.length, writing.length, writing.length],
    session_to_commit: [share(led.length, able.length), led.length, able.length, able.length],
    rejected_edit_rate: [share(rejected, decided), rejected, decided, asking.length],
  };
}

const linkedCost = (all: ReferenceResponse[]): number =>
  sum(all.filter((row) => row.changes.length > 0).map((row) => row.recorded + row.estimated));

/** The cost metrics of some responses. */
export function costMetrics(all: ReferenceResponse[]): Record<string, Numbers> {
  const sessions = new Set(all.map((row) => row.session)).size;
  const unpriced = new Set(all.filter((row) => row.isUnpriced).map((row) => row.session)).size;
  const money = sum(all.map((row) => row.recorded + row.estimated));
  const known = money > 0 || unpriced < sessions ? money : null;
  const linked = linkedCost(all);
  const changes = new Set(all.flatMap((row) => row.changes)).size;
  return {
    cost: [known, sessions - unpriced, sessions, sessions],
    cost_per_session: [known === null ? null : share(known, sessions), known, sessions, sessions],
    cost_linked: [known === null ? null : share(linked, known), known === null ? null : linked, known, sessions],
    cost_per_change: [known === null ? null : share(linked, changes), known === null ? null : linked, changes, changes],
  };
}

/** A row of the cost report of some responses. */
export function costRow(all: ReferenceResponse[]): Record<string, number | null> {
  const add = (of: (row: ReferenceResponse) => number) => sum(all.map(of));
  const changes = new Set(all.flatMap((row) => row.changes)).size;
  return {
    sessions: new Set(all.map((row) => row.session)).size,
    input_tokens: add((row) => row.input),
    cache_write_tokens: add((row) => row.cacheWrite),
    cache_read_tokens: add((row) => row.cacheRead),
    output_tokens: add((row) => row.output),
    recorded_cost_usd: add((row) => row.recorded),
    estimated_cost_usd: add((row) => row.estimated),
    cost_usd: add((row) => row.recorded + row.estimated),
    linked_cost_usd: linkedCost(all),
    unlinked_cost_usd: add((row) => (row.changes.length > 0 ? 0 : row.recorded + row.estimated)),
    unpriced_sessions: new Set(all.filter((row) => row.isUnpriced).map((row) => row.session)).size,
    unpriced_tokens: add((row) => (row.isUnpriced ? row.input + row.cacheWrite + row.cacheRead + row.output : 0)),
    underreported_sessions: new Set(all.filter((row) => row.isUnderreported).map((row) => row.session)).size,
    estimated_missing_output_tokens: add((row) => row.missing),
    estimated_missing_cost_usd: add((row) => row.missingCost),
    linked_changes: changes,
    cost_per_change_usd: costMetrics(all)['cost_per_change']?.[0] ?? null,
  };
}

/** The commit metrics of some commits. */
export function commitMetrics(all: ReferenceCommit[]): Record<string, Numbers> {
  const counted = all.filter((row) => row.isCounted);
  const linked = counted.filter((row) => row.isLinked).length;
  const shares = counted.flatMap((row) => row.share ?? []);
  const heavy = counted.filter((row) => row.isAiHeavy).length;
  const [ai, known] = [sum(shares.map((row) => row.ai)), sum(shares.map((row) => row.known))];
  return {
    commits_linked: [share(linked, counted.length), linked, counted.length, counted.length],
    ai_share: [share(ai, known), ai, known, shares.length],
    ai_heavy: [share(heavy, shares.length), heavy, shares.length, shares.length],
  };
}
