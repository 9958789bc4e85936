// Measures the prices that ccusage has built in, for the models that it met in the real logs, and writes them to
// ccusagePrices.json: it is asked what made-up responses of one kind of tokens cost. Needs npm's registry and
// ../shared/data.
//   node test/comparison/measurePrices.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ccusageVersion, installCcusage } from '../bench/steps/ccusage.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const expected = join(here, '../../../shared/data/expected/ccusage.claude.daily.json');

/** Usage of one kind of tokens each, as Claude Code writes it. */
const kinds = {
  input: (tokens) => ({ input_tokens: tokens }),
  output: (tokens) => ({ output_tokens: tokens }),
  cacheWrite5m: (tokens) => ({ cache_creation_input_tokens: tokens }),
  cacheWrite1h: (tokens) => ({
    cache_creation_input_tokens: tokens,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: tokens },
  }),
  cacheRead: (tokens) => ({ cache_read_input_tokens: tokens }),
};
const few = 100_000;
const many = 1_200_000;
const tierStart = 200_000;

const work = mkdtempSync(join(tmpdir(), 'paceflow-prices-'));
try {
  const { program, reason } = installCcusage(join(work, 'ccusage'));
  if (!program) throw new Error(reason);
  const days = JSON.parse(readFileSync(expected, 'utf8')).daily;
  const models = [...new Set(days.flatMap((day) => day.modelsUsed))].sort();
  const measured = models.map((model) => ({ model, ...measure(program, model) }));
  const prices = {
    program: `ccusage ${ccusageVersion}`,
    measuredBy: 'node test/comparison/measurePrices.mjs',
    date: new Date().toISOString().slice(0, 10),
    prices: measured.map(({ model, base }) => ({ model, ...base })),
    over200k: measured
      .filter(({ base, over }) => JSON.stringify(base) !== JSON.stringify(over))
      .map(({ model, over }) => ({ model, ...over })),
    fast: Object.fromEntries(measured.filter(({ fast }) => fast !== 1).map(({ model, fast }) => [model, fast])),
  };
  writeFileSync(join(here, 'ccusagePrices.json'), `${JSON.stringify(prices, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** USD per million tokens of each kind, below and over the tier; what the fast mode multiplies output by. */
function measure(program, model) {
  const usage = Object.entries(kinds).flatMap(([kind, of]) => [
    [`${kind} few`, of(few)],
    [`${kind} many`, of(many)],
  ]);
  const usd = costs(program, model, Object.fromEntries([...usage, ['fast', { ...kinds.output(few), speed: 'fast' }]]));
  const perMillion = (kind, cost, tokens) => [kind, Number(((cost / tokens) * 1e6).toPrecision(9))];
  return {
    base: Object.fromEntries(Object.keys(kinds).map((kind) => perMillion(kind, usd[`${kind} few`], few))),
    over: Object.fromEntries(
      Object.keys(kinds).map((kind) => {
        const below = (usd[`${kind} few`] / few) * tierStart;
        return perMillion(kind, usd[`${kind} many`] - below, many - tierStart);
      }),
    ),
    fast: Number((usd.fast / usd['output few']).toPrecision(6)),
  };
}

/** What each usage costs: every one is a response on a day of its own. */
function costs(program, model, usages) {
  const home = mkdtempSync(join(work, 'home-'));
  const folder = join(home, '.claude/projects/-price');
  mkdirSync(folder, { recursive: true });
  const names = Object.keys(usages);
  const lines = names.map((name, index) =>
    JSON.stringify({
      ...{ type: 'assistant', timestamp: new Date(Date.UTC(2026, 0, 1 + index, 12)).toISOString(), version: '2.1.0' },
      ...{ sessionId: 'price', requestId: `request-${index}` },
      message: {
        ...{ id: `message-${index}`, role: 'assistant', model },
        usage: { input_tokens: 0, output_tokens: 0, ...usages[name] },
      },
    }),
  );
  writeFileSync(join(folder, 'price.jsonl'), `${lines.join('\n')}\n`);
  const [file, ...words] = program;
  const report = ['claude', 'daily', '--offline', '--json', '--timezone', 'UTC', '--mode', 'calculate'];
  const env = { ...process.env, HOME: home, CLAUDE_CONFIG_DIR: join(home, '.claude') };
  const { daily } = JSON.parse(execFileSync(file, [...words, ...report], { env, encoding: 'utf8' }));
  return Object.fromEntries(daily.map((day, index) => [names[index], day.totalCost]));
}
