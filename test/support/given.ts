import type { Database, SqlValue } from '../../extension/engine/database/database';

/** Milliseconds UTC of an ISO text: `at('2026-03-02T09:30Z')`. */
export const at = (iso: string): number => {
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) {
    throw new Error(`no instant: ${iso}`);
  }
  return instant;
};

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;

const tokens = {
  input_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  cache_read_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  web_searches: 0,
};

const envelope = (table: string, n: number) => ({
  event_id: `${table}-${n}`,
  source_id: 'here',
  person_id: 'me',
  event_rev: n,
  content_hash: 'hash',
  built_at: 0,
  is_provisional: 0,
  is_retracted: 0,
});

const money = { recorded_cost_usd: 0, estimated_cost_usd: 0, unpriced_responses: 0, unpriced_tokens: 0 };
const monday = { day: '2026-03-02', week: '2026-03-02' };

/** A row of every table that tests make by hand: plain, valid, and different from the one before by its key. */
const defaults = {
  event_session: (n: number) => ({
    ...envelope('event_session', n),
    session_key: `session-${n}`,
    provider: 'claude-code',
    kind: 'interactive',
    repository_key: null,
    branch: null,
    model: null,
    permission: 'unknown',
    is_plan_only: 0,
    started_at: 0,
    ended_at: 0,
    ...monday,
    prompts: 1,
    turns: 0,
    responses: 0,
    tool_calls: 0,
    subagents: 0,
    active_ms: 0,
    active_ms_to_first_edit: null,
    edits_applied: 0,
    edits_rejected: 0,
    edits_failed: 0,
    opaque_writes: 0,
    lines_added: 0,
    lines_removed: 0,
    declared_commits: 0,
    ...tokens,
    ...money,
    is_output_underreported: 0,
  }),
  event_usage: (n: number) => ({
    ...envelope('event_usage', n),
    session_key: 'session-1',
    provider: 'claude-code',
    model: 'claude-sonnet-4-5',
    repository_key: null,
    branch: null,
    hour_at: n * 3_600_000,
    ...monday,
    responses: 1,
    ...tokens,
    ...money,
  }),
  event_commit: (n: number) => ({
    ...envelope('event_commit', n),
    repository_key: 'host/own/paceflow',
    commit_id: `c${n}`,
    authored_at: n,
    committed_at: n,
    ...monday,
    is_mine: 1,
    is_bot: 0,
    is_merge: 0,
    is_pushed: 0,
    is_reachable: 1,
    files: 1,
    added_lines: 0,
    removed_lines: 0,
    excluded_lines: 0,
    agent: null,
  }),
  event_commit_session: (n: number) => ({
    ...envelope('event_commit_session', n),
    repository_key: 'host/own/paceflow',
    commit_id: `c${n}`,
    session_key: `session-${n}`,
    is_declared: 1,
    declared_at: null,
  }),
  event_source_day: (n: number) => ({
    ...envelope('event_source_day', n),
    log_key: `log-${n}`,
    provider: 'claude-code',
    day: '2026-03-02',
    records: 1,
    unknown_records: 0,
    problems: 0,
    last_read_at: 0,
  }),
  metadata_repository: (n: number) => ({
    repository_id: n,
    repository_key: 'host/own/paceflow',
    name: 'paceflow',
    mainline_ref: null,
    mainline_tip: null,
    tip_observed_at: null,
    first_session_at: null,
  }),
  metadata_clone: (n: number) => ({
    clone_id: n,
    common_dir: `/clone-${n}/.git`,
    repository_id: 1,
    worktrees: '[]',
    tips: '[]',
    commits_since: null,
    is_shallow: 0,
    is_partial: 0,
    is_complete: 1,
    observed_at: 0,
  }),
  metadata_person: (n: number) => ({ person_id: `person-${n}`, identities: '[]', is_me: 0, is_bot: 0 }),
  metadata_session: (n: number) => ({
    session_id: n,
    provider: 'claude-code',
    native_id: `native-${n}`,
    session_key: `session-${n}`,
    root_session_id: null,
    forked_from_session_id: null,
    kind: 'interactive',
    person_id: 'me',
    repository_id: null,
    resolved_by: null,
    cwd: null,
    branch: null,
    client_version: null,
    title: null,
    permission_modes: '[]',
  }),
  metadata_source: (n: number) => ({
    log_id: n,
    provider: 'claude-code',
    real_path: `/log-${n}.jsonl`,
    kind: 'session',
    session_id: null,
    size: 0,
    status: 'read',
    first_read_at: 0,
    last_read_at: 0,
  }),
  metadata_model: (n: number) => ({ model_id: n, provider: 'claude-code', name: `model-${n}` }),
  metadata_tool: (n: number) => ({ tool_id: n, name: `tool-${n}` }),
  metadata_path: (n: number) => ({ path_id: n, path: `src/file${n}.ts` }),
  metadata_price: (n: number) => ({
    price_id: n,
    model: 'model-1',
    valid_from: '',
    source: 'list',
    is_override: 0,
    input_per_million: 1,
    cache_write_5m_per_million: 1,
    cache_write_1h_per_million: 1,
    cache_read_per_million: 1,
    output_per_million: 1,
    web_search_per_thousand: 1,
    tiers: '[]',
  }),
  fact_commit: (n: number) => ({
    repository_id: 1,
    commit_id: `c${n}`,
    author_person_id: 'me',
    committer_person_id: 'me',
    author_name: 'Ada',
    authored_at: n,
    committed_at: n,
    parents: '[]',
    parent_count: 1,
    subject: `Subject ${n}`,
    agent: null,
    is_pushed: 0,
    is_reachable: 1,
    first_seen_at: 0,
  }),
  fact_commit_file_change: (n: number) => ({
    repository_id: 1,
    commit_id: 'c1',
    path_id: n,
    old_path_id: null,
    change: 'modified',
    added_lines: 0,
    removed_lines: 0,
    is_binary: 0,
    excluded: null,
  }),
  fact_session_message: (n: number) => ({
    message_key: key(n),
    session_id: 1,
    log_id: 1,
    record_offset: n,
    at: n,
    role: 'user',
    prompt: 'typed',
    is_human_prompt: 1,
    words: 1,
  }),
  fact_session_usage: (n: number) => ({
    response_key: key(n),
    session_id: 1,
    log_id: 1,
    record_offset: n,
    at: n,
    model_id: 1,
    ...tokens,
    speed: 'standard',
    recorded_cost_usd: null,
    is_output_underreported: 0,
    price_id: null,
    estimated_cost_usd: null,
  }),
  fact_session_tool_call: (n: number) => ({
    call_key: key(n),
    session_id: 1,
    log_id: 1,
    record_offset: n,
    tool_id: null,
    started_at: n,
    ended_at: null,
    outcome: null,
  }),
  fact_session_code_change: (n: number) => ({
    call_key: key(n),
    ordinal: 0,
    session_id: 1,
    log_id: 1,
    record_offset: n,
    at: n,
    path_id: null,
    stage: 'proposed',
    outcome: null,
    via: 'edit',
    is_user_modified: 0,
    is_before_known: 1,
    added_lines: 0,
    removed_lines: 0,
    added: new Uint8Array(),
    removed: new Uint8Array(),
  }),
  fact_session_declared_commit: (n: number) => ({
    session_id: 1,
    commit_name: `c${n}`,
    log_id: 1,
    record_offset: n,
    call_key: key(n),
    at: n,
    how: 'command_output',
  }),
  fact_source_record: (n: number) => ({
    log_id: 1,
    quarter_at: n * 900_000,
    record_type: 'user',
    client_version: '',
    is_known: 1,
    records: 1,
  }),
  fact_source_problem: (n: number) => ({ log_id: 1, place: n, reason: 'not_json', detail: 'no JSON', seen_at: 0 }),
  fact_source_unknown_field: () => ({
    log_id: 1,
    record_type: 'user',
    field: 'surprise',
    client_version: '2.0.0',
    records: 1,
  }),
} satisfies Record<string, (n: number) => Record<string, SqlValue>>;

type Defaults = typeof defaults;
export type GivenTable = keyof Defaults;
export type GivenRow<Table extends GivenTable> = Partial<Record<keyof ReturnType<Defaults[Table]>, SqlValue>>;

/** The key of the n-th fact: 12 bytes, as logs' ids become. */
export function key(n: number): Uint8Array {
  const bytes = new Uint8Array(12);
  new DataView(bytes.buffer).setUint32(8, n);
  return bytes;
}

/** Inserts rows; what a row does not say is the default of the table's next row (numbered by the rows it has). */
export function given<Table extends GivenTable>(database: Database, table: Table, rows: GivenRow<Table>[]): void {
  const before = database.get<{ n: number }>(`select count(*) as n from ${table}`)?.n ?? 0;
  for (const [index, row] of rows.entries()) {
    const whole: Record<string, SqlValue> = { ...defaults[table](before + index + 1), ...row };
    const names = Object.keys(whole);
    database.run(
      `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
      Object.values(whole),
    );
  }
}
