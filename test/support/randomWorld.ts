import type { Database } from '../../extension/engine/database/database';
import { at, given, hours, minutes } from './given';
import type { Random } from './random';
import { copyCommit, declareCommit, matchCommit, newCommit, turnCommit } from './randomCommits';
import { growSession, moveRecords, newSession } from './randomSessions';
import { type Touched, type World, worldModels, worldProviders, worldRepositories } from './world';

/** An empty world in a prepared database: only what has to be there before anything happens. */
export function createWorld(database: Database, random: Random): World {
  given(database, 'metadata_person', [
    { person_id: 'me', is_me: 1 },
    { person_id: 'other' },
    { person_id: 'bot', is_bot: 1 },
  ]);
  given(
    database,
    'metadata_repository',
    worldRepositories.map((repository_key) => ({ repository_key, name: repository_key.split('/').at(-1) ?? '' })),
  );
  given(database, 'metadata_clone', [{ repository_id: 1 }, { repository_id: 2, is_complete: 0 }]);
  given(
    database,
    'metadata_model',
    worldProviders.flatMap((provider) => worldModels.map((name) => ({ provider, name }))),
  );
  given(database, 'metadata_tool', [{ name: 'Edit' }, { name: 'Bash' }]);
  given(database, 'metadata_path', [{}, {}, {}, {}]);
  given(database, 'metadata_price', [
    { model: 'claude-sonnet-4-5' },
    { model: 'claude-opus-4-6', valid_from: '2026-03-13' },
  ]);
  let serial = 0;
  return {
    database,
    random,
    serial: () => ++serial,
    instant: () => at('2026-03-01T00:00Z') + random.between(0, 45 * 24 * 60) * minutes(1) + ++serial,
    any: (sql) => {
      const rows = database.all<{ id: number }>(sql);
      return rows.length === 0 ? undefined : random.pick(rows).id;
    },
    providerOf: (session) =>
      database.get<{ provider: string }>('select provider from metadata_session where session_id = ?', [session])
        ?.provider ?? '',
  };
}

type Step = (world: World, touched: Touched) => void;

const someSession = 'select session_id as id from metadata_session order by session_id';

/** What may happen; the order and the weights are part of the seed. */
const steps: Readonly<Record<string, { weight: number; run: Step }>> = {
  newSession: { weight: 6, run: (world, touched) => newSession(world, touched, null) },
  newSubagent: {
    weight: 3,
    run: (world, touched) => {
      const root = world.any(
        'select session_id as id from metadata_session where root_session_id is null order by session_id',
      );
      newSession(world, touched, root ?? null);
    },
  },
  growSession: {
    weight: 4,
    run: (world, touched) => {
      const session = world.any(someSession);
      if (session !== undefined) {
        growSession(world, touched, session, world.instant());
      }
    },
  },
  moveRecords: { weight: 1, run: moveRecords },
  newCommit: { weight: 5, run: newCommit },
  declareCommit: { weight: 4, run: declareCommit },
  turnCommit: { weight: 2, run: turnCommit },
  matchCommit: { weight: 4, run: matchCommit },
  copyCommit: { weight: 1, run: copyCommit },
  completeClone: {
    weight: 1,
    run: ({ database }) => {
      database.run('update metadata_clone set is_complete = 1');
    },
  },
  findRoot: { weight: 1, run: findRoot },
  resolveRepository: {
    weight: 1,
    run: (world, touched) => {
      const session = world.any(someSession);
      if (session !== undefined) {
        world.database.run('update metadata_session set repository_id = ? where session_id = ?', [
          world.random.between(1, worldRepositories.length),
          session,
        ]);
        touched.sessions.add(session);
      }
    },
  },
  priceResponse: {
    weight: 2,
    run: (world, touched) => {
      const session = world.any(
        'select distinct session_id as id from fact_session_usage where estimated_cost_usd is null order by id',
      );
      if (session !== undefined) {
        world.database.run(
          `update fact_session_usage
           set estimated_cost_usd = 0.25, estimated_missing_cost_usd = 0.5 * is_output_underreported, price_id = 1
           where session_id = ? and price_id is null`,
          [session],
        );
        touched.sessions.add(session);
      }
    },
  },
  readSource: { weight: 3, run: readSource },
};

/** A session without sub-agents turns out to be one itself. */
function findRoot({ database, any, providerOf }: World, touched: Touched): void {
  const found = any(`
    select session_id as id from metadata_session
    where root_session_id is null
      and session_id not in (select root_session_id from metadata_session where root_session_id is not null)
      and session_id not in (select session_id from fact_commit_session_match)
    order by session_id`);
  const root = any('select session_id as id from metadata_session where root_session_id is null order by session_id');
  if (found !== undefined && root !== undefined && found !== root && providerOf(found) === providerOf(root)) {
    database.run('update metadata_session set root_session_id = ? where session_id = ?', [root, found]);
    touched.sessions.add(found);
  }
}

function readSource({ database, random, serial, instant, any }: World, touched: Touched): void {
  const log = any("select log_id as id from metadata_source where kind <> 'git' order by log_id");
  if (log === undefined) {
    return;
  }
  const isKnown = random.chance(0.8);
  given(database, 'fact_source_record', [
    {
      log_id: log,
      quarter_at: random.chance(0.1) ? 0 : Math.floor(instant() / minutes(15)) * minutes(15),
      record_type: `type-${serial()}`,
      client_version: isKnown ? '' : '2.0.1',
      is_known: isKnown ? 1 : 0,
      records: random.between(1, 9),
    },
  ]);
  if (!isKnown) {
    given(database, 'fact_source_unknown_field', [{ log_id: log, field: `field-${serial()}` }]);
  }
  if (random.chance(0.3)) {
    given(database, 'fact_source_problem', [{ log_id: log, place: serial() }]);
  }
  database.run('update metadata_source set last_read_at = last_read_at + ? where log_id = ?', [hours(1), log]);
  touched.logs.add(log);
}

const wheel = Object.entries(steps).flatMap(([name, { weight }]) => Array.from({ length: weight }, () => name));

/** One thing happens; what an ingest would have to build events for. */
export function stepWorld(world: World): Touched {
  const name = world.random.pick(wheel);
  const touched: Touched = { step: name, sessions: new Set(), commits: [], logs: new Set() };
  world.database.transaction(() => steps[name]?.run(world, touched));
  return touched;
}

/** A world in which that many things have happened. */
export function grownWorld(database: Database, random: Random, count: number): World {
  const world = createWorld(database, random);
  for (let index = 0; index < count; index++) {
    stepWorld(world);
  }
  return world;
}
