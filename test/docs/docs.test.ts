import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { help, readArguments, UsageError } from '../../extension/engine/terminal/arguments';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Markdown that people read; what tools or others keep is not ours. */
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));

/** Text outside of fenced blocks and code. */
const prose = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** Relative targets of links, images and link definitions. */
function linksOf(file: string): string[] {
  const text = prose(read(file));
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
  const definitions = [...text.matchAll(/^\[[^\]]+\]:\s+(\S+)$/gm)];
  return [...inline, ...definitions].map(([, target = '']) => target).filter((target) => !/^\w+:/.test(target));
}

/** GitHub's name of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

const sqlNames = ['tables', 'views'].flatMap((kind) =>
  readdirSync(path.join(root, 'sql', kind), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .map((file) => path.basename(file, '.sql')),
);

/** Rows of the table "task → file to imitate" of CONTRIBUTING.md. */
const taskTable = /^## Task → file to imitate\n([\s\S]*?)^#/m.exec(read('CONTRIBUTING.md'))?.[1] ?? '';
const tasks = [...taskTable.matchAll(/^\| ([^|]+) \| ([^|]*`[^|]*) \|/gm)].map(([, task = '', files = '']) => ({
  task: task.trim(),
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
}));

describe('generated pages', () => {
  it('are what sql/ says; "npm run docs" writes them', () => {
    execFileSync(process.execPath, [path.join(root, 'scripts/docs.mjs'), '--check'], { stdio: 'pipe' });
  });

  it('name every table and view', () => {
    const page = read('docs/data-model.md');
    expect(sqlNames.length).toBeGreaterThan(20);
    expect(sqlNames.filter((name) => !page.includes(`### ${name}\n`))).toEqual([]);
  });

  it('name every metric', () => {
    const queries = readdirSync(path.join(root, 'sql/queries'), { recursive: true, encoding: 'utf8' });
    const metrics = queries
      .filter((file) => file.endsWith('.sql'))
      .flatMap((file) => [...read(path.join('sql/queries', file)).matchAll(/^-- metric (\w+):/gm)])
      .map(([, name = '']) => name);
    expect(metrics.length).toBeGreaterThan(5);
    expect(metrics.filter((name) => !read('docs/metrics.md').includes(`## ${name}\n`))).toEqual([]);
  });
});

describe('links', () => {
  it('are looked for in the pages that there are', () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/architecture.md']),
    );
    expect(linksOf('README.md').length).toBeGreaterThan(5);
  });

  it.each(pages)('of %s lead somewhere', (file) => {
    const broken = linksOf(file).filter((target) => {
      const [place = '', anchor] = target.split('#');
      const linked = place === '' ? file : path.join(path.dirname(file), decodeURI(place));
      // Pictures are taken by the tests in a real VS Code: see the test of screenshots.
      if (linked.startsWith('docs/screenshots/')) {
        return false;
      }
      if (!existsSync(path.join(root, linked))) {
        return true;
      }
      return anchor !== undefined && linked.endsWith('.md') && !anchorsOf(linked).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('of reference style are defined', () => {
    const undefinedNames = pages.flatMap((file) => {
      const text = prose(read(file));
      const defined = new Set([...text.matchAll(/^\[([^\]]+)\]:\s/gm)].map(([, name = '']) => name.toLowerCase()));
      return [...text.matchAll(/\]\[([^\]]+)\]/g)]
        .map(([, name = '']) => name.toLowerCase())
        .filter((name) => !defined.has(name))
        .map((name) => `${file}: ${name}`);
    });
    expect(undefinedNames).toEqual([]);
  });
});

describe('screenshots', () => {
  const named = [...new Set([...read('README.md').matchAll(/docs\/screenshots\/[\w-]+\.png/g)].map(([name]) => name))];

  it('are named in README.md', () => {
    expect(named.length).toBeGreaterThanOrEqual(3);
  });

  it.each(named)('%s is there', (file) => {
    expect(existsSync(path.join(root, file)), `${file}: taken by PACEFLOW_SCREENSHOTS=1 npm run test:e2e`).toBe(true);
  });
});

describe('commands', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const text = pages.map(read).join('\n');

  it('of npm are scripts of package.json', () => {
    const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, own]) => run ?? own ?? '');
    expect(named).toContain('start');
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });

  it('of node are files, or what the build makes', () => {
    const named = [...text.matchAll(/\bnode (?:--[\w-]+ )*([\w./-]+\.m?js)\b/g)].map(([, file = '']) => file);
    const builders = ['scripts/build.mjs', 'scripts/buildTests.mjs'].map(read).join('\n');
    const isBuilt = (file: string) =>
      file.startsWith('dist/') && builders.includes(path.basename(file).replace(/\.js$/, ''));
    expect(named.length).toBeGreaterThan(3);
    expect([...new Set(named)].filter((file) => !existsSync(path.join(root, file)) && !isBuilt(file))).toEqual([]);
  });

  it('of the palette are contributed', () => {
    const { contributes } = JSON.parse(read('package.json')) as {
      contributes: { commands: { title: string }[]; configuration: { properties: Record<string, unknown> } };
    };
    const readme = read('README.md');
    expect(contributes.commands.filter(({ title }) => !readme.includes(title))).toEqual([]);
    expect(Object.keys(contributes.configuration.properties).filter((name) => !readme.includes(name))).toEqual([]);
  });
});

describe('the terminal program', () => {
  const page = read('docs/terminal.md');
  const commands = [...help.matchAll(/^ {2}([a-z]+)(?: ID)? {2,}\S/gm)].map(([, name = '']) => name);
  const options = [...new Set([...help.matchAll(/(?<=\s)-{1,2}[a-z][a-z-]*/g)].map(([name]) => name))];

  it('has its help read in full', () => {
    expect(commands).toEqual(['ingest', 'session', 'cost', 'commit', 'doctor']);
    expect(options).toEqual(expect.arrayContaining(['--home', '--to', '--group-by', '--json', '-v']));
  });

  it.each(commands)('%s has a section in docs/terminal.md', (command) => {
    expect(page).toContain(`## paceflow ${command}`);
  });

  it.each(options)('%s is in docs/terminal.md', (option) => {
    expect(page).toContain(option.startsWith('--') ? `\`${option}` : `\`${option}\``);
  });

  it('takes every call that the pages show', () => {
    const calls = pages
      .flatMap((file) => [...read(file).matchAll(/^\$ paceflow (.+)$/gm)])
      .map(([, words = '']) => words);
    expect(calls.length).toBeGreaterThan(3);
    const refused = calls.filter((words) => {
      try {
        readArguments(words.split(/\s+/));
        return false;
      } catch (error) {
        if (error instanceof UsageError) {
          return true;
        }
        throw error;
      }
    });
    expect(refused).toEqual([]);
  });

  it('has every field of its reports in docs/terminal.md', () => {
    const fields = [...read('shared/report.ts').matchAll(/\b([a-z][a-z0-9_]*): (?:z\.|unitSchema|bandSchema)/g)].map(
      ([, name = '']) => name,
    );
    expect(fields.length).toBeGreaterThan(60);
    expect([...new Set(fields)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('tasks of CONTRIBUTING.md', () => {
  it('are all there', () => {
    expect(tasks.length).toBeGreaterThanOrEqual(13);
  });

  it.each(tasks)('$task: the files to imitate are there', ({ files }) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
