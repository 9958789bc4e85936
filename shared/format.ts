import type { Unit } from './report';

const minus = '\u2212';

/**
 * Text of numbers for people, in one language: what the sidebar, the hover and the terminal print.
 * `locale` is a BCP 47 tag; an unknown one falls back to English.
 */
export interface Format {
  count(value: number): string;
  /** One decimal under 100: a mean or a median. */
  number(value: number): string;
  /** A share of 1; one decimal from 50 units on, none below. */
  ratio(value: number, units: number): string;
  /** US dollars; three decimals under ten cents. */
  usd(value: number): string;
  /** US dollars without cents, for axes. */
  wholeUsd(value: number): string;
  /** Milliseconds as "57 min", "2 h 16 min", "2.1 d". */
  duration(milliseconds: number): string;
  tokens(value: number): string;
  /** `YYYY-MM-DD` as "3 Nov", with the year only if it is not `today`'s. */
  day(day: string, today?: string): string;
  /** An instant in the given zone (the system's by default): "3 Nov, 15:08", with the year only if it is not that of `now`. */
  instant(milliseconds: number, zone?: string, now?: number): string;
  value(value: number, unit: Unit, units: number): string;
}

export function createFormat(locale: string): Format {
  const language = supportedLocale(locale);
  const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const oneDecimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = [0, 1].map(
    (digits) =>
      new Intl.NumberFormat(language, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );
  const dollars = [2, 3, 0].map(
    (digits) =>
      new Intl.NumberFormat(language, {
        style: 'currency',
        currency: 'USD',
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const signed = (text: string) => text.replace('-', minus);

  const format: Format = {
    count: (value) => signed(plain.format(value)),
    number: (value) => signed((Math.abs(value) < 100 ? oneDecimal : plain).format(value)),
    ratio: (value, units) => signed((percent[units >= 50 ? 1 : 0] ?? oneDecimal).format(value)),
    usd: (value) => signed((dollars[value !== 0 && Math.abs(value) < 0.1 ? 1 : 0] ?? plain).format(value)),
    wholeUsd: (value) => signed((dollars[2] ?? plain).format(value)),
    duration: (milliseconds) => {
      const minutes = milliseconds / 60_000;
      if (minutes < 1) {
        return `${plain.format(Math.round(milliseconds / 1000))} s`;
      }
      if (minutes < 59.5) {
        return `${plain.format(minutes)} min`;
      }
      const whole = Math.round(minutes);
      if (whole < 600) {
        const rest = whole % 60;
        return rest === 0 ? `${plain.format(whole / 60)} h` : `${plain.format(Math.floor(whole / 60))} h ${rest} min`;
      }
      return whole < 2880 ? `${oneDecimal.format(whole / 60)} h` : `${oneDecimal.format(whole / 1440)} d`;
    },
    tokens: (value) => signed(compact.format(value)),
    day: (day, today) => {
      const date = new Date(`${day}T00:00:00Z`);
      const sameYear = today === undefined || day.slice(0, 4) === today.slice(0, 4);
      return new Intl.DateTimeFormat(language, {
        day: 'numeric',
        month: 'short',
        ...(sameYear ? {} : { year: 'numeric' }),
        timeZone: 'UTC',
      }).format(date);
    },
    instant: (milliseconds, zone, now) => {
      const isThisYear =
        now !== undefined && new Date(now).getUTCFullYear() === new Date(milliseconds).getUTCFullYear();
      const options: Intl.DateTimeFormatOptions = {
        day: 'numeric',
        month: 'short',
        ...(isThisYear ? {} : { year: 'numeric' }),
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        ...(zone ? { timeZone: zone } : {}),
      };
      return new Intl.DateTimeFormat(language, options).format(milliseconds);
    },
    value: (value, unit, units) => {
      switch (unit) {
        case 'count':
          return format.count(value);
        case 'number':
          return format.number(value);
        case 'ratio':
          return format.ratio(value, units);
        case 'duration':
          return format.duration(value);
        case 'usd':
          return format.usd(value);
      }
    },
  };
  return format;
}

function supportedLocale(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf([locale])[0] ?? 'en';
  } catch {
    return 'en';
  }
}
