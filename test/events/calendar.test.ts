import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, createCalendar } from '../../extension/engine/events/calendar';
import { at, hours, minutes } from '../support/given';

/** Instant → day, Monday of its week, start of its local hour. */
const goldens: Record<string, [instant: string, day: string, week: string, hour: string][]> = {
  'Europe/Berlin': [
    // 29 March 2026: 02:00 becomes 03:00
    ['2026-03-28T22:59Z', '2026-03-28', '2026-03-23', '2026-03-28T22:00Z'],
    ['2026-03-28T23:00Z', '2026-03-29', '2026-03-23', '2026-03-28T23:00Z'],
    ['2026-03-29T00:59Z', '2026-03-29', '2026-03-23', '2026-03-29T00:00Z'],
    ['2026-03-29T01:00Z', '2026-03-29', '2026-03-23', '2026-03-29T01:00Z'],
    ['2026-03-29T21:59Z', '2026-03-29', '2026-03-23', '2026-03-29T21:00Z'],
    ['2026-03-29T22:00Z', '2026-03-30', '2026-03-30', '2026-03-29T22:00Z'],
    // 25 October 2026: 03:00 becomes 02:00, so that 02:30 comes twice and is two hours
    ['2026-10-25T00:30Z', '2026-10-25', '2026-10-19', '2026-10-25T00:00Z'],
    ['2026-10-25T01:30Z', '2026-10-25', '2026-10-19', '2026-10-25T01:00Z'],
    ['2026-10-25T22:59Z', '2026-10-25', '2026-10-19', '2026-10-25T22:00Z'],
    ['2026-10-25T23:00Z', '2026-10-26', '2026-10-26', '2026-10-25T23:00Z'],
  ],
  // 5:45 ahead
  'Asia/Kathmandu': [
    ['2026-03-01T18:14Z', '2026-03-01', '2026-02-23', '2026-03-01T17:15Z'],
    ['2026-03-01T18:15Z', '2026-03-02', '2026-03-02', '2026-03-01T18:15Z'],
    ['2026-03-02T00:00Z', '2026-03-02', '2026-03-02', '2026-03-01T23:15Z'],
  ],
  // 30 December 2011 did not exist
  'Pacific/Apia': [
    ['2011-12-30T09:59Z', '2011-12-29', '2011-12-26', '2011-12-30T09:00Z'],
    ['2011-12-30T10:00Z', '2011-12-31', '2011-12-26', '2011-12-30T10:00Z'],
    ['2026-05-31T10:59Z', '2026-05-31', '2026-05-25', '2026-05-31T10:00Z'],
    ['2026-05-31T11:00Z', '2026-06-01', '2026-06-01', '2026-05-31T11:00Z'],
  ],
  'America/New_York': [
    ['2026-01-01T04:59Z', '2025-12-31', '2025-12-29', '2026-01-01T04:00Z'],
    ['2026-01-01T05:00Z', '2026-01-01', '2025-12-29', '2026-01-01T05:00Z'],
    ['2026-03-08T06:59Z', '2026-03-08', '2026-03-02', '2026-03-08T06:00Z'],
    ['2026-03-08T07:00Z', '2026-03-08', '2026-03-02', '2026-03-08T07:00Z'],
    ['2026-11-01T05:30Z', '2026-11-01', '2026-10-26', '2026-11-01T05:00Z'],
    ['2026-11-01T06:30Z', '2026-11-01', '2026-10-26', '2026-11-01T06:00Z'],
  ],
  // midnight does not exist on that day
  'America/Santiago': [
    ['2026-09-06T03:59Z', '2026-09-05', '2026-08-31', '2026-09-06T03:00Z'],
    ['2026-09-06T04:00Z', '2026-09-06', '2026-08-31', '2026-09-06T04:00Z'],
  ],
  UTC: [['1999-12-31T23:59Z', '1999-12-31', '1999-12-27', '1999-12-31T23:00Z']],
};

describe.each(Object.entries(goldens))('calendar of %s', (zone, rows) => {
  const calendar = createCalendar(zone);
  it.each(rows)('%s is on %s, in the week of %s, in the hour from %s', (instant, day, week, hour) => {
    expect(calendar.day(at(instant))).toBe(day);
    expect(calendar.week(day)).toBe(week);
    expect(new Date(calendar.hourAt(at(instant))).toISOString()).toBe(new Date(at(hour)).toISOString());
  });
});

/** Zones whose offset changes by whole hours. */
const ordinaryZones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Asia/Kolkata', 'Pacific/Apia'];
const instants = fc.integer({ min: at('2005-01-01T00:00Z'), max: at('2037-01-01T00:00Z') });

describe.each(ordinaryZones)('any instant in %s', (zone) => {
  const calendar = createCalendar(zone);
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const check = (property: (instant: number) => void) =>
    fc.assert(fc.property(instants, property), { seed: 51, numRuns: 300 });

  it('lies in the hour from hourAt on, and its first instant is a full local hour', () =>
    check((instant) => {
      const from = calendar.hourAt(instant);
      expect(from).toBeLessThanOrEqual(instant);
      expect(instant).toBeLessThan(from + hours(1));
      expect(local.format(from).slice(-5)).toBe('00:00');
      expect(calendar.hourAt(from)).toBe(from);
      expect(calendar.hourAt(from + hours(1) - 1)).toBe(from);
    }));

  it('is on the day that the system writes', () =>
    check((instant) => {
      expect(calendar.day(instant)).toBe(local.format(instant).slice(0, 10));
      expect(calendar.day(calendar.hourAt(instant))).toBe(calendar.day(instant));
    }));

  it('is in a week that begins on the Monday up to six days before', () =>
    check((instant) => {
      const day = calendar.day(instant);
      const week = calendar.week(day);
      expect(new Date(`${week}T00:00Z`).getUTCDay()).toBe(1);
      expect(week <= day && day < addDays(week, 7)).toBe(true);
      expect(calendar.week(week)).toBe(week);
    }));
});

describe('a zone whose clock moves by half an hour', () => {
  // Lord Howe, 5 April 2026, 02:00 becomes 01:30: the hours overlap, but none is lost and days hold.
  const calendar = createCalendar('Australia/Lord_Howe');
  it('keeps every instant in an hour that began before it, on its day', () => {
    for (let instant = at('2026-04-04T12:00Z'); instant < at('2026-04-05T12:00Z'); instant += minutes(7)) {
      expect(calendar.hourAt(instant)).toBeLessThanOrEqual(instant);
      expect(instant - calendar.hourAt(instant)).toBeLessThan(hours(1));
      expect(calendar.day(calendar.hourAt(instant))).toBe(calendar.day(instant));
    }
  });
});

describe('addDays', () => {
  it.each([
    ['2026-03-29', 1, '2026-03-30'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2025-12-31', 1, '2026-01-01'],
    ['2026-05-05', 0, '2026-05-05'],
  ])('%s and %i days is %s', (day, count, expected) => expect(addDays(day, count)).toBe(expected));
});

it('an unknown zone is a RangeError', () => {
  expect(() => createCalendar('Mars/Olympus')).toThrow(RangeError);
});
