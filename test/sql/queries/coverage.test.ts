import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../extension/engine/database/database';
import { given } from '../../support/given';
import { ask, columns, emptyDatabase } from '../../support/schema';

describe('coverage', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
    given(database, 'metadata_source', [
      { real_path: '/b', size: 7, last_read_at: 30 },
      { real_path: '/a', status: 'gone', last_read_at: 20 },
      { real_path: '/git', kind: 'git', provider: 'git', last_read_at: 90 },
    ]);
    given(database, 'metadata_source_copy', [{ real_path: '/b copy', size: 5, compared_at: 40 }]);
    given(database, 'fact_source_record', [
      { log_id: 1, records: 4 },
      { log_id: 1, records: 2, record_type: 'odd', is_known: 0, client_version: '2' },
      { log_id: 2, records: 3, record_type: 'odd', is_known: 0, client_version: '2' },
      { log_id: 2, records: 6, record_type: 'strange', is_known: 0, client_version: '1' },
    ]);
    given(database, 'fact_source_unknown_field', [
      { records: 1 },
      { log_id: 2, records: 2 },
      { field: 'much', records: 9 },
    ]);
    given(database, 'fact_source_problem', [{ place: 5 }, { log_id: 2, place: 1 }, { place: 2, reason: 'too_long' }]);
    given(database, 'metadata_repository', [{}, { repository_key: 'folder:x', name: 'x' }]);
    given(database, 'metadata_clone', [{}, { is_shallow: 1 }]);
    given(database, 'event_session', [
      { repository_key: 'host/own/paceflow', day: '2026-03-05' },
      { repository_key: 'folder:x', day: '2026-03-04' },
      { repository_key: 'folder:x', day: '2020-01-01', is_retracted: 1 },
    ]);
    given(database, 'event_usage', [{ repository_key: 'host/own/paceflow', day: '2026-03-09' }]);
    given(database, 'event_commit', [{ day: '2026-02-01' }, { day: '2019-01-01', is_mine: 0 }]);
    given(database, 'event_source_day', [
      { records: 9, unknown_records: 4 },
      { records: 6, unknown_records: 7 },
    ]);
    given(database, 'metadata_model', [{ name: 'm' }, { name: 'n' }]);
    given(database, 'metadata_price', [{ model: 'm' }]);
    given(database, 'metadata_session', [{}]);
    given(database, 'fact_session_usage', [
      {
        price_id: 1,
        input_tokens: 1,
        cache_write_5m_tokens: 2,
        cache_write_1h_tokens: 4,
        cache_read_tokens: 8,
        output_tokens: 16,
        reasoning_tokens: 16,
      },
      { price_id: 1, output_tokens: 1 },
      { output_tokens: 5 },
      { model_id: 2, output_tokens: 100 },
    ]);
  });
  const rows = (name: string, shown: string) => columns(ask(database, name), shown);

  it('summary', () => {
    expect(
      rows('coverage.summary', 'sources gone_sources last_read_at problems records unknown_records repositories'),
    ).toEqual([[2, 1, 90, 3, 15, 11, 2]]);
  });

  it('sources and copies, by agent and path', () => {
    expect(rows('coverage.sources', 'provider path status bytes records problems last_read_at')).toEqual([
      ['claude-code', '/a', 'gone', 0, 9, 1, 20],
      ['claude-code', '/b', 'read', 7, 6, 2, 30],
      ['claude-code', '/b copy', 'copy', 5, 0, 0, 40],
      ['git', '/git', 'read', 0, 0, 0, 90],
    ]);
  });

  it('unknown records over all logs, most frequent first', () => {
    expect(rows('coverage.unknownRecords', 'provider record_type client_version records')).toEqual([
      ['claude-code', 'strange', '1', 6],
      ['claude-code', 'odd', '2', 5],
    ]);
  });

  it('unknown fields over all logs, most frequent first', () => {
    expect(rows('coverage.unknownFields', 'record_type field client_version records')).toEqual([
      ['user', 'much', '2.0.0', 9],
      ['user', 'surprise', '2.0.0', 3],
    ]);
  });

  it('problems by path and place', () => {
    expect(rows('coverage.problems', 'path place reason detail')).toEqual([
      ['/a', 1, 'not_json', 'no JSON'],
      ['/b', 2, 'too_long', 'no JSON'],
      ['/b', 5, 'not_json', 'no JSON'],
    ]);
  });

  it('repositories with what they hold, retracted sessions left out', () => {
    expect(rows('coverage.repositories', 'repository_key name clones sessions commits is_shallow')).toEqual([
      ['folder:x', 'x', 0, 1, 0, 0],
      ['host/own/paceflow', 'paceflow', 2, 1, 2, 1],
    ]);
  });

  it('prices: a model that is partly priced has two rows, most tokens first', () => {
    expect(rows('coverage.prices', 'model source responses tokens')).toEqual([
      ['n', null, 1, 100],
      ['m', 'list', 2, 32],
      ['m', null, 1, 5],
    ]);
  });

  it.each([
    [null, '2026-02-01', '2026-03-09'],
    [['folder:x'], '2026-03-04', '2026-03-04'],
    [['folder:x', 'host/own/paceflow'], '2026-02-01', '2026-03-09'],
    [['nowhere'], null, null],
  ])('bounds of %j', (repositories, first, last) => {
    expect(ask(database, 'coverage.bounds', { repositories })).toEqual([{ first, last }]);
  });
});
