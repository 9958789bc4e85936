import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { root } from './build.mjs';
import { ccusageVersion } from './ccusage.mjs';

const seconds = (value) => (value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(value < 10 ? 2 : 1)} s`);
const megabytes = (value) => `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB`;

/** @returns {string} what the figures were measured on */
export function describeMachine() {
  const load = loadavg()[0].toFixed(1);
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${cpus()[0].model}), ${memory} GiB, ${process.platform}, Node ${process.version}, load ${load} at the start`;
}

/** The commit that was built, with a note where the tree differed from it. */
export function describeTree() {
  const git = (...words) => execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' }).trim();
  try {
    const isChanged = git('status', '--porcelain', 'extension', 'sql', 'shared') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

/**
 * Rows of the table: what, figure, aim, whether the aim is met (undefined: there is none, or it is for another size).
 * @param {object} result of run.mjs
 * @returns {{ what: string, figure: string, aim: string, isMet: boolean | undefined }[]}
 */
export function tableRows({ truth, cold, floor, ccusage, probe, warmProgram }) {
  const perGigabyte = (probe.databaseBytes / truth.bytes) * 1e9;
  const speed = (time) => `${seconds(time)}, ${Math.round(truth.bytes / 1e6 / time)} MB/s`;
  const row = (what, figure, aim = '', isMet = undefined) => ({ what, figure, aim, isMet });
  const ratio = ccusage && cold.ratio;
  // An aim for more files than there are can be missed here, not met.
  const isMetAt = (files, isMet) => (isMet && truth.files < files ? undefined : isMet);
  return [
    row('cold ingest, `paceflow ingest` into a fresh database', speed(cold.seconds)),
    ...(ccusage
      ? [
          row(`ccusage ${ccusageVersion} \`claude daily --offline --json\` (native program)`, speed(ccusage.seconds)),
          row('cold ingest ÷ ccusage, median of pairs', ratio.toFixed(2), '≤ 1.5', ratio <= 1.5),
          row('peak memory of ccusage', megabytes(ccusage.peakBytes)),
        ]
      : []),
    row('for comparison: JSON.parse of all lines, one thread, nothing stored', speed(floor.seconds)),
    row('peak memory of the cold ingest', megabytes(cold.peakBytes), '< 250 MB', cold.peakBytes < 250e6),
    row('database', megabytes(probe.databaseBytes)),
    row('database per GB of logs', megabytes(perGigabyte), '≤ 25 MB', perGigabyte <= 25e6),
    row(
      `pass over ${truth.files} unchanged files, in a running engine`,
      seconds(probe.warm),
      '≤ 300 ms at 5,000',
      isMetAt(5000, probe.warm <= 0.3),
    ),
    row('the same as a program of its own', seconds(warmProgram.seconds)),
    row(
      'pass with one file grown by ten lines, in a running engine',
      seconds(probe.grown),
      '≤ 150 ms',
      probe.grown <= 0.15,
    ),
    row('first report of a new process', seconds(probe.firstAnswer)),
    ...Object.entries(probe.reports)
      .filter(([, time]) => time !== undefined && time !== null)
      .map(([name, time]) => row(`${name}, median of 20`, seconds(time))),
  ];
}

/** Prints rows as a table for a terminal. */
export function printTable(rows) {
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, figure, aim, isMet } of rows) {
    console.log(`${what.padEnd(width)}  ${figure.padEnd(20)} ${aim ? `${aim} ${verdict(isMet)}` : ''}`);
  }
}

const verdict = (isMet) => (isMet === undefined ? '' : isMet ? 'met' : 'MISSED');

const heading = `# Benchmarks

Written by \`npm run bench\` (test/bench/run.mjs); each size keeps its last run. Logs are made by test/bench/generate.mjs
with the proportions of real ones (test/bench/logs/shape.mjs). Cold means a fresh database; the files are in the
system's cache for both programs, which run alternately. Every figure stands only because the numbers that were read
equal those that were written: responses, tokens by class, prompts, calls, edits and their lines, records.
`;

/** Replaces the section of one size in docs/benchmarks.md and keeps the others. */
export function writeDocument(file, result, rows) {
  const { truth, options, problems } = result;
  const name = `${megabytes(truth.bytes)} in ${truth.files.toLocaleString('en')} files`;
  const tables = result.probe.tables.filter(({ bytes }) => bytes > result.probe.databaseBytes * 0.01);
  const section = [
    `## ${name}`,
    '',
    `\`${options.command}\`, ${options.date}, commit ${options.tree}. ${options.machine}. Medians of ${options.pairs} pairs.`,
    `${truth.records.toLocaleString('en')} records, ${truth.responses.toLocaleString('en')} responses, ${truth.calls.toLocaleString('en')} calls, longest line ${truth.longestLine.toLocaleString('en')} bytes.`,
    '',
    '| what | figure | aim | |',
    '|---|--:|--:|---|',
    ...rows.map(({ what, figure, aim, isMet }) => `| ${what} | ${figure} | ${aim} | ${verdict(isMet).toLowerCase()} |`),
    '',
    problems.ours.length === 0
      ? 'Totals equal what was generated.'
      : `**Totals differ from what was generated**: ${problems.ours.join('; ')}.`,
    result.ccusage === undefined
      ? `ccusage was not run${options.ccusageReason ? `: ${options.ccusageReason}` : ''}.`
      : problems.ccusage.length === 0
        ? "ccusage's totals are the same to the token."
        : `ccusage's totals differ: ${problems.ccusage.join('; ')}.`,
    '',
    `Where the database's bytes are: ${tables.map((table) => `${table.name} ${megabytes(table.bytes)}`).join(', ')}.`,
    '',
  ].join('\n');
  const old = existsSync(file) ? readFileSync(file, 'utf8') : heading;
  const others = old.split(/^(?=## )/m).slice(1);
  const kept = others.filter((text) => !text.startsWith(`## ${name}\n`));
  const bySize = (text) => Number(/^## ([\d.]+)/.exec(text)?.[1] ?? 0);
  const sections = [...kept, section].sort((a, b) => bySize(a) - bySize(b));
  writeFileSync(
    file,
    [heading, ...sections.map((text) => text.trimEnd()), ''].join('\n').replace(/\n+(?=## )/g, '\n\n'),
  );
}
