import type { RepositoryName } from './shapes';

/** Who makes a commit. */
export type Who = 'me' | 'colleague';

/** What a commit without a session does. */
export type HandWork =
  | 'lock'
  | 'vendor'
  | 'readme'
  | 'note'
  | 'config'
  | 'fix'
  | 'merge'
  | 'squash'
  | 'rebase'
  | 'revert';

interface SessionOptions {
  model?: string;
  /** How many prompts it has; by chance where it does not say. */
  prompts?: number;
  /** Sub-agents that it sends. */
  agents?: number;
  branch?: string;
  /** The agent leaves a page of documentation, too, which it writes in the shell. */
  hasGuide?: true;
  /** The person looks at it, adds a line, and commits. */
  isHandedOver?: true;
  /** That commit was too early: it is amended. */
  isAmended?: true;
  /** The person named the session. */
  isNamed?: true;
  isHostile?: true;
  /** Its log was being written when the machine lost power. */
  isTorn?: true;
}

interface HandOptions {
  by: Who;
  topic?: string;
  branch?: string;
  /** Of the tools that the lock file names. */
  version?: string;
  isQuiet?: true;
}

export type SessionTask = SessionOptions &
  (
    | { kind: 'build' | 'loop'; topic: string }
    | { kind: 'grow'; topic: string; step: number }
    | { kind: 'reject'; topic: string; title: string; step?: number }
    | { kind: 'ask' | 'plan' | 'errand'; opening: number }
    | { kind: 'fork' }
  );

export interface HandTask extends HandOptions {
  kind: 'hand';
  change: HandWork;
  repository: RepositoryName;
}

/** One session, or one commit without a session. */
export type Task = SessionTask | HandTask;

const build = (topic: string, more: SessionOptions = {}): Task => ({ kind: 'build', topic, ...more });
const grow = (topic: string, step = 0, more: SessionOptions = {}): Task => ({ kind: 'grow', topic, step, ...more });
const handOver = (topic: string, more: SessionOptions = {}): Task => build(topic, { isHandedOver: true, ...more });
/** The same test stays red for many prompts. */
const loop = (topic: string, more: SessionOptions = {}): Task => ({ kind: 'loop', topic, ...more });
/** The person refuses every edit. */
const reject = (topic: string, title: string, step?: number): Task => ({
  ...{ kind: 'reject', topic, title },
  ...(step !== undefined && { step }),
});
const ask = (opening: number, more: SessionOptions = {}): Task => ({ kind: 'ask', opening, ...more });
const plan = (opening: number): Task => ({ kind: 'plan', opening });
const errand = (opening: number): Task => ({ kind: 'errand', opening });
const hand = (change: HandWork, repository: RepositoryName, more: Partial<HandOptions> = {}): Task => ({
  ...{ kind: 'hand', change, repository, by: 'me' },
  ...more,
});
const byColleague = { by: 'colleague' } as const;

/** The story of a hundred days, in order; times come later. */
export const tasks: readonly Task[] = [
  hand('lock', 'console', byColleague),
  ask(0, { model: 'claude-haiku-4-5-20251001' }),
  build('RetryBudget', { model: 'claude-sonnet-5' }),
  hand('note', 'relay'),
  build('Endpoint'),
  ask(1, { model: 'claude-haiku-4-5-20251001' }),
  errand(0),
  build('DeliveryLog', { agents: 1 }),
  hand('readme', 'console', byColleague),
  build('SignatureHeader', { model: 'claude-sonnet-5', prompts: 2 }),
  reject('Filter', 'Try: filters in one object'),
  build('Filter', { model: 'claude-sonnet-5' }),
  hand('fix', 'relay', { topic: 'RetryBudget', ...byColleague }),
  grow('RetryBudget', 0, { prompts: 3 }),
  ask(2),
  build('Delivery', { prompts: 20, agents: 2, hasGuide: true }),
  hand('note', 'console'),
  hand('vendor', 'relay', byColleague),
  errand(1),
  handOver('TenantQuota', { model: 'claude-sonnet-5', isAmended: true }),
  plan(0),
  grow('DeliveryLog', 0),
  ask(3, { model: 'internal-preview-1' }),
  grow('Endpoint', 0, { model: 'claude-sonnet-5' }),
  hand('config', 'relay'),
  build('DeadLetters', { agents: 1, prompts: 9, hasGuide: true }),
  hand('fix', 'relay', { topic: 'DeliveryLog' }),
  ask(4),
  loop('ProbeGate', { model: 'claude-sonnet-5' }),
  errand(2),
  // The quiet week: the colleague alone.
  hand('readme', 'relay', { ...byColleague, isQuiet: true }),
  hand('lock', 'console', { ...byColleague, isQuiet: true, version: '3.0.4' }),
  handOver('Replay'),
  ask(5, { model: 'claude-haiku-4-5-20251001' }),
  build('QuietHours', { model: 'claude-sonnet-5' }),
  reject('Toast', 'Try: toasts without a store'),
  build('Toast', { branch: 'toasts', agents: 1 }),
  grow('Toast', 0, { branch: 'toasts', model: 'claude-sonnet-5' }),
  hand('merge', 'console', { branch: 'toasts' }),
  hand('fix', 'console', { topic: 'Toast' }),
  grow('TenantQuota', 1, { prompts: 2 }),
  errand(3),
  build('GrpcStreams', { branch: 'spike/streams', prompts: 7 }),
  ask(6),
  handOver('Audit', { model: 'claude-sonnet-5', branch: 'audit' }),
  grow('RetryBudget', 1),
  ask(7, { isHostile: true }),
  hand('revert', 'relay'),
  build('ReplayIndex', { agents: 1, isNamed: true }),
  { kind: 'fork' },
  hand('config', 'console'),
  grow('Audit', 0, { model: 'claude-haiku-4-5-20251001', prompts: 3, branch: 'audit', isHandedOver: true }),
  hand('squash', 'console', { branch: 'audit' }),
  loop('Tenant'),
  plan(1),
  grow('DeadLetters', 0, { model: 'claude-sonnet-5', prompts: 2 }),
  hand('fix', 'console', { topic: 'Delivery', ...byColleague }),
  grow('Delivery', 0, { model: 'internal-preview-1' }),
  errand(4),
  reject('RetryBudget', 'Try: budget per tenant instead', 0),
  grow('SignatureHeader', 0, { model: 'claude-sonnet-5' }),
  hand('note', 'relay', byColleague),
  grow('Filter', 0, { agents: 1 }),
  handOver('TraceParent', { branch: 'traces' }),
  ask(8, { model: 'claude-haiku-4-5-20251001' }),
  grow('ReplayIndex', 0, { prompts: 6 }),
  hand('lock', 'console', { version: '3.1.0' }),
  grow('DeliveryLog', 1),
  hand('rebase', 'relay', { branch: 'traces' }),
  plan(2),
  grow('QuietHours', 0, { prompts: 3 }),
  build('Selection', { prompts: 8 }),
  hand('fix', 'relay', { topic: 'SignatureHeader' }),
  grow('Replay', 0, { model: 'claude-sonnet-5', prompts: 4 }),
  errand(5),
  grow('Tenant', 0, { agents: 1 }),
  hand('note', 'console'),
  grow('TraceParent', 0, { model: 'claude-sonnet-5' }),
  grow('DeadLetters', 1),
  grow('Selection', 0, { agents: 1, isTorn: true }),
];
