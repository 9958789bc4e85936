import { describe, expect, it } from 'vitest';
import { type Command, commands, help, readArguments, UsageError } from '../../extension/engine/terminal/arguments';
import { groupBys } from '../../shared/filters';

/** Every option with a value it takes, and the commands that take it. */
const reports: Command[] = ['session', 'cost'];
const options: [option: string, value: string | undefined, takers: readonly Command[]][] = [
  ['home', '/h', commands],
  ['database', '/d.db', commands],
  ['repo', '/r', ['ingest', 'session', 'cost', 'commit']],
  ['from', '2026-01-31', reports],
  ['to', '2026-02-28', reports],
  ['timezone', 'Europe/Berlin', ['ingest', ...reports]],
  ['prices', '/prices.json', ['ingest']],
  ['provider', 'claude-code', reports],
  ['model', 'm', reports],
  ['branch', 'main', reports],
  ['group-by', 'day', reports],
  ['json', undefined, commands],
];

const argumentsOf: Readonly<Record<Command, readonly string[]>> = {
  ingest: [],
  session: [],
  cost: [],
  commit: ['abc1234'],
  blame: ['src/cart.ts'],
  doctor: [],
};

const refusal = (words: readonly string[]): string => {
  try {
    return `understood: ${JSON.stringify(readArguments(words))}`;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
};

describe('options by command', () => {
  const table = commands.flatMap((command) =>
    options.map(([option, value, takers]) => ({ command, option, value, isTaken: takers.includes(command) })),
  );

  it.each(table)('paceflow $command --$option: $isTaken', ({ command, option, value, isTaken }) => {
    const words = [command, ...argumentsOf[command], `--${option}`, ...(value === undefined ? [] : [value])];
    if (isTaken) {
      const call = readArguments(words);
      expect(typeof call === 'object' && call.command).toBe(command);
    } else {
      expect(refusal(words)).toBe(`"paceflow ${command}" takes no --${option}.`);
    }
  });

  it.each(commands)('paceflow %s takes what it says in any place', (command) => {
    const flags = ['--home', '/h', '--database', '/d.db', '--json'];
    expect(readArguments([...flags, command, ...argumentsOf[command]])).toEqual(
      readArguments([command, ...argumentsOf[command], ...flags]),
    );
  });
});

describe('a call that is understood', () => {
  it('holds all that was said, and nothing more', () => {
    expect(
      readArguments(
        'session --home /h --database /d.db --repo a --repo b --from 2026-01-31 --to 2026-01-31 --timezone utc --provider p --model m --model n --branch x --group-by week --json'.split(
          ' ',
        ),
      ),
    ).toEqual({
      command: 'session',
      commit: undefined,
      file: undefined,
      home: '/h',
      database: '/d.db',
      repositories: ['a', 'b'],
      filters: { from: '2026-01-31', to: '2026-01-31', providers: ['p'], models: ['m', 'n'], branches: ['x'] },
      timezone: 'UTC',
      groupBy: 'week',
      isJson: true,
    });
    expect(readArguments(['cost'])).toEqual({
      command: 'cost',
      commit: undefined,
      file: undefined,
      home: undefined,
      database: undefined,
      repositories: [],
      filters: {},
      timezone: undefined,
      groupBy: 'none',
      isJson: false,
    });
    expect(readArguments(['commit', 'ABCDEF12'])).toMatchObject({ commit: 'ABCDEF12', file: undefined });
    expect(readArguments(['blame', '../a b'])).toMatchObject({ file: '../a b', commit: undefined });
  });

  it.each([[[]], [['--help']], [['-h']], [['session', '--help']], [['nonsense', '-h']]])('%j asks for help', (words) =>
    expect(readArguments(words)).toBe('help'),
  );

  it.each([[['--version']], [['-v']], [['doctor', '-v']]])('%j asks for the version', (words) =>
    expect(readArguments(words)).toBe('version'),
  );

  it.each(groupBys)('--group-by %s', (groupBy) =>
    expect(readArguments(['cost', '--group-by', groupBy])).toMatchObject({ groupBy }),
  );
});

describe('a call that makes no sense', () => {
  it.each([
    [['nonsense'], 'There is no command "nonsense". Commands: ingest, session, cost, commit, blame, doctor.'],
    [['session', 'x'], '"paceflow session" takes no "x".'],
    [['blame'], '"paceflow blame" wants one file.'],
    [['blame', 'a', 'b'], '"paceflow blame" wants one file.'],
    [['commit'], '"paceflow commit" wants one commit id.'],
    [['commit', 'abc1', 'abc2'], '"paceflow commit" wants one commit id.'],
    [['commit', 'abc'], '"abc" is no commit id: 4 to 64 hex digits.'],
    [['commit', 'HEAD'], '"HEAD" is no commit id: 4 to 64 hex digits.'],
    [['commit', "x' or 1=1"], '"x\' or 1=1" is no commit id: 4 to 64 hex digits.'],
    [['cost', '--from', 'yesterday'], '--from yesterday is no day: YYYY-MM-DD.'],
    [['cost', '--from', '2026-02-30'], '--from 2026-02-30 is no day: YYYY-MM-DD.'],
    [['cost', '--to', '2026-13-01'], '--to 2026-13-01 is no day: YYYY-MM-DD.'],
    [['cost', '--from', '2026-02-02', '--to', '2026-02-01'], '--from 2026-02-02 is after --to 2026-02-01.'],
    [
      ['cost', '--timezone', 'Mars/Base'],
      '--timezone Mars/Base is no zone that this system knows, such as Europe/Berlin or UTC.',
    ],
    [['cost', '--group-by', 'mood'], `--group-by mood: one of ${groupBys.join(', ')}.`],
  ])('%j', (words, message) => expect(refusal(words)).toBe(message));

  it.each([[['cost', '--mode', 'x']], [['cost', '--json=yes']], [['cost', '--from']], [['cost', '-x']]])(
    '%j: the option is not one, or not like that',
    (words) => expect(refusal(words)).toMatch(/^(Unknown option|Option '|.*argument)/),
  );
});

describe('the help', () => {
  it('names every command and every option, and nothing else', () => {
    const named = [...help.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name);
    const known = [...options.map(([option]) => option), 'help', 'version'];
    expect([...new Set(named)].sort()).toEqual(known.sort());
    expect([...help.matchAll(/^ {2}([a-z]+)(?: ID| FILE)? {2,}/gm)].map(([, name]) => name)).toEqual([...commands]);
    for (const groupBy of groupBys) expect(help).toContain(groupBy);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
