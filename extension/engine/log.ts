import { HumanError } from './humanError';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/**
 * What the engine tells of its work. Nothing that a person wrote comes into it: no prompt, no title, no content of
 * a file. Paths stand in debug lines alone.
 */
export interface Log {
  /** `what` failed, and why; its stack is a debug line. */
  error(what: string, cause: unknown): void;
  warn(text: string): void;
  info(text: string): void;
  /** May name paths. */
  debug(text: string): void;
}

const longestText = 2_000;

export function createLog(write: (level: LogLevel, text: string) => void): Log {
  return {
    error: (what, cause) => {
      const text = withoutPaths(`${what}: ${reasonsOf(cause).join(': ')}`).slice(0, longestText);
      write('error', text);
      if (cause instanceof Error) {
        write('debug', cause.stack ?? cause.message);
      }
    },
    warn: (text) => write('warn', withoutPaths(text)),
    info: (text) => write('info', withoutPaths(text)),
    debug: (text) => write('debug', text),
  };
}

/** A log that nobody reads. */
export const silentLog: Log = createLog(() => undefined);

/** What was thrown, and what lay behind it; the last word of a chain that bites its tail is said once. */
function reasonsOf(cause: unknown): string[] {
  const reasons: string[] = [];
  for (let next: unknown = cause; next !== undefined && reasons.length < 5; ) {
    const text = next instanceof Error ? next.message : String(next);
    reasons.push(next instanceof HumanError || !(next instanceof Error) ? text : `${next.name} ${text}`);
    next = next instanceof Error ? next.cause : undefined;
  }
  return reasons;
}

const beginning = String.raw`(?:[A-Za-z]:[\\/]|\\\\|(?<![\w.~])~?/(?=[^\s/]))`;
/** In quotes, as the system's errors name files, to the closing one; else to the next blank or colon. */
const quotedPath = new RegExp(`(['"\`])${beginning}.*?\\1`, 'g');
const barePath = new RegExp(`${beginning}[^\\s:;,'"\`)]*`, 'g');

/** The text with a mark where an absolute path stood. */
export function withoutPaths(text: string): string {
  return text.replace(quotedPath, '$1<path>$1').replace(barePath, '<path>');
}
