import type { Calendar } from './calendar';

/** What was read of one source. */
export interface SourceInput {
  logKey: string;
  provider: string;
  lastReadAt: number;
  /** Records per quarter of an hour; `quarterAt` 0: records without an instant. */
  records: { quarterAt: number; isKnown: boolean; records: number }[];
  /** Problems have a place, not a time: they count on the source's last day. */
  problems: number;
}

export type SourceDayEvent = {
  log_key: string;
  provider: string;
  day: string;
  records: number;
  unknown_records: number;
  problems: number;
  last_read_at: number;
};

/** One event per source and day; records without an instant stand under the empty day. */
export function buildSourceDayEvents(input: SourceInput, calendar: Calendar): SourceDayEvent[] {
  const days = new Map<string, SourceDayEvent>();
  const at = (day: string): SourceDayEvent => {
    const known = days.get(day);
    if (known) {
      return known;
    }
    const made = {
      log_key: input.logKey,
      provider: input.provider,
      day,
      records: 0,
      unknown_records: 0,
      problems: 0,
      last_read_at: input.lastReadAt,
    };
    days.set(day, made);
    return made;
  };
  for (const bucket of input.records) {
    const event = at(bucket.quarterAt === 0 ? '' : calendar.day(bucket.quarterAt));
    event.records += bucket.records;
    event.unknown_records += bucket.isKnown ? 0 : bucket.records;
  }
  if (input.problems > 0) {
    const last = [...days.keys()].sort().at(-1) ?? '';
    at(last).problems += input.problems;
  }
  return [...days.values()];
}
