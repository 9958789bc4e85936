// Sessions, responses and commits, read straight from facts in the plainest way: no events, no views, no SQL but the
// reading of tables, and nothing of the engine. What both say must agree.

/** Rows of the tables that the numbers rest on, as they are in the database. */
export interface FactRows {
  metadata_session: {
    session_id: number;
    session_key: string;
    provider: string;
    root_session_id: number | null;
    kind: string;
    repository_id: number | null;
    branch: string | null;
    permission_modes: string;
  }[];
  metadata_repository: { repository_id: number; repository_key: string }[];
  metadata_model: { model_id: number; name: string }[];
  metadata_person: { person_id: string; is_me: number }[];
  fact_session_message: { session_id: number; at: number; is_human_prompt: number }[];
  fact_session_usage: {
    response_key: Uint8Array;
    session_id: number;
    at: number;
    model_id: number;
    input_tokens: number;
    cache_write_5m_tokens: number;
    cache_write_1h_tokens: number;
    cache_read_tokens: number;
    output_tokens: number;
    recorded_cost_usd: number | null;
    estimated_cost_usd: number | null;
    is_output_underreported: number;
    estimated_missing_cost_usd: number | null;
  }[];
  fact_session_response_part: { response_key: Uint8Array; characters: number }[];
  fact_session_tool_call: {
    call_key: Uint8Array;
    session_id: number;
    started_at: number | null;
    ended_at: number | null;
  }[];
  fact_session_code_change: {
    call_key: Uint8Array;
    session_id: number;
    at: number;
    via: string;
    outcome: string | null;
    is_rewound: number;
  }[];
  fact_session_declared_commit: { session_id: number; commit_name: string; call_key: Uint8Array }[];
  fact_commit: {
    repository_id: number;
    commit_id: string;
    author_person_id: string;
    authored_at: number;
    committed_at: number;
    parent_count: number;
    is_reachable: number;
    agent: string | null;
    change_id: string;
    is_canonical: number;
  }[];
  fact_commit_file_change: {
    repository_id: number;
    commit_id: string;
    path_id: number;
    excluded: string | null;
    added_lines: number;
    removed_lines: number;
  }[];
  fact_commit_line_match: {
    repository_id: number;
    commit_id: string;
    path_id: number;
    ai_added_lines: number;
    ai_removed_lines: number;
    tool_session_id: number | null;
  }[];
  fact_commit_session_match: {
    repository_id: number;
    commit_id: string;
    session_id: number;
    added_lines: number;
    removed_lines: number;
  }[];
}

export interface ReferenceSession {
  key: string;
  provider: string;
  kind: string;
  repository: string | null;
  branch: string | null;
  model: string | null;
  day: string;
  prompts: number;
  asks: boolean;
  isPlanOnly: boolean;
  hasOutput: boolean;
  applied: number;
  rejected: number;
  toFirstEdit: number | null;
  couldCommit: boolean;
  isCommittedSoon: boolean;
}

export interface ReferenceResponse {
  session: string;
  provider: string;
  repository: string | null;
  branch: string | null;
  model: string;
  day: string;
  input: number;
  cacheWrite: number;
  cacheRead: number;
  output: number;
  recorded: number;
  estimated: number;
  isUnpriced: boolean;
  isUnderreported: boolean;
  missing: number;
  missingCost: number;
  /** Changes of its session that a branch holds. */
  changes: string[];
}

export interface ReferenceCommit {
  repository: string;
  id: string;
  day: string;
  isLinked: boolean;
  isCounted: boolean;
  /** Lines of a session, of those whose writer is known; null: too few are known. */
  share: { ai: number; known: number } | null;
  isAiHeavy: boolean;
}

type CommitName = { repository_id: number; commit_id: string };

const idleMs = 30 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
const waitMs = 4 * hourMs;
const weekMs = 7 * 24 * hourMs;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Everything by root session, response and commit; `zone` says which day an instant is on. */
export function readReference(rows: FactRows, zone: string) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  const dayOf = (at: number) => format.format(at);
  const minutes = new Intl.DateTimeFormat('en', { timeZone: zone, minute: 'numeric' });
  const hourOf = (at: number) => Math.floor(at / 60_000) * 60_000 - Number(minutes.format(at)) * 60_000;
  const repositories = new Map(rows.metadata_repository.map((row) => [row.repository_id, row.repository_key]));
  const models = new Map(rows.metadata_model.map((row) => [row.model_id, row.name]));
  const sessions = new Map(rows.metadata_session.map((row) => [row.session_id, row]));
  const rootOf = (id: number): number => sessions.get(id)?.root_session_id ?? id;
  const keyOf = (id: number) => sessions.get(id)?.session_key ?? '';
  const repositoryOf = (id: number) => repositories.get(sessions.get(id)?.repository_id ?? -1) ?? null;
  const calls = new Map(rows.fact_session_tool_call.map((call) => [hex(call.call_key), call]));

  const declarations = rows.fact_session_declared_commit.map((row) => {
    const root = rootOf(calls.get(hex(row.call_key))?.session_id ?? row.session_id);
    const named = rows.fact_commit.filter((commit) => commit.commit_id.startsWith(row.commit_name));
    const own = named.filter((commit) => repositories.get(commit.repository_id) === repositoryOf(root));
    const meant = own.length > 0 ? own : named;
    return { root, name: row.commit_name, commit: meant.length === 1 ? meant[0] : undefined };
  });

  const mine = new Set(rows.metadata_person.filter((row) => row.is_me === 1).map((row) => row.person_id));
  const isSame = (row: CommitName, other: CommitName) =>
    row.repository_id === other.repository_id && row.commit_id === other.commit_id;
  const changeOf = (commit: FactRows['fact_commit'][number]) => `${commit.repository_id} ${commit.change_id}`;
  const isLive = (commit: FactRows['fact_commit'][number]) =>
    rows.fact_commit.some(
      (copy) => changeOf(copy) === changeOf(commit) && copy.is_canonical === 1 && copy.is_reachable === 1,
    );
  const links = rows.fact_commit.flatMap((commit) => [
    ...declarations
      .filter((declaration) => declaration.commit === commit)
      .map(({ root }) => ({ commit, root, isDeclared: true, lines: 0 })),
    ...rows.fact_commit_session_match
      .filter((match) => isSame(match, commit))
      .map((match) => ({
        ...{ commit, root: match.session_id, isDeclared: false },
        lines: match.added_lines + match.removed_lines,
      })),
  ]);
  const latest: number[] = rows.fact_commit.map((commit) => commit.committed_at);

  const roots = rows.metadata_session.filter((row) => row.root_session_id === null);
  const spans: { repository_id: number | null; start: number; end: number }[] = [];
  const withEnds = roots.flatMap((root): (Omit<ReferenceSession, 'couldCommit'> & { end: number })[] => {
    const isOwn = (row: { session_id: number }) => rootOf(row.session_id) === root.session_id;
    const messages = rows.fact_session_message.filter(isOwn);
    const ownCalls = rows.fact_session_tool_call.filter(isOwn);
    const usage = rows.fact_session_usage.filter(isOwn);
    const changes = rows.fact_session_code_change
      .filter(isOwn)
      .map((row) => ({ ...row, at: calls.get(hex(row.call_key))?.ended_at ?? row.at }));
    const instants = [
      ...[...messages, ...usage, ...changes].map((row) => row.at),
      ...ownCalls.flatMap((row) => [row.started_at, row.ended_at].filter((at) => at !== null)),
    ].sort((a, b) => a - b);
    if (instants.length === 0) {
      return [];
    }
    const [start, end] = [instants[0] ?? 0, instants.at(-1) ?? 0];
    latest.push(end);
    spans.push({ repository_id: root.repository_id, start, end });
    const isSoon = (at: number) =>
      at >= start &&
      at <= end + waitMs &&
      (usage.length === 0 || usage.some((row) => hourOf(row.at) <= at && at <= hourOf(row.at) + hourMs + waitMs));
    const soon = links.filter(
      ({ commit, root: linked }) =>
        linked === root.session_id && (isSoon(commit.authored_at) || isSoon(commit.committed_at)),
    );
    const soonLines = [...new Set(soon.map(({ commit }) => changeOf(commit)))].map((change) => {
      const ofChange = soon.filter(({ commit }) => changeOf(commit) === change);
      // Copies hold the same lines.
      return Math.max(
        ...ofChange.map(({ commit }) =>
          sum(ofChange.filter((link) => link.commit === commit).map(({ lines }) => lines)),
        ),
      );
    });
    const prompts = messages.filter((row) => row.is_human_prompt === 1 && row.session_id === root.session_id);
    const kept = changes.filter((row) => row.is_rewound === 0);
    const applied = kept.filter((row) => row.via !== 'opaque' && row.outcome === 'ok');
    const first = Math.min(...prompts.map((row) => row.at));
    const edit = Math.min(...applied.map((row) => row.at).filter((at) => at >= first));
    const between = instants.filter((at) => at >= first && at <= edit);
    const gaps = between.slice(1).map((at, index) => at - (between[index] ?? 0));
    const modes = JSON.parse(root.permission_modes) as string[];
    const output = new Map<string, [number, number]>();
    for (const row of usage) {
      const name = models.get(row.model_id) ?? '';
      const [out, all] = output.get(name) ?? [0, 0];
      output.set(name, [out + row.output_tokens, all + tokens(row)]);
    }
    const ranked = [...output].sort(([a, x], [b, y]) => y[0] - x[0] || y[1] - x[1] || (a < b ? -1 : 1));
    return [
      {
        key: root.session_key,
        provider: root.provider,
        kind: root.kind,
        repository: repositoryOf(root.session_id),
        branch: root.branch,
        model: ranked[0]?.[0] ?? null,
        day: dayOf(instants[0] ?? 0),
        prompts: prompts.length,
        asks: modes.some((mode) => mode === 'default' || mode === 'plan'),
        isPlanOnly: modes.length > 0 && modes.every((mode) => mode === 'plan'),
        hasOutput:
          applied.length > 0 ||
          kept.some((row) => row.via === 'opaque' && row.outcome === 'ok') ||
          declarations.some((declaration) => declaration.root === root.session_id),
        applied: applied.length,
        rejected: kept.filter((row) => row.via !== 'opaque' && row.outcome === 'rejected').length,
        end,
        isCommittedSoon:
          declarations.some((declaration) => declaration.root === root.session_id) ||
          soon.some((link) => link.isDeclared) ||
          sum(soonLines) >= 3,
        toFirstEdit: prompts.length > 0 && Number.isFinite(edit) ? sum(gaps.filter((gap) => gap <= idleMs)) : null,
      },
    ];
  });

  const observed = Math.max(...latest);
  const referenceSessions = withEnds.map(
    ({ end, ...session }): ReferenceSession => ({
      ...session,
      couldCommit:
        session.kind === 'interactive' &&
        session.prompts > 0 &&
        session.hasOutput &&
        session.repository !== null &&
        !session.repository.startsWith('folder:') &&
        end + waitMs <= observed,
    }),
  );

  const responses = rows.fact_session_usage.map((row): ReferenceResponse => {
    const root = rootOf(row.session_id);
    const parts = rows.fact_session_response_part.filter((part) => hex(part.response_key) === hex(row.response_key));
    const written = sum(parts.map((part) => part.characters)) / 4;
    return {
      session: keyOf(root),
      provider: sessions.get(root)?.provider ?? '',
      repository: repositoryOf(root),
      branch: sessions.get(root)?.branch ?? null,
      model: models.get(row.model_id) ?? '',
      day: dayOf(row.at),
      input: row.input_tokens,
      cacheWrite: row.cache_write_5m_tokens + row.cache_write_1h_tokens,
      cacheRead: row.cache_read_tokens,
      output: row.output_tokens,
      recorded: row.recorded_cost_usd ?? 0,
      estimated: row.recorded_cost_usd === null ? (row.estimated_cost_usd ?? 0) : 0,
      isUnpriced: row.recorded_cost_usd === null && row.estimated_cost_usd === null,
      isUnderreported: row.is_output_underreported === 1,
      missing:
        row.is_output_underreported === 1 && written > row.output_tokens ? Math.ceil(written) - row.output_tokens : 0,
      changes: [
        ...new Set(
          links.filter((link) => link.root === root && isLive(link.commit)).map(({ commit }) => changeOf(commit)),
        ),
      ],
      missingCost: row.recorded_cost_usd === null ? (row.estimated_missing_cost_usd ?? 0) : 0,
    };
  });

  const shareOf = (row: FactRows['fact_commit'][number], isMine: boolean) => {
    const files = rows.fact_commit_file_change
      .filter((file) => isSame(file, row) && file.excluded === null)
      .map((file) => ({
        ...file,
        match: rows.fact_commit_line_match.find((match) => isSame(match, file) && match.path_id === file.path_id),
      }));
    const isAdding = files.some((file) => file.added_lines > 0);
    const lines = sum(files.map((file) => (isAdding ? file.added_lines : file.removed_lines)));
    const aiOf = ({ match }: (typeof files)[number]) =>
      (isAdding ? match?.ai_added_lines : match?.ai_removed_lines) ?? 0;
    const ai = sum(files.map(aiOf));
    const hasProof = files.some(({ match }) => (match?.ai_added_lines ?? 0) + (match?.ai_removed_lines ?? 0) > 0);
    const isCovered = spans.some(
      (span) =>
        span.repository_id === row.repository_id &&
        span.start <= row.committed_at + weekMs &&
        span.end >= row.committed_at - weekMs,
    );
    const isKnown = isMine && isCovered && (row.agent === null || hasProof);
    const known = sum(
      files.map((file) =>
        isKnown || file.match?.tool_session_id != null
          ? isAdding
            ? file.added_lines
            : file.removed_lines
          : aiOf(file),
      ),
    );
    const share = lines > 0 && known * 2 >= lines ? { ai, known } : null;
    return { share, isAiHeavy: share !== null && lines >= 5 && ai * 2 >= known };
  };
  const commits = rows.fact_commit.map((row): ReferenceCommit => {
    const isMine = mine.has(row.author_person_id) || links.some(({ commit }) => commit.commit_id === row.commit_id);
    return {
      repository: repositories.get(row.repository_id) ?? '',
      id: row.commit_id,
      day: dayOf(row.authored_at),
      isLinked: links.some(({ commit }) => commit === row),
      isCounted: isMine && row.parent_count < 2 && row.is_reachable === 1 && row.is_canonical === 1,
      ...shareOf(row, isMine),
    };
  });
  return { sessions: referenceSessions, responses, commits };
}
export type Reference = ReturnType<typeof readReference>;

const tokens = (row: FactRows['fact_session_usage'][number]): number =>
  row.input_tokens + row.cache_write_5m_tokens + row.cache_write_1h_tokens + row.cache_read_tokens + row.output_tokens;
