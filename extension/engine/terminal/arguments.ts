import { parseArgs } from 'node:util';
import { daySchema, type Filters, type GroupBy, groupBySchema, groupBys } from '../../../shared/filters';

export const commands = ['ingest', 'session', 'cost', 'commit', 'blame', 'doctor'] as const;
export type Command = (typeof commands)[number];

/** A call of the program, understood. */
export interface Arguments {
  command: Command;
  /** Of `commit`. */
  commit: string | undefined;
  /** Of `blame`. */
  file: string | undefined;
  home: string | undefined;
  database: string | undefined;
  repositories: string[];
  filters: Filters;
  timezone: string | undefined;
  /** File with the person's own prices. */
  prices: string | undefined;
  groupBy: GroupBy;
  isJson: boolean;
}

/** The call makes no sense: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const options = {
  home: { type: 'string' },
  database: { type: 'string' },
  repo: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  timezone: { type: 'string' },
  provider: { type: 'string', multiple: true },
  model: { type: 'string', multiple: true },
  branch: { type: 'string', multiple: true },
  'group-by': { type: 'string' },
  prices: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Which options a command takes; an option that would do nothing is an error, not ignored. */
const allowed: Readonly<Record<Command, readonly (keyof typeof options)[]>> = {
  ingest: ['home', 'database', 'repo', 'timezone', 'prices', 'json'],
  session: ['home', 'database', 'repo', 'from', 'to', 'timezone', 'provider', 'model', 'branch', 'group-by', 'json'],
  cost: ['home', 'database', 'repo', 'from', 'to', 'timezone', 'provider', 'model', 'branch', 'group-by', 'json'],
  commit: ['home', 'database', 'repo', 'json'],
  blame: ['home', 'database', 'json'],
  doctor: ['home', 'database', 'json'],
};

/** What a command is about, where it needs one. */
const operands: Partial<Record<Command, string>> = { commit: 'commit id', blame: 'file' };

/** Reads the words after the program's name. Throws UsageError. */
export function readArguments(words: readonly string[]): Arguments | 'help' | 'version' {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help || (positionals.length === 0 && !values.version)) {
    return 'help';
  }
  if (values.version) {
    return 'version';
  }
  const [word, ...rest] = positionals;
  const command = commands.find((known) => known === word);
  if (!command) {
    throw new UsageError(`There is no command "${word}". Commands: ${commands.join(', ')}.`);
  }
  for (const name of Object.keys(values)) {
    if (!allowed[command].some((option) => option === name)) {
      throw new UsageError(`"paceflow ${command}" takes no --${name}.`);
    }
  }
  const operand = operands[command];
  if (operand === undefined ? rest.length > 0 : rest.length !== 1) {
    throw new UsageError(
      operand === undefined
        ? `"paceflow ${command}" takes no "${rest[0]}".`
        : `"paceflow ${command}" wants one ${operand}.`,
    );
  }
  if (command === 'commit' && !/^[0-9a-f]{4,64}$/i.test(rest[0] ?? '')) {
    throw new UsageError(`"${rest[0]}" is no commit id: 4 to 64 hex digits.`);
  }
  for (const name of ['repo', 'provider', 'model', 'branch'] as const) {
    if (values[name]?.includes('')) {
      throw new UsageError(`--${name} wants a name.`);
    }
  }
  const from = day('from', values.from);
  const to = day('to', values.to);
  if (from && to && from > to) {
    throw new UsageError(`--from ${from} is after --to ${to}.`);
  }
  return {
    command,
    commit: command === 'commit' ? rest[0] : undefined,
    file: command === 'blame' ? rest[0] : undefined,
    home: values.home,
    database: values.database,
    repositories: values.repo ?? [],
    filters: {
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
      ...(values.provider ? { providers: values.provider } : {}),
      ...(values.model ? { models: values.model } : {}),
      ...(values.branch ? { branches: values.branch } : {}),
    },
    timezone: zone(values.timezone),
    prices: values.prices,
    groupBy: groupBy(values['group-by']),
    isJson: values.json ?? false,
  };
}

const parse = (words: readonly string[]) =>
  parseArgs({ args: [...words], options, allowPositionals: true, strict: true });

function day(name: string, value: string | undefined): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const isReal =
    daySchema.safeParse(value).success &&
    !Number.isNaN(Date.parse(value)) &&
    new Date(value).toISOString().startsWith(value);
  if (!isReal) {
    throw new UsageError(`--${name} ${value} is no day: YYYY-MM-DD.`);
  }
  return value;
}

function zone(value: string | undefined): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    throw new UsageError(`--timezone ${value} is no zone that this system knows, such as Europe/Berlin or UTC.`);
  }
}

function groupBy(value: string | undefined): GroupBy {
  const parsed = groupBySchema.safeParse(value ?? 'none');
  if (!parsed.success) {
    throw new UsageError(`--group-by ${value}: one of ${groupBys.join(', ')}.`);
  }
  return parsed.data;
}

export const help = `Usage: paceflow COMMAND [options]

Commands
  ingest        read what is new in the logs of your agents and in git
  session       was I getting leverage, or steering and retrying?
  cost          what did it cost?
  commit ID     the sessions behind a commit, and which lines are whose
  blame FILE    whose each line of a file is
  doctor        what was read, what was not, and where

Options
  --home DIR          home folder whose logs are read (default: yours)
  --database FILE     database file (default: that of the editor used last)
  --repo DIR          only the repository of this folder; for ingest: read it too (may be repeated)
  --from, --to DAY    first and last day, YYYY-MM-DD
  --timezone ZONE     zone of days, such as Europe/Berlin; for ingest: from now on
  --prices FILE       for ingest: your own prices from now on, JSON; see docs/terminal.md
  --provider NAME     only this agent, such as claude-code (may be repeated)
  --model NAME        only this model (may be repeated)
  --branch NAME       only this branch (may be repeated)
  --group-by WHAT     ${groupBys.join(', ')}
  --json              for machines; see docs/terminal.md
  -h, --help          this text
  -v, --version       the version

Exit codes: 0 done, 1 failed, 2 the call makes no sense.
`;
