/**
 * The story of a hundred days, in order; times come later. One line is one session, or one commit without a session:
 *   build   the agent writes a topic's file and test, and commits
 *   grow    the agent adds to a topic's file (`step`), and commits
 *   handOver the agent writes, the person commits later by hand
 *   loop    like build, but the same test stays red for many prompts
 *   reject  the person refuses every edit
 *   ask, plan, errand  sessions that write nothing
 *   fork    goes on from a copy of the session before
 *   hand    a commit without a session
 */

const build = (topic, extra = {}) => ({ kind: 'build', topic, ...extra });
const grow = (topic, step = 0, extra = {}) => ({ kind: 'grow', topic, step, ...extra });
const handOver = (topic, extra = {}) => ({ kind: 'handOver', topic, ...extra });
const ask = (question, extra = {}) => ({ kind: 'ask', question, ...extra });
const plan = (question) => ({ kind: 'plan', question });
const errand = (number) => ({ kind: 'errand', errand: number });
const hand = (change, repository, extra = {}) => ({ kind: 'hand', change, repository, by: 'me', ...extra });
const byColleague = { by: 'colleague' };

export const tasks = [
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
  { kind: 'reject', topic: 'Filter', title: 'Try: filters in one object' },
  build('Filter', { model: 'claude-sonnet-5' }),
  hand('fix', 'relay', { topic: 'RetryBudget', ...byColleague }),
  grow('RetryBudget', 0, { prompts: 3 }),
  ask(2),
  build('Delivery', { prompts: 20, agents: 2 }),
  hand('note', 'console'),
  hand('vendor', 'relay', byColleague),
  errand(1),
  handOver('TenantQuota', { model: 'claude-sonnet-5' }),
  plan(0),
  grow('DeliveryLog', 0),
  ask(3, { model: 'internal-preview-1' }),
  grow('Endpoint', 0, { model: 'claude-sonnet-5' }),
  hand('config', 'relay'),
  build('DeadLetters', { agents: 1, prompts: 9 }),
  hand('fix', 'relay', { topic: 'DeliveryLog' }),
  ask(4),
  { kind: 'loop', topic: 'ProbeGate', model: 'claude-sonnet-5' },
  errand(2),
  // The quiet week: the colleague alone.
  hand('readme', 'relay', { ...byColleague, isQuiet: true }),
  hand('lock', 'console', { ...byColleague, isQuiet: true, version: '3.0.4' }),
  handOver('Replay'),
  ask(5, { model: 'claude-haiku-4-5-20251001' }),
  build('QuietHours', { model: 'claude-sonnet-5' }),
  { kind: 'reject', topic: 'Toast', title: 'Try: toasts without a store' },
  build('Toast', { branch: 'toasts', agents: 1 }),
  grow('Toast', 0, { branch: 'toasts', model: 'claude-sonnet-5' }),
  hand('merge', 'console', { branch: 'toasts', ...byColleague }),
  hand('fix', 'console', { topic: 'Toast' }),
  grow('TenantQuota', 1, { prompts: 2 }),
  errand(3),
  build('GrpcStreams', { branch: 'spike/streams', prompts: 7 }),
  ask(6),
  handOver('Audit', { model: 'claude-sonnet-5' }),
  grow('RetryBudget', 1),
  ask(7, { isHostile: true }),
  hand('revert', 'relay'),
  build('ReplayIndex', { agents: 1, custom: true }),
  { kind: 'fork' },
  hand('config', 'console'),
  { kind: 'loop', topic: 'Tenant' },
  plan(1),
  grow('DeadLetters', 0, { model: 'claude-sonnet-5', prompts: 2 }),
  hand('fix', 'console', { topic: 'Delivery', ...byColleague }),
  grow('Delivery', 0, { model: 'internal-preview-1' }),
  errand(4),
  { kind: 'reject', topic: 'RetryBudget', title: 'Try: budget per tenant instead', step: 0 },
  grow('SignatureHeader', 0, { model: 'claude-sonnet-5' }),
  hand('note', 'relay', byColleague),
  grow('Filter', 0, { agents: 1 }),
  handOver('TraceParent'),
  ask(8, { model: 'claude-haiku-4-5-20251001' }),
  grow('ReplayIndex', 0, { prompts: 6 }),
  hand('lock', 'console', { version: '3.1.0' }),
  grow('DeliveryLog', 1),
  plan(2),
  grow('QuietHours', 0, { prompts: 3 }),
  build('Selection', { prompts: 8 }),
  hand('fix', 'relay', { topic: 'SignatureHeader' }),
  grow('Replay', 0, { model: 'claude-sonnet-5', prompts: 4 }),
  errand(5),
  grow('Tenant', 0, { agents: 1 }),
  grow('Audit', 0, { model: 'claude-haiku-4-5-20251001', prompts: 3 }),
  hand('note', 'console'),
  grow('TraceParent', 0, { model: 'claude-sonnet-5' }),
  grow('DeadLetters', 1),
  grow('Selection', 0, { agents: 1, isTorn: true }),
];
