/**
 * `npm run docs`: writes docs/data-model.md and docs/metrics.md from sql/ and the settings of the schema.
 * `node scripts/docs.mjs --check` writes nothing; it exits 1 where a file is not what would be written.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const schemaFile = 'extension/engine/database/schema.ts';
const generated = '<!-- Made from sql/ by `npm run docs`. Change sql/, not this file. -->';

/** What each setting means. One that the code knows and this list does not is an error. */
const settingTexts = {
  'band.minimum_units': 'independent units from which on a value gets a band',
  'band.time_to_first_edit.good': 'milliseconds; under it: good',
  'band.time_to_first_edit.watch': 'milliseconds; up to it: watch, over it: risk',
  'band.no_output_rate.good': 'share of 1; under it: good',
  'band.no_output_rate.watch': 'share of 1; up to it: watch, over it: risk',
  'band.session_to_commit.good': 'share of 1; from it on: good',
  'band.session_to_commit.watch': 'share of 1; from it on: watch, under it: risk',
  'threshold.ai_heavy_share': 'share of 1; a change from it on is AI-heavy',
  'threshold.ai_heavy_lines': 'countable lines; a smaller change is not AI-heavy',
  'threshold.session_to_commit_lines': 'lines of a session in commits from which on it led to one',
  'window.session_to_commit_ms': 'milliseconds after a session worked in which a commit is its own',
  'window.idle_ms': 'milliseconds; a longer gap between two records is not activity',
  'window.commit_lookback_days': 'commits are read from that many days before the first session of their repository on',
  zone: 'IANA name of the time zone of days; the system’s at first run',
  source_id: 'random name of this database; part of every `event_id`',
  event_rev: 'last revision that an event got',
  event_definition: 'SHA-256 of the event tables’ SQL; where it differs, events are made anew from facts',
  own_prices: 'the person’s own prices, JSON',
  price_list: 'which prices the responses got; where it differs, everything is priced anew',
  commit_events_built: 'absent: all commit events are built again',
};

const layers = [
  {
    prefix: 'metadata',
    title: 'Metadata',
    text: 'Entities, context and settings. Joined and labelled, never added up. Migrated forward.',
  },
  {
    prefix: 'fact',
    title: 'Facts',
    text: 'What one source said, with as little interpretation as possible. The archive: the log may be gone. Migrated forward.',
  },
  {
    prefix: 'event',
    title: 'Events',
    text: 'What happened, at the grain of reports. Counts, no ratios. Built from facts by TypeScript; made anew where their SQL changes.',
  },
];

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const cell = (text) => text.replaceAll('|', '\\|').trim();
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
const code = (text) => `\`${text}\``;
const link = (file, shown = file) => `[${shown}](../${file})`;

/** Every file of one folder of sql/, its header understood. */
function readObjects(kind) {
  const folder = path.join(root, 'sql', kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .map((file) => `sql/${kind}/${file.split(path.sep).join('/')}`)
    .sort()
    .map((file) => {
      const text = read(file);
      const [, name, description] = /^-- ([\w.]+): (.+)$/m.exec(text) ?? [];
      const [, grain] = /^-- grain: (.+)$/m.exec(text) ?? [];
      if (!name || !grain) throw new Error(`${file}: the header names no object or no grain`);
      const params = (/^-- params:(.*)$/m.exec(text)?.[1] ?? '').trim().split(/\s+/).filter(Boolean);
      return { name, file, text, description, grain, params, body: text.replaceAll(/--.*$/gm, '') };
    });
}

/** Name, type and comment of the columns of a table. */
function columnsOf({ file, text }) {
  const body = /create table \w+ \(\n([\s\S]*?)\n\)/.exec(text)?.[1];
  if (body === undefined) throw new Error(`${file}: no "create table"`);
  return body.split('\n').flatMap((line) => {
    const [, definition = '', comment = ''] = /^\s*(.*?)\s*(?:--\s*(.*))?$/.exec(line) ?? [];
    if (definition === '' || /^(?:primary key|unique|foreign key|check)\b/.test(definition)) return [];
    const [name, type] = definition.replace(/,$/, '').split(/\s+/);
    const isNullable = !/not null|primary key/.test(definition);
    const reference = /references (\w+)/.exec(definition)?.[1];
    const notes = [reference && `→ ${code(reference)}`, comment].filter(Boolean).join('; ');
    return [{ name, type: `${type}${isNullable ? ', may be null' : ''}`, notes }];
  });
}

/** The parts of a select list: split at commas that stand in no parentheses. */
function selectList(text) {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim().replaceAll(/\s+/g, ' '));
}

/** Columns of a view: those of its last step. `x.*` becomes "all of" what x selects. */
function viewColumns({ file, body }) {
  const steps = [...body.matchAll(/^ {2}(\w+) as \((?:\n([\s\S]*?)\n {2}|(.+))\)[,\n]/gm)];
  const last = steps.at(-1);
  const select = /^\s*select\n([\s\S]*?)\n\s*from /.exec(last?.[2] ?? '')?.[1];
  if (select === undefined) throw new Error(`${file}: the last step has no select list`);
  return selectList(select).map((part) => {
    const star = /^(\w+)\.\*$/.exec(part)?.[1];
    if (star !== undefined) {
      const step = steps.find(([, name]) => name === star);
      const source = /\bfrom (\w+)/.exec(step?.[2] ?? step?.[3] ?? '')?.[1];
      return `all of ${code(source ?? star)}`;
    }
    const name = /(?: as |\.|^)(\w+)$/.exec(part)?.[1];
    if (name === undefined) throw new Error(`${file}: a column without a name: ${part}`);
    return code(name);
  });
}

/** Which tables and views a text reads, but for itself. */
const readsOf = (object, names) =>
  names.filter((name) => name !== object.name && new RegExp(`\\b${name}\\b`).test(object.body));
const sentence = (text) => `${text.replace(/^./, (letter) => letter.toUpperCase()).replace(/\.$/, '')}.`;
const list = (names) => (names.length === 0 ? 'nothing' : names.map(code).join(', '));

/** The file that builds an event: sql's event_source_day is events/sourceDayEvent.ts. */
function builderOf(name) {
  const camel = name.replace(/^event_/, '').replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
  const file = `extension/engine/events/${camel}Event.ts`;
  if (!existsSync(path.join(root, file))) throw new Error(`${name}: ${file} is not there`);
  return file;
}

/** Settings with the value that a new database gets. */
function readSettings() {
  const block = /const settings[^{]*\{([\s\S]*?)\n\};/.exec(read(schemaFile))?.[1];
  if (block === undefined) throw new Error(`${schemaFile}: no settings`);
  return new Map([...block.matchAll(/'([\w.]+)': '([^']*)'/g)].map(([, name, value]) => [name, value]));
}

/** Every setting that a source names; they must be described above. */
function namedSettings(settings) {
  const sources = readdirSync(path.join(root, 'extension/engine'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(path.join('extension/engine', file)));
  const patterns = [/(?:read|write)Setting\(\s*database,\s*'([\w.]+)'/g, /metadata_setting where name = '([\w.]+)'/g];
  const named = sources.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, n]) => n)));
  return [...new Set([...settings.keys(), ...named])];
}

function readMetrics(queries) {
  const pattern = /^-- metric (\w+): (.+)\n-- {3}unit: (\w+)\n-- {3}counts: (.+)\n-- {3}leaves out: (.+)$/gm;
  return queries.flatMap((query) => {
    const metrics = [...query.text.matchAll(pattern)].map(([, name, label, unit, counts, leavesOut]) => ({
      name,
      label,
      unit,
      counts,
      leavesOut,
      query,
    }));
    const begun = [...query.text.matchAll(/^-- metric /gm)].length;
    if (begun !== metrics.length) throw new Error(`${query.file}: a metric's header is not whole`);
    return metrics;
  });
}

const units = {
  count: 'a plain count',
  number: 'a mean or median',
  ratio: 'a share of 1, shown in per cent',
  duration: 'milliseconds, shown as minutes and hours',
  usd: 'US dollars',
};

const thresholds = {
  ratio: (value) => `${Math.round(Number(value) * 1000) / 10} %`,
  duration: (value) => `${Number(value) / 60_000} min`,
};

function bandOf(metric, settings) {
  const good = settings.get(`band.${metric.name}.good`);
  const watch = settings.get(`band.${metric.name}.watch`);
  if (good === undefined || watch === undefined) return 'none';
  const show = thresholds[metric.unit] ?? String;
  if (Number(good) > Number(watch)) return `good from ${show(good)}, watch from ${show(watch)}, risk under it`;
  return `good under ${show(good)}, watch up to ${show(watch)}, risk over it`;
}

function dataModel(tables, views, queries, checks, settings) {
  const names = [...tables, ...views].map(({ name }) => name);
  const named = namedSettings(settings);
  const strange = named.filter((name) => !(name in settingTexts));
  if (strange.length > 0) throw new Error(`scripts/docs.mjs does not describe the setting ${strange.join(', ')}`);
  const gone = Object.keys(settingTexts).filter((name) => !named.includes(name));
  if (gone.length > 0) throw new Error(`scripts/docs.mjs describes a setting that nothing reads: ${gone.join(', ')}`);
  const described = Object.entries(settingTexts).map(([name, text]) => [
    code(name),
    settings.get(name) ?? 'made by the program',
    text,
  ]);

  const sections = layers.flatMap((layer) => [
    `## ${layer.title}`,
    layer.text,
    ...tables
      .filter(({ name }) => name.startsWith(`${layer.prefix}_`))
      .flatMap((object) => [
        `### ${object.name}`,
        sentence(object.description),
        `Grain: ${object.grain.split(', ').map(code).join(', ')}. SQL: ${link(object.file)}.${
          layer.prefix === 'event' ? ` Built by ${link(builderOf(object.name))}.` : ''
        }`,
        table(
          ['column', 'type', 'meaning'],
          columnsOf(object).map((column) => [code(column.name), column.type, column.notes]),
        ),
      ]),
  ]);
  const other = tables.filter(({ name }) => !layers.some(({ prefix }) => name.startsWith(`${prefix}_`)));
  if (other.length > 0) throw new Error(`in no layer: ${other.map(({ name }) => name).join(', ')}`);

  return [
    '# Data model',
    generated,
    'The path of a number:',
    [
      '```text',
      'raw sources          agents’ logs on disk, git',
      '   │  extension/engine/providers/, git/, ingest/',
      '   ▼',
      'metadata_* + fact_*  what a source said',
      '   │  extension/engine/events/',
      '   ▼',
      'event_*              what happened, counted',
      '   │  sql/views/',
      '   ▼',
      'view_*               shares and flags',
      '   │  sql/queries/',
      '   ▼',
      'reports              sidebar, hover, terminal',
      '```',
    ].join('\n'),
    [
      '- A table’s header in `sql/` says its grain. One table, one grain, one file.',
      '- Instants are milliseconds UTC and end in `_at`. Days and weeks are text, `YYYY-MM-DD`; a week is its Monday.',
      '- Flags begin with `is_` or `has_` and are 0 or 1.',
      '- Views read events, metadata and views. They do not read facts.',
      '- Queries have named parameters. A report is a query; nothing is pasted into SQL.',
    ].join('\n'),
    `There are ${tables.length} tables, ${views.length} views and ${queries.length} queries.`,
    ...sections,
    '## Views',
    'Shares, rates and flags. Dropped and made anew whenever a database is opened.',
    ...views.flatMap((view) => [
      `### ${view.name}`,
      sentence(view.description),
      `Grain: ${view.grain.split(', ').map(code).join(', ')}. Reads ${list(readsOf(view, names))}. SQL: ${link(view.file)}.`,
      `Columns: ${viewColumns(view).join(', ')}.`,
    ]),
    '## Queries',
    'What the sidebar, the hover and the terminal ask.',
    table(
      ['query', 'answers', 'reads', 'parameters'],
      queries.map((query) => [
        link(query.file, query.name),
        query.description,
        list(readsOf(query, names)),
        query.params.map(code).join(' ') || 'none',
      ]),
    ),
    '## Checks',
    'Each must return no row. A test runs them on random data, and breaks each at least once.',
    table(
      ['check', 'finds'],
      checks.map((check) => [link(check.file, check.name), check.description]),
    ),
    '## Settings',
    `Rows of ${code('metadata_setting')}. A new database gets these values from ${link(schemaFile)}.`,
    table(['name', 'value', 'meaning'], described),
  ].join('\n\n');
}

function metricsPage(metrics, settings) {
  const least = settings.get('band.minimum_units');
  return [
    '# Metrics',
    generated,
    [
      'Each value stands beside its numerator, its denominator and its units.',
      'A unit is what can succeed or fail by itself: a session, or a commit.',
      'No data gives no value and a reason in words. It does not give 0.',
    ].join(' '),
    [
      `A band is a judgement: good, watch or risk. A value gets one from ${least} units up.`,
      'With fewer units it says `too_few`. A metric without thresholds has no band.',
      `Thresholds are rows of ${code('metadata_setting')}; see [settings](data-model.md#settings).`,
    ].join(' '),
    table(
      ['metric', 'label', 'unit', 'band'],
      metrics.map((metric) => [
        `[${code(metric.name)}](#${metric.name})`,
        metric.label,
        metric.unit,
        bandOf(metric, settings),
      ]),
    ),
    ...metrics.flatMap((metric) => [
      `## ${metric.name}`,
      table(
        ['', ''],
        [
          ['Label', metric.label],
          ['Counts', metric.counts],
          ['Leaves out', metric.leavesOut],
          ['Unit', `${code(metric.unit)}: ${units[metric.unit] ?? ''}`],
          ['Band', bandOf(metric, settings)],
          ['SQL', link(metric.query.file)],
        ],
      ),
    ]),
  ].join('\n\n');
}

const queries = readObjects('queries').map((query) => ({
  ...query,
  name: query.file.replace(/^sql\/queries\/(.+)\.sql$/, '$1').replaceAll('/', '.'),
}));
const tables = readObjects('tables');
const views = readObjects('views');
const settings = readSettings();
const pages = {
  'docs/data-model.md': dataModel(tables, views, queries, readObjects('checks'), settings),
  'docs/metrics.md': metricsPage(readMetrics(queries), settings),
};

const isCheck = process.argv.includes('--check');
for (const [file, text] of Object.entries(pages)) {
  const wanted = `${text}\n`;
  const target = path.join(root, file);
  if (existsSync(target) && readFileSync(target, 'utf8') === wanted) continue;
  if (isCheck) {
    console.error(`${file} is not what sql/ says: run "npm run docs"`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, wanted);
    console.log(`wrote ${file}`);
  }
}
