import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../ingest/ingestHarness';

// A tree of stand-in files with this project's own configuration: nothing is ever planted in the real tree.
let tree: string;
const rooms = ['shared', 'webview', 'extension/rendezvous', 'extension', 'extension/engine'];

/** One line that a room must not hold, and who has to see it. */
const violations: [file: string, line: string, by: ('lint' | 'compiler')[]][] = [
  ['webview/planted.tsx', "import '../extension/engine/standIn';", ['lint', 'compiler']],
  ['webview/planted.tsx', "import 'vscode';", ['lint']],
  ['webview/planted.tsx', "import { readFileSync } from 'node:fs';\nreadFileSync('x');", ['lint', 'compiler']],
  [
    'webview/planted.tsx',
    "import { standIn } from '../extension/host/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  [
    'extension/host/planted.ts',
    "import { standIn } from '../engine/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  [
    'extension/host/planted.ts',
    "import { standIn } from '../../webview/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  ['extension/host/planted.ts', "import 'sql.js';", ['lint']],
  [
    'extension/rendezvous/planted.ts',
    "import { standIn } from '../engine/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  [
    'extension/rendezvous/planted.ts',
    "import { standIn } from '../host/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  ['extension/rendezvous/planted.ts', "import 'vscode-languageserver';", ['lint']],
  ['extension/engine/planted.ts', "import * as vscode from 'vscode';\nvscode.window.showErrorMessage('x');", ['lint']],
  [
    'extension/engine/planted.ts',
    "import { standIn } from '../host/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  ['extension/engine/planted.ts', "import 'react';", ['lint']],
  [
    'extension/engine/providers/agent/planted.ts',
    "import { readFileSync } from 'node:fs';\nreadFileSync('x');",
    ['lint'],
  ],
  [
    'extension/engine/providers/agent/planted.ts',
    "import { standIn } from '../../database/standIn';\nexport const x = standIn;",
    ['lint'],
  ],
  [
    'extension/engine/providers/agent/planted.ts',
    "import { standIn } from '../../git/standIn';\nexport const x = standIn;",
    ['lint'],
  ],
  [
    'extension/engine/events/planted.ts',
    "import { standIn } from '../ingest/standIn';\nexport const x = standIn;",
    ['lint'],
  ],
  ['extension/engine/attribution/planted.ts', "import 'node:child_process';", ['lint']],
  ['shared/planted.ts', "import 'react';", ['lint']],
  [
    'shared/planted.ts',
    "import { standIn } from '../webview/standIn';\nexport const x = standIn;",
    ['lint', 'compiler'],
  ],
  ['shared/planted.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('x');", ['lint', 'compiler']],
  ['shared/planted.ts', 'export const title = document.title;', ['compiler']],
  ['webview/planted.tsx', 'export const title = process.title;', ['compiler']],
];

/** What the rooms do import, and may. */
const allowed: [file: string, line: string][] = [
  ['webview/allowed.ts', "import { standIn } from '../shared/standIn';\nexport const x = standIn;"],
  [
    'extension/host/allowed.ts',
    "import * as vscode from 'vscode';\nimport { standIn } from '../../shared/standIn';\nexport const x = [vscode.version, standIn];",
  ],
  ['extension/host/alsoAllowed.ts', "import { standIn } from '../rendezvous/standIn';\nexport const x = standIn;"],
  [
    'extension/rendezvous/allowed.ts',
    "import net from 'node:net';\nimport { setTimeout as pause } from 'node:timers/promises';\nimport * as z from 'zod';\nimport { standIn } from '../../shared/standIn';\nimport { standIn as own } from './standIn';\nexport const x = [net, pause, z, standIn, own];",
  ],
  ['extension/engine/alsoAllowed.ts', "import { standIn } from '../rendezvous/standIn';\nexport const x = standIn;"],
  [
    'extension/engine/allowed.ts',
    "import { readFileSync } from 'node:fs';\nimport { standIn } from '../../shared/standIn';\nexport const x = [readFileSync, standIn];",
  ],
  [
    'extension/engine/providers/agent/allowed.ts',
    "import { createHash } from 'node:crypto';\nimport path from 'node:path';\nimport { standIn } from '../standIn';\nexport const x = [createHash, path, standIn];",
  ],
  [
    'shared/allowed.ts',
    "import * as z from 'zod';\nimport { standIn } from './standIn';\nexport const x = [z, standIn];",
  ],
];

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'paceflow-layers-'));
  const configurations = ['biome.json', 'tsconfig.base.json', ...rooms.map((room) => `${room}/tsconfig.json`)];
  for (const name of configurations) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    cpSync(join(projectRoot, name), join(tree, name));
  }
  // As in the project's own, without the tests.
  const references: { path: string }[] = JSON.parse(
    readFileSync(join(projectRoot, 'tsconfig.json'), 'utf8'),
  ).references;
  expect(references.map(({ path }) => path).sort()).toEqual([...rooms, 'test'].sort());
  writeFileSync(
    join(tree, 'tsconfig.json'),
    JSON.stringify({ files: [], references: rooms.map((path) => ({ path })) }),
  );
  writeFileSync(join(tree, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(tree, '.gitignore'), 'node_modules\n.cache\n');
  symlinkSync(join(projectRoot, 'node_modules'), join(tree, 'node_modules'));
  for (const folder of [
    ...rooms,
    'extension/host',
    ...['providers', 'events', 'attribution', 'database', 'git', 'ingest'].map((room) => `extension/engine/${room}`),
  ]) {
    write(`${folder}/standIn.ts`, 'export const standIn = 1;');
  }
  write('extension/main.ts', "import { standIn } from './host/standIn';\nexport const main = standIn;");
  for (const [file, line] of allowed) write(file, line);
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), `${content}\n`);
}

/** Runs a tool of this project in the tree: its exit code and all that it printed. */
const run = (tool: string, ...args: string[]): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const options = { cwd: tree, env: { PATH: process.env['PATH'], HOME: tree, NO_COLOR: '1' }, maxBuffer: 1 << 26 };
    execFile(join(projectRoot, 'node_modules/.bin', tool), args, options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
const lint = (...files: string[]) =>
  run('biome', 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', ...files);
const compile = () => run('tsc', '-b', '--pretty', 'false');

describe('the layers', () => {
  it('as they are: the stand-ins break no rule', async () => {
    const found = await lint('.');
    expect([found.code, restricted(found.output)]).toEqual([0, []]);
    expect(await compile()).toEqual({ code: 0, output: '' });
  });

  it('each room’s forbidden imports are seen by the linter', async () => {
    const byLint = violations.filter(([, , by]) => by.includes('lint'));
    const planted = byLint.map(([file, line], index) => ({ file: file.replace('planted', `planted${index}`), line }));
    try {
      for (const { file, line } of planted) write(file, line);
      const { code, output } = await lint('.');
      expect(code).not.toBe(0);
      expect(restricted(output)).toEqual(planted.map(({ file }) => file).sort());
    } finally {
      for (const { file } of planted) rmSync(join(tree, file));
    }
    // The composition root is named in the rules by itself.
    const main = readFileSync(join(tree, 'extension/main.ts'));
    try {
      write('extension/main.ts', "import { standIn } from './engine/standIn';\nexport const x = standIn;");
      expect(restricted((await lint('.')).output)).toEqual(['extension/main.ts']);
    } finally {
      writeFileSync(join(tree, 'extension/main.ts'), main);
    }
  });

  it('and by the compiler, where it knows', async () => {
    const byCompiler = violations.filter(([, , by]) => by.includes('compiler'));
    const planted = byCompiler.map(([file, line], index) => ({
      file: file.replace('planted', `planted${index}`),
      line,
    }));
    try {
      for (const { file, line } of planted) write(file, line);
      // A room whose dependency fails is not built: each is asked on its own.
      const outputs = await Promise.all(rooms.map((room) => run('tsc', '-p', room, '--noEmit', '--pretty', 'false')));
      const seen = outputs.flatMap(({ output }) =>
        [...output.matchAll(/^([\w/.]+)\(\d+,\d+\): error/gm)].map(([, file]) => file),
      );
      expect([...new Set(seen)].sort()).toEqual(planted.map(({ file }) => file).sort());
    } finally {
      for (const { file } of planted) rmSync(join(tree, file));
    }
  });
});

/** Files in which the linter found a forbidden import. */
function restricted(output: string): string[] {
  const report: { diagnostics: { category: string; location: { path: unknown } }[] } = JSON.parse(
    output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1),
  );
  const files = report.diagnostics
    .filter(({ category }) => category === 'lint/style/noRestrictedImports')
    .map(({ location: { path } }) => (typeof path === 'string' ? path : JSON.stringify(path)));
  return [...new Set(files)].sort();
}

it('node:net reaches local sockets and pipes only', () => {
  const files = readdirSync(join(projectRoot, 'extension'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(projectRoot, 'extension', file), 'utf8') }));
  expect(files.filter(({ text }) => /node:(http|https|tls|dgram)|\bfetch\(/.test(text))).toEqual([]);
  const net = files.filter(({ text }) => text.includes("import net from 'node:net'"));
  expect(net.map(({ file }) => file).sort()).toEqual([
    'engine/election/kernelLock.ts',
    'engine/server.ts',
    'rendezvous/look.ts',
  ]);
  for (const { file, text } of net) {
    const calls = [...text.matchAll(/net\.(?:connect|createConnection)\(.{0,8}|\.listen\(\w+/g)].map(([call]) => call);
    for (const call of calls)
      expect([file, call]).toEqual([
        file,
        expect.stringMatching(/^(net\.connect\(\{ path:|\.listen\((name|address)$)/),
      ]);
  }
});
