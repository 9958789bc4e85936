/** Days, weeks and hours of one time zone. Instants are milliseconds UTC. */
export interface Calendar {
  zone: string;
  /** `YYYY-MM-DD`. */
  day(at: number): string;
  /** The Monday of the day's week. */
  week(day: string): string;
  /** The instant at which the local hour of `at` began. */
  hourAt(at: number): number;
}

const quarterMs = 900_000;
const dayMs = 86_400_000;

/** Throws RangeError where the system does not know the IANA zone name. */
export function createCalendar(zone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    minute: '2-digit',
  });
  // Every zone's offset from UTC has been a multiple of a quarter of an hour since 1972: one look-up serves the quarter.
  const quarters = new Map<number, { day: string; minute: number }>();
  const quarterOf = (at: number) => {
    const quarter = Math.floor(at / quarterMs);
    const known = quarters.get(quarter);
    if (known) {
      return known;
    }
    const parts = Object.fromEntries(format.formatToParts(quarter * quarterMs).map((part) => [part.type, part.value]));
    const made = {
      day: `${(parts['year'] ?? '').padStart(4, '0')}-${parts['month']}-${parts['day']}`,
      minute: Number(parts['minute']),
    };
    quarters.set(quarter, made);
    return made;
  };
  const weeks = new Map<string, string>();
  return {
    zone,
    day: (at) => quarterOf(at).day,
    week: (day) => {
      const known = weeks.get(day);
      if (known) {
        return known;
      }
      const at = Date.parse(`${day}T00:00:00Z`);
      const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
      const made = new Date(at - sinceMonday * dayMs).toISOString().slice(0, 10);
      weeks.set(day, made);
      return made;
    },
    hourAt: (at) => {
      const quarterStart = Math.floor(at / quarterMs) * quarterMs;
      return quarterStart - quarterOf(at).minute * 60_000;
    },
  };
}

/** The day `count` days after `day` (before, where negative). */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}
