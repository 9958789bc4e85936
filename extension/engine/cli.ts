import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type EngineResult, homeVariablesOf } from '../../shared/contract';
import { type OwnPrice, ownPricesSchema } from '../../shared/prices';
import { reportSchemaVersion } from '../../shared/report';
import { placeOf } from '../rendezvous/place';
import { createApplication } from './application';
import { realFile } from './database/databaseFile';
import { environmentOf } from './environment';
import { HumanError } from './humanError';
import { silentLog } from './log';
import { bundledPrices } from './pricing/prices';
import { providers } from './providers/registry';
import { type Arguments, help, readArguments, UsageError } from './terminal/arguments';
import { defaultDatabase } from './terminal/defaultDatabase';
import { createRenderer } from './terminal/render';
import { plainText } from './terminal/table';
import { connectTerminal, type TerminalClient } from './terminal/terminalClient';
import { version } from './version';

/** Lies beside `sql/` and the wasm file, in the extension and in the npm package alike. */
const root = path.resolve(__dirname, '..');

async function run(words: readonly string[]): Promise<number> {
  const call = readArguments(words);
  if (call === 'help') {
    await print(help);
    return 0;
  }
  if (call === 'version') {
    await print(`${version}\n`);
    return 0;
  }
  if (call.home !== undefined && !statSync(call.home, { throwIfNoEntry: false })?.isDirectory()) {
    throw new HumanError(`${call.home} is no folder.`, 'Name the home folder whose logs are to be read.');
  }
  const variables = homeVariablesOf(process.env);
  const environment = environmentOf(call.home ?? '', variables);
  const file = path.resolve(call.database ?? (await defaultDatabase(environment)));
  const cancel = new AbortController();
  process.on('SIGINT', () =>
    cancel.abort(new HumanError('Cancelled.', 'What was read is kept; the next run goes on from there.')),
  );
  const progress = progressLine();
  if (call.database === undefined && process.stderr.isTTY) {
    process.stderr.write(`Database: ${file}\n`);
  }
  if (call.command !== 'ingest' && call.command !== 'doctor' && !existsSync(file)) {
    throw new HumanError(`There is no database at ${file}.`, 'Run "paceflow ingest" first.');
  }
  const prices = call.prices === undefined ? null : await readOwnPrices(call.prices);
  let client: TerminalClient | undefined;
  try {
    client = await connectTerminal({
      place: placeOf(file),
      client: {
        home: call.home === undefined ? '' : environment.home,
        variables,
        folders: call.repositories.map((folder) => path.resolve(folder)),
        isTrusted: true,
        richHover: false,
        identities: [],
        prices,
      },
      purpose: call.command === 'ingest' ? 'write' : 'read',
      signal: cancel.signal,
      onProgress: progress.show,
      openApplication: () =>
        createApplication({
          file: realFile(file),
          root,
          wasmFile: path.join(__dirname, 'sql-wasm.wasm'),
          readerFile: path.join(__dirname, 'logReader.js'),
          version,
          providers,
          prices: bundledPrices(),
          clock: Date.now,
          zone: call.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
          log: silentLog,
          onProgress: progress.show,
          onDataChanged: () => undefined,
        }),
    });
    await print(`${await answer(client, call, file, cancel.signal, progress.clear)}\n`);
    return cancel.signal.aborted ? 1 : 0;
  } finally {
    progress.clear();
    await client?.close();
  }
}

async function answer(
  client: TerminalClient,
  call: Arguments,
  file: string,
  signal: AbortSignal,
  clear: () => void,
): Promise<string> {
  const renderer = createRenderer(localeOf());
  const json = (value: unknown) => JSON.stringify(value, null, 2);
  const repositories = () =>
    client.request('repositories', { folders: call.repositories.map((folder) => path.resolve(folder)) }, signal);
  if (call.command === 'ingest') {
    const summary = await client.request('ingest', {}, signal);
    for (const kept of summary.set_aside) {
      process.stderr.write(
        `The database was damaged. It lies at ${plainText(kept)} now. What was readable of it is kept.\n`,
      );
    }
    chosenRepositories(await repositories(), call.repositories);
    if (call.timezone !== undefined) {
      await client.request('setZone', { zone: call.timezone }, signal);
    }
    clear();
    return call.isJson
      ? json({ report: 'ingest', schema_version: reportSchemaVersion, database: file, ...summary })
      : renderer.ingest(summary, file);
  }
  if (call.command === 'doctor') {
    const report = await client.request('doctor', {}, signal);
    return call.isJson ? json(report) : renderer.doctor(report);
  }
  if (call.command === 'commit') {
    const report = await client.request('commit', { commit: call.commit ?? '' }, signal);
    if (!report) {
      throw new HumanError(
        (call.commit?.length ?? 0) >= 40
          ? `No commit ${call.commit} was read.`
          : `No commit, or more than one, that was read begins with ${call.commit}.`,
        (call.commit?.length ?? 0) >= 40
          ? 'Run "paceflow ingest --repo DIR" for its repository.'
          : 'Give more digits, or run "paceflow ingest --repo DIR" for its repository.',
      );
    }
    return call.isJson ? json(report) : renderer.commit(report);
  }
  if (call.command === 'blame') {
    const file = path.resolve(call.file ?? '');
    const report = await client.request('blame', { path: file, contents: null }, signal);
    return call.isJson
      ? json(report)
      : renderer.blame(report, report.reason === null ? await readFile(file) : Buffer.of());
  }
  const known = await repositories();
  const filters = {
    ...call.filters,
    ...(call.repositories.length > 0 ? { repositories: chosenRepositories(known, call.repositories) } : {}),
  };
  const report = await client.request(
    'report',
    { report: call.command, filters, groupBy: call.groupBy, zone: call.timezone ?? null },
    signal,
  );
  if (call.isJson) {
    return json(report);
  }
  const names = new Map(Object.entries(known.names));
  return report.report === 'session' ? renderer.session(report, names) : renderer.cost(report, names);
}

async function readOwnPrices(file: string): Promise<OwnPrice[]> {
  try {
    return ownPricesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
    throw new HumanError(
      `The prices in ${file} can't be used: ${why}.`,
      'docs/terminal.md shows what they look like.',
      {
        cause: error,
      },
    );
  }
}

/** Keys of the repositories that the folders lie in; every folder has to lie in one. */
function chosenRepositories(known: EngineResult<'repositories'>, folders: readonly string[]): string[] {
  const keys: string[] = [];
  for (const [index, folder] of folders.entries()) {
    const found = known.of[index] ?? [];
    if (found.length === 0) {
      throw new HumanError(
        `Nothing was read of ${folder}: it is in no git repository, no session worked there, or it was not read yet.`,
        'Name a folder inside a git repository; "paceflow ingest --repo DIR" reads it.',
      );
    }
    keys.push(...found);
  }
  return [...new Set(keys)];
}

/** Progress for a person at a terminal; nothing into a pipe. */
function progressLine(): { show(progress: { text: string; done: number; total: number } | null): void; clear(): void } {
  const isShown = process.stderr.isTTY === true;
  let drawnAt = 0;
  let isDrawn = false;
  return {
    show: (progress) => {
      if (!isShown || !progress || Date.now() - drawnAt < 100) {
        return;
      }
      drawnAt = Date.now();
      isDrawn = true;
      process.stderr.write(
        `\r\u001b[K${progress.text} ${progress.total > 1 ? `${progress.done} of ${progress.total}` : ''}`.slice(
          0,
          process.stderr.columns,
        ),
      );
    },
    clear: () => {
      if (isDrawn) {
        process.stderr.write('\r\u001b[K');
        isDrawn = false;
      }
    },
  };
}

const localeOf = (): string => Intl.DateTimeFormat().resolvedOptions().locale;

/** Waits until a pipe has taken everything: an early exit would cut long output. */
const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nSee paceflow --help.\n`);
      process.exitCode = 2;
      return;
    }
    process.stderr.write(
      error instanceof HumanError
        ? `${error.message} ${error.next}\n`
        : `${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
