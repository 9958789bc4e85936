import type { Calendar } from './calendar';
import { type SessionInput, sumUsage, type UsageInput, type UsageSum } from './sessionEvent';

export type UsageEvent = UsageSum & {
  session_key: string;
  provider: string;
  model: string;
  repository_key: string | null;
  branch: string | null;
  hour_at: number;
  day: string;
  week: string;
};

/** One event per model and local hour of a root session; together they hold every response exactly once. */
export function buildUsageEvents(input: SessionInput, calendar: Calendar): UsageEvent[] {
  const buckets = new Map<string, UsageInput[]>();
  for (const response of input.usage) {
    const key = `${calendar.hourAt(response.at)}\0${response.model}`;
    const bucket = buckets.get(key);
    if (bucket) {
      bucket.push(response);
    } else {
      buckets.set(key, [response]);
    }
  }
  return [...buckets.values()].flatMap((responses) => {
    const [first] = responses;
    if (!first) {
      return [];
    }
    const hourAt = calendar.hourAt(first.at);
    // The day is that of the responses: an hour that a change of date cuts belongs to the day it began on.
    const day = calendar.day(hourAt);
    return {
      session_key: input.session.sessionKey,
      provider: input.session.provider,
      model: first.model,
      repository_key: input.session.repositoryKey,
      branch: input.session.branch,
      hour_at: hourAt,
      day,
      week: calendar.week(day),
      ...sumUsage(responses),
    };
  });
}
