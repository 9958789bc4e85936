import { describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { buildEvents } from '../../extension/engine/ingest/buildEvents';
import { createRandom } from '../support/random';
import { createWorld, grownWorld, stepWorld } from '../support/randomWorld';
import { catalogue, copyOf, emptyDatabase } from '../support/schema';

/** What each check finds, by its name; only those that find something. */
function findings(database: Database): Record<string, object[]> {
  const found = catalogue.checks.map((check) => [check.name, database.all<object>(check.text)] as const);
  return Object.fromEntries(found.filter(([, rows]) => rows.length > 0));
}

describe('checks find nothing', () => {
  it('in an empty database', async () => {
    expect(findings(await emptyDatabase())).toEqual({});
  });

  it.each([31, 32, 33])('after every step of the random history %i', async (seed) => {
    const database = await emptyDatabase('America/New_York');
    const world = createWorld(database, createRandom(seed));
    for (let index = 0; index < 160; index++) {
      const touched = stepWorld(world);
      buildEvents(database, touched, index);
      expect(findings(database), `step ${index}: ${touched.step}`).toEqual({});
    }
  });
});

/** How to break what a check stands for: without these, a check that can find nothing would look like a good one. */
const damages: Record<string, string[]> = {
  usageOfSession: [
    'update event_session set output_tokens = output_tokens + 1 where event_rev = (select max(event_rev) from event_session where is_retracted = 0)',
    'update event_usage set estimated_cost_usd = estimated_cost_usd + 0.01 where is_retracted = 0',
    'update event_session set is_retracted = 1 where responses > 0',
    'update event_session set underreported_responses = underreported_responses + 1 where is_retracted = 0',
    'update event_usage set estimated_missing_output_tokens = 1 + estimated_missing_output_tokens where is_retracted = 0',
    'update event_usage set estimated_missing_cost_usd = 1 + estimated_missing_cost_usd where is_retracted = 0',
  ],
  usageOfFacts: [
    'update fact_session_usage set output_tokens = output_tokens + 1',
    'update fact_session_usage set recorded_cost_usd = 9',
    'update fact_session_usage set is_output_underreported = 1 - is_output_underreported',
    'update fact_session_usage set estimated_missing_cost_usd = 9',
    'update fact_session_response_part set characters = characters + 4000',
    'update event_usage set is_retracted = 1',
  ],
  eventKeys: [
    "update event_session set session_key = 'nobody' where event_id = (select event_id from event_session where is_retracted = 0)",
    "update event_usage set repository_key = 'nowhere' where is_retracted = 0",
    "update metadata_model set name = name || '-new'",
    'update event_commit_session set commit_id = commit_id || 0 where is_retracted = 0',
    'update metadata_session set root_session_id = 1 where session_key in (select session_key from event_session where is_retracted = 0)',
  ],
  eventRevisions: [
    'update event_session set event_id = (select event_id from event_usage limit 1) where event_rev = (select min(event_rev) from event_session)',
    "update event_session set event_rev = 1 + (select max(1 * value) from metadata_setting where name = 'event_rev')",
    'update event_commit set event_rev = (select max(event_rev) from event_usage) where event_rev = (select max(event_rev) from event_commit)',
  ],
  linesOfCommit: [
    'update fact_commit_file_change set added_lines = added_lines + 1',
    "update fact_commit_file_change set excluded = 'lock' where excluded is null and removed_lines > 0",
    'update event_commit set is_retracted = 1',
  ],
  classesOfLines: [
    'update event_commit set human_added_lines = human_added_lines + 1 where is_retracted = 0',
    'update event_commit set unknown_removed_lines = unknown_removed_lines + 1 where is_retracted = 0',
    'update event_commit set ai_added_lines = 1, unknown_added_lines = unknown_added_lines - 1 where is_retracted = 0',
  ],
  packedMatches: ["update fact_commit_file_change set hunks = x'00', added = x'', removed = x''"],
  recordsOfSource: [
    'update event_source_day set records = records + 1 where is_retracted = 0',
    'delete from fact_source_problem',
  ],
  packedLines: ['update fact_session_code_change set added_lines = added_lines + 1'],
};

describe('checks find what is broken', () => {
  const cases = Object.entries(damages).flatMap(([name, all]) => all.map((damage) => [name, damage] as const));

  it.each(cases)('%s after: %s', async (name, damage) => {
    const database = await copyOf(await builtWorld());
    expect(database.run(damage)).toBeGreaterThan(0);
    expect(Object.keys(findings(database))).toContain(name);
  });

  it.each(['view_session', 'view_usage', 'view_commit', 'view_commit_session'])(
    'retractedEvents where %s forgets to leave them out',
    async (name) => {
      const database = await copyOf(await builtWorld());
      const view = catalogue.views.find((candidate) => candidate.name === name);
      database.exec(`drop view ${name}`);
      database.exec((view?.text ?? '').replaceAll('where is_retracted = 0', ''));
      database.exec(`
        update event_session set is_retracted = 1 where event_rev % 2 = 0;
        update event_usage set is_retracted = 1;
        update event_commit set is_retracted = 1;
        update event_commit_session set is_retracted = 1;`);
      expect(Object.keys(findings(database))).toContain('retractedEvents');
    },
  );

  it.each([
    ['loses a group', 'group by', "where day < '2026-03-20' group by"],
    [
      'adds the estimate to what was logged',
      'sum(estimated_cost_usd)',
      'sum(estimated_cost_usd + estimated_missing_cost_usd)',
    ],
    ['loses the estimate', 'sum(estimated_missing_output_tokens)', 'min(estimated_missing_output_tokens)'],
  ])('costOfViews where a view %s', async (_, part, broken) => {
    const database = await copyOf(await builtWorld());
    const view = catalogue.views.find((candidate) => candidate.name === 'view_cost_day');
    database.exec('drop view view_cost_day');
    database.exec((view?.text ?? '').replace(part, broken));
    expect(Object.keys(findings(database))).toContain('costOfViews');
  });

  it.each([
    [
      'gives every change of a session all its cost',
      'partition by source_id, session_key)',
      'partition by source_id, session_key, change_id)',
    ],
    ['forgets sessions that only say that they made a commit', '1.0 * 1 / nullif(session_changes, 0)', '0.0'],
  ])('costOfChanges where the view %s', async (_, part, broken) => {
    const database = await copyOf(await builtWorld());
    const view = catalogue.views.find((candidate) => candidate.name === 'view_change_session');
    expect(view?.text).toContain(part);
    database.exec('drop view view_change_session');
    database.exec((view?.text ?? '').replaceAll(part, broken));
    expect(Object.keys(findings(database))).toContain('costOfChanges');
  });

  it('every check is broken here at least once', () => {
    const names = [...Object.keys(damages), 'retractedEvents', 'costOfViews', 'costOfChanges'];
    expect(names.sort()).toEqual(catalogue.checks.map((check) => check.name).sort());
  });
});

let built: Promise<Database> | undefined;

/** One world for all damages; each test breaks a copy. */
function builtWorld(): Promise<Database> {
  built ??= emptyDatabase('Europe/Berlin').then((database) => {
    grownWorld(database, createRandom(34), 250);
    buildEvents(database, { sessions: 'all', commits: 'all', logs: 'all' }, 1);
    return database;
  });
  return built;
}
