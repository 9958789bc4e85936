// docs/comparison-ccusage.md.
import { dependencies } from '../../package.json';
import type { ReferenceResponse } from '../reference/claudeCode/responses';
import { ccusagePrices } from './ccusageRules';
import { type Comparison, searchesOfTool, type UsedPrice } from './compare';
import { type Difference, type Figures, isSameUsd, nothing, type Sums, totalOf } from './figures';

export const command = 'UPDATE_GOLDENS=1 npx vitest run test/comparison';

/** Stands in the page where a reason is missing; the test wants none. */
export const notExplained = 'not explained';

/** The page: the same for the same figures. */
export function documentOf(comparison: Comparison): string {
  const { logs, reference, ours, differences } = comparison;
  const searches = searchesOfTool(reference);
  const responses = count(reference.responses.size - searches.length);
  return `# Compared with ccusage

<!-- Made by \`${command}\`. Change test/comparison, not this file. -->

[ccusage](https://github.com/ryoppippi/ccusage) counts tokens and cost of the same logs. Here its figures stand beside
Paceflow's, of ${count(logs)} real logs of Claude Code with ${responses} responses and
${count(searches.length)} calls of \`WebSearch\` that searched.
Paceflow's are ccusage's to the token and the cent, but where a rule of Paceflow's makes a difference.
Each difference is computed from the logs and listed, and they add up.

\`\`\`sh
${command}
\`\`\`

writes this page; without the variable it checks it. That needs the logs and what ccusage printed of them in
\`../shared/data\`, which are not part of this repository. Where they are missing the test is skipped and says so.

- ${ccusagePrices.program}, \`claude daily\` and \`claude session\` with \`--offline --json --timezone UTC\`.
- Paceflow got ccusage's prices as own prices: [the list](../test/comparison/ccusagePrices.json), measured on
  ${ccusagePrices.date} by \`${ccusagePrices.measuredBy}\`. No other price was known but
  Paceflow's of searches; ${count(ours.unpricedResponses)} responses had none.
- ccusage's rules, [as the test knows them](../test/comparison/ccusageRules.ts), give its figures for every day and
  session.

## Rules that differ

${table(['', 'ccusage', 'Paceflow', 'here'], rulesOf(comparison))}

The same in both: a recorded cost wins (${recorded(reference.responses.values())}), and cache writes for an hour cost
twice the input (${oneHour(reference.responses.values())}).

## By day

Paceflow's figures with ccusage's prices; days are UTC.
The last column names the rules that make them differ from ccusage's.

${figuresTable('day', ours.byDay, differences.byDay)}

What Paceflow has more than ccusage (− less):

${differencesTable('day', differences.byDay)}

## By session

Paceflow's figures with ccusage's prices. Sub-agents count to the session that started them.

${figuresTable('session', ours.bySession, differences.bySession)}

What Paceflow has more than ccusage (− less):

${differencesTable('session', differences.bySession)}

## By model, with Paceflow's own list

USD. "Counted" is what ccusage's prices, and Paceflow's of searches, make of the responses as Paceflow counts them.
From there to Paceflow's it is the price list of genai-prices ${dependencies['@pydantic/genai-prices']}.

${table(['model', 'responses', 'ccusage', 'counted', 'Paceflow', 'difference', 'why'], modelRows(comparison))}
`;
}

/** Rules by letter; `tier` and below say what a response costs. */
const letters: Record<string, string> = {
  ...{ request: 'A', progress: 'B', copy: 'C', webSearch: 'D' },
  ...{ tier: 'E', fast: 'F', search: 'G' },
};
const lettersOf = (found: Difference[]): string[] => found.map(({ rule }) => letters[rule] ?? notExplained);

function rulesOf({ differences, reference, ownPrices }: Comparison): string[][] {
  const searches = searchesOfTool(reference);
  const responses = [...reference.responses.values()].filter((response) => !searches.includes(response));
  const changed = (rule: string): [responses: string, rows: string] => {
    const found = [...differences.byDay, ...differences.bySession].filter((each) => each.rule === rule);
    // What one session gains another loses.
    const counts = found.map(({ sums }) => sums.responses).filter((each) => rule !== 'copy' || each > 0);
    return [count(Math.abs(sum(counts))), count(found.length)];
  };
  const searchedDays = differences.byDay.filter(({ rule }) => rule === 'webSearch').length;
  const [repeated, days] = changed('request');
  const [reported, starters] = changed('progress');
  const [copied, sessions] = changed('copy');
  const dearer = ccusagePrices.over200k.map(({ model }) => model);
  const dearerHere = ownPrices.prices.filter(({ tierStart }) => tierStart !== undefined).map(({ model }) => model);
  const large = responses.filter(
    (response) => [...dearer, ...dearerHere].includes(response.model) && isLarge(response),
  );
  const fast = Object.entries(ccusagePrices.fast).map(([model, times]) => `${times} times for ${model}`);
  return [
    [
      letters['request'] ?? '',
      'By day, lines of a response that name no request are one response per instant.',
      'One message id is one response.',
      `${repeated} responses less on ${days} days`,
    ],
    [
      letters['progress'] ?? '',
      'By session, what sub-agents said in the log of their starter (`agent_progress`) is left out.',
      'It belongs to the session that started them.',
      `${reported} responses more in ${starters} sessions`,
    ],
    [
      letters['copy'] ?? '',
      'A record in several logs belongs to the one whose path comes first.',
      'It belongs to the one that it was [copied from](architecture.md#who-owns-a-copy).',
      `${copied} responses move between ${sessions} sessions`,
    ],
    [
      letters['webSearch'] ?? '',
      'Searches of the tool `WebSearch` are not seen: they stand in the answers to its calls.',
      'A call that searched is [a response without tokens](claude-code.md#web-searches); 1,000 searches cost 10 USD.',
      `${count(searches.length)} calls with ${count(searchesIn(searches))} searches on ${count(searchedDays)} days`,
    ],
    [
      letters['tier'] ?? '',
      `Tokens of a kind beyond 200,000 in one response are dearer: ${dearer.join(', ')}.`,
      `The whole response is, where its input is over 200,000: ${dearerHere.join(', ')}. An own price has no steps.`,
      `${count(large.length)} responses of these models are over it`,
    ],
    [
      letters['fast'] ?? '',
      `The fast mode costs ${fast.join(', ')}.`,
      'It has a price for claude-opus-4-6, -4-7 and -4-8 only. An own price holds at any speed.',
      `${count(responses.filter(({ isFast }) => isFast).length)} fast responses`,
    ],
    [
      letters['search'] ?? '',
      'Searches that a response made itself cost nothing.',
      "They cost what the model's price says; ccusage's have none for them.",
      `${count(searchesIn(responses))} searches`,
    ],
  ];
}

const searchesIn = (responses: ReferenceResponse[]): number => sum(responses.map(({ searches }) => searches));

const isLarge = ({ tokens }: ReferenceResponse): boolean =>
  tokens.input + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheRead > 200_000;

function recorded(responses: Iterable<ReferenceResponse>): string {
  const found = [...responses].flatMap(({ recordedUsd }) => recordedUsd ?? []);
  return `${count(found.length)} responses, ${usd(sum(found))} USD`;
}

const oneHour = (responses: Iterable<ReferenceResponse>): string =>
  `${count(sum([...responses].map(({ tokens }) => tokens.cacheWrite1h)))} tokens`;

const amounts = ['responses', 'input', 'cache write', 'cache read', 'output', 'USD'];

function cells(sums: Sums): string[] {
  const { responses, input, cacheWrite, cacheRead, output } = sums;
  return [...[responses, input, cacheWrite, cacheRead, output].map(count), usd(sums.usd)];
}

function figuresTable(name: string, figures: Figures, found: Difference[]): string {
  const rules = (key: string) => lettersOf(found.filter((each) => each.name === key)).join(', ') || 'same';
  return table(
    [name, ...amounts, 'ccusage'],
    [
      ...[...figures].map(([key, sums]) => [shown(key), ...cells(sums), rules(key)]),
      ['all', ...cells(totalOf(figures.values())), 'as below'],
    ],
  );
}

function differencesTable(name: string, found: Difference[]): string {
  return table(
    [name, 'rule', ...amounts],
    [
      ...found.map((each) => [shown(each.name), ...lettersOf([each]), ...cells(each.sums)]),
      ['all', '', ...cells(totalOf(found.map(({ sums }) => sums)))],
    ],
  );
}

function modelRows({ printed, ours, ownPrices, differences, reference }: Comparison): string[][] {
  return [...ownPrices.byModel].map(([model, sums]) => {
    const theirs = printed.byModel.get(model) ?? nothing;
    const counted = ours.byModel.get(model) ?? nothing;
    const responses = [...reference.responses.values()].filter((response) => response.model === model);
    const why = [
      ...lettersOf(differences.byModel.filter((each) => each.name === model)).map((letter) => `rule ${letter}`),
      ...(isSameUsd(sums.usd, counted.usd) ? ['same prices'] : priceReasons(model, responses, ownPrices.prices)),
    ];
    const money = [theirs.usd, counted.usd, sums.usd, sums.usd - theirs.usd].map(usd);
    return [model, count(sums.responses), ...money, why.join('; ')];
  });
}

/** Why our list makes another cost of the same tokens. */
function priceReasons(model: string, responses: ReferenceResponse[], used: UsedPrice[]): string[] {
  const theirs = ccusagePrices.prices.find((price) => price.model === model);
  const rates = used
    .filter((price) => price.model === model)
    .flatMap(({ rates, validFrom }) =>
      (['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead'] as const)
        .filter((kind) => rates[kind] !== theirs?.[kind])
        .map(
          (kind) => `${kind} ${rates[kind]}, not ${theirs?.[kind]} per million${validFrom && `, from ${validFrom}`}`,
        ),
    );
  const reasons = [
    ...rates,
    ...(responses.some(isLarge) ? [`rule ${letters['tier']}`] : []),
    ...(responses.some(({ isFast }) => isFast) ? [`rule ${letters['fast']}`] : []),
    ...(responses.some(({ searches }) => searches > 0) ? [`rule ${letters['search']}`] : []),
  ];
  return reasons.length === 0 ? [notExplained] : reasons;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function count(value: number): string {
  return value.toLocaleString('en-US').replace('-', '−');
}

function usd(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');
}

/** Sessions by the first digits of their ids. */
function shown(name: string): string {
  return name.length > 10 ? name.slice(0, 8) : name;
}

/** Columns of numbers stand right. */
function table(head: string[], rows: string[][]): string {
  const isNumber = (column: number) => /^−?[\d,.]+$/.test(rows.at(-1)?.[column] ?? '');
  const rule = head.map((_, column) => (isNumber(column) ? '--:' : '---'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
