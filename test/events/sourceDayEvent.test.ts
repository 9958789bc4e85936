import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../extension/engine/events/calendar';
import { buildSourceDayEvents, type SourceInput } from '../../extension/engine/events/sourceDayEvent';
import { at } from '../support/given';

const bucket = (iso: string | null, records: number, isKnown = true) => ({
  quarterAt: iso === null ? 0 : at(iso),
  isKnown,
  records,
});
const rows = (given: Partial<SourceInput>) =>
  buildSourceDayEvents(
    { logKey: 'log', provider: 'claude-code', lastReadAt: 5, records: [], problems: 0, ...given },
    createCalendar('Europe/Berlin'),
  ).map((row) => [row.day, row.records, row.unknown_records, row.problems]);

describe('what was read of a source by day', () => {
  it('adds up quarters of an hour by local day, the unknown apart', () => {
    expect(
      rows({
        records: [
          bucket('2026-03-01T22:45Z', 1),
          bucket('2026-03-01T23:00Z', 2),
          bucket('2026-03-02T10:00Z', 4),
          bucket('2026-03-02T10:00Z', 8, false),
        ],
      }),
    ).toEqual([
      ['2026-03-01', 1, 0, 0],
      ['2026-03-02', 14, 8, 0],
    ]);
  });

  it('records without an instant are on the day without a name', () => {
    expect(rows({ records: [bucket(null, 3), bucket('2026-03-02T10:00Z', 1)] })).toEqual([
      ['', 3, 0, 0],
      ['2026-03-02', 1, 0, 0],
    ]);
  });

  it.each<[string, SourceInput['records'], [string, number, number, number][]]>([
    [
      'its last day',
      [bucket('2026-03-05T10:00Z', 1), bucket('2026-03-02T10:00Z', 1)],
      [
        ['2026-03-05', 1, 0, 2],
        ['2026-03-02', 1, 0, 0],
      ],
    ],
    ['the day without a name where it has no other', [bucket(null, 1)], [['', 1, 0, 2]]],
    ['the day without a name where nothing could be read', [], [['', 0, 0, 2]]],
  ])('problems count on %s', (_, records, expected) => {
    expect(rows({ records, problems: 2 })).toEqual(expected);
  });

  it('a source that holds nothing is no event', () => expect(rows({})).toEqual([]));
});
