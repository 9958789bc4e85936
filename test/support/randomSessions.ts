import { given, minutes } from './given';
import { key } from './givenFacts';
import { type Touched, unpricedModel, type World, worldBranches, worldModels, worldRepositories } from './world';

const permissionModes = [
  '[]',
  '["default"]',
  '["plan"]',
  '["acceptEdits"]',
  '["acceptEdits","default"]',
  '["default","plan"]',
];

/** A session with its log, of a root or a root itself, and mostly with something in it. */
export function newSession(world: World, touched: Touched, root: number | null): void {
  const { database, random, serial } = world;
  const id = serial();
  given(database, 'metadata_session', [
    {
      session_id: id,
      provider: root === null ? random.pick(['claude-code', 'claude-code', 'other-agent']) : world.providerOf(root),
      native_id: `native-${id}`,
      session_key: `session-${id}`,
      root_session_id: root,
      kind: random.chance(0.8) ? 'interactive' : 'headless',
      repository_id: random.chance(0.8) ? random.between(1, worldRepositories.length) : null,
      branch: random.chance(0.8) ? random.pick(worldBranches) : null,
      permission_modes: random.pick(permissionModes),
    },
  ]);
  given(database, 'metadata_source', [
    { log_id: id, real_path: `/logs/${id}.jsonl`, session_id: id, kind: root === null ? 'session' : 'subagent' },
  ]);
  touched.sessions.add(id);
  touched.logs.add(id);
  if (random.chance(0.9)) {
    growSession(world, touched, id, world.instant());
  }
}

/** Prompts, answers, calls and edits from an instant on, with pauses up to an hour. */
export function growSession(world: World, touched: Touched, session: number, from: number): void {
  const { database, random, serial } = world;
  let now = from;
  const place = () => ({ session_id: session, log_id: session, record_offset: serial() });
  for (let turn = random.between(1, 4); turn > 0; turn--) {
    now += minutes(random.between(0, 60));
    const isPrompt = random.chance(0.7);
    given(database, 'fact_session_message', [
      {
        message_key: key(serial()),
        ...place(),
        at: now,
        role: isPrompt ? 'user' : 'assistant',
        prompt: isPrompt ? 'typed' : 'none',
        is_human_prompt: isPrompt ? 1 : 0,
      },
    ]);
    for (let response = random.between(0, 2); response > 0; response--) {
      now += random.between(0, 90) * 1000;
      respond(world, place(), now);
    }
    if (random.chance(0.6)) {
      now += random.between(0, 90) * 1000;
      call(world, place(), now);
    }
  }
  touched.sessions.add(session);
}

type Place = { session_id: number; log_id: number; record_offset: number };

function respond({ database, random, serial, providerOf }: World, place: Place, now: number): void {
  const model = random.pick(worldModels);
  const isPriced = model !== unpricedModel;
  const id = database.get<{ id: number }>('select model_id as id from metadata_model where provider = ? and name = ?', [
    providerOf(place.session_id),
    model,
  ])?.id;
  const response_key = key(serial());
  const isUnderreported = random.chance(0.2);
  given(database, 'fact_session_usage', [
    {
      response_key,
      ...place,
      at: now,
      model_id: id ?? null,
      input_tokens: random.between(0, 5000),
      cache_write_5m_tokens: random.between(0, 900),
      cache_write_1h_tokens: random.between(0, 900),
      cache_read_tokens: random.between(0, 90_000),
      output_tokens: random.between(1, 3000),
      reasoning_tokens: random.between(0, 1),
      web_searches: random.between(0, 1),
      recorded_cost_usd: random.chance(0.2) ? random.next() : null,
      estimated_cost_usd: isPriced ? random.next() : null,
      price_id: isPriced ? 1 : null,
      is_output_underreported: isUnderreported ? 1 : 0,
      estimated_missing_cost_usd: isPriced ? (isUnderreported ? random.next() : 0) : null,
    },
  ]);
  // A record may hold nothing that counts, and a response whose count turned out right keeps its parts.
  for (let part = isUnderreported || random.chance(0.1) ? random.between(0, 3) : 0; part > 0; part--) {
    given(database, 'fact_session_response_part', [
      { response_key, record_key: key(serial()), characters: random.between(1, 8000) },
    ]);
  }
}

function call({ database, random, serial }: World, place: Place, now: number): void {
  const call_key = key(serial());
  const outcome = random.chance(0.1) ? null : random.pick(['ok', 'ok', 'ok', 'failed', 'rejected']);
  const ended_at = outcome === null ? null : now + random.between(0, 45) * minutes(1);
  given(database, 'fact_session_tool_call', [
    { call_key, ...place, tool_id: random.between(1, 2), started_at: now, ended_at, outcome },
  ]);
  for (let ordinal = random.between(0, 2); ordinal > 0; ordinal--) {
    const via = random.pick(['edit', 'edit', 'overwrite', 'shell', 'opaque']);
    const [added_lines, removed_lines] = via === 'opaque' ? [0, 0] : [random.between(0, 3), random.between(0, 3)];
    given(database, 'fact_session_code_change', [
      {
        call_key,
        ordinal,
        ...place,
        at: now,
        outcome,
        via,
        is_rewound: random.chance(0.1) ? 1 : 0,
        path_id: random.chance(0.9) ? random.between(1, 4) : null,
        added_lines,
        removed_lines,
        added: new Uint8Array(16 * added_lines),
        removed: new Uint8Array(16 * removed_lines),
      },
    ]);
  }
}

/** All records of one session turn out to belong to another: the first keeps nothing. */
export function moveRecords({ database, any, providerOf }: World, touched: Touched): void {
  const [from, to] = [1, 2].map(() => any('select session_id as id from metadata_session order by session_id'));
  if (from === undefined || to === undefined || from === to || providerOf(from) !== providerOf(to)) {
    return;
  }
  if (database.get('select 1 from fact_commit_session_match where session_id = ?', [from])) {
    return;
  }
  for (const table of ['message', 'usage', 'tool_call', 'code_change']) {
    database.run(`update fact_session_${table} set session_id = ? where session_id = ?`, [to, from]);
  }
  touched.sessions.add(from).add(to);
}
