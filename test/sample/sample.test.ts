import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { isVisible, judge, precision, recall, total } from '../attribution/measure';
import type { Truth } from '../corpus/truth';
import { readOnce } from '../ingest/ingestHarness';
import { type FileFacts, ofType, readTree } from '../providers/readFacts';

const script = join(import.meta.dirname, '../../scripts/sample.mjs');
const today = '2026-06-10';

interface Sample {
  out: string;
  home: string;
  repository: string;
  repositories: string[];
  today: string;
}

let folder: string;
let sample: Sample;
let files: FileFacts[];

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-sample-')));
  sample = makeSample('one');
  files = readTree(claudeCode, projectsOf(sample));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeSample(name: string, ...words: string[]): Sample {
  const out = join(folder, name);
  const printed = run(process.execPath, [script, '--out', out, '--today', today, ...words]);
  return { out, ...JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') };
}

function run(program: string, words: string[]): string {
  return execFileSync(program, words, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 1 << 26 });
}

const projectsOf = (made: Sample): string => join(made.home, '.claude', 'projects');

/** All logs by name; the folder that the sample lies in is taken out of names and texts. */
function logsOf(made: Sample): Map<string, string> {
  const root = projectsOf(made);
  const slug = made.out.replace(/[^A-Za-z0-9-]/g, '-');
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.jsonl?$/.test(name));
  return new Map(
    names
      .sort()
      .map((name) => [name.replace(slug, 'OUT'), readFileSync(join(root, name), 'utf8').replaceAll(made.out, 'OUT')]),
  );
}

/** Short, so that a difference names the log and not a megabyte of it. */
function digestsOf(made: Sample): string[] {
  return [...logsOf(made)].map(([name, text]) => `${createHash('sha256').update(text).digest('hex')} ${name}`);
}

function commitsOf(made: Sample): string[] {
  return made.repositories.flatMap((repository) =>
    run('git', ['-C', repository, 'log', '--all', '--format=%H %ae %P']).trim().split('\n'),
  );
}

const truthOf = (made: Sample): Truth => JSON.parse(readFileSync(join(made.out, 'truth.json'), 'utf8'));

const allFacts = () => files.flatMap((file) => file.facts);

describe('scripts/sample.mjs', () => {
  it('says where it put what', () => {
    expect(sample).toMatchObject({
      home: join(sample.out, 'home'),
      repository: join(sample.out, 'repos', 'relay'),
      repositories: [join(sample.out, 'repos', 'relay'), join(sample.out, 'repos', 'console')],
      today,
    });
  });

  it('makes the same bytes and the same commits again, elsewhere', () => {
    const again = makeSample('a folder elsewhere');
    expect(digestsOf(again)).toEqual(digestsOf(sample));
    expect(commitsOf(again)).toEqual(commitsOf(sample));
  });

  it('makes another sample of another seed', () => {
    expect(commitsOf(makeSample('other', '--seed', '2'))).not.toEqual(commitsOf(sample));
  });

  it('replaces an older sample, and nothing else', () => {
    const made = makeSample('replaced');
    writeFileSync(join(made.home, 'old.txt'), '');
    makeSample('replaced');
    expect(existsSync(join(made.home, 'old.txt'))).toBe(false);

    const precious = join(folder, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'thesis.md'), 'years of work');
    expect(() => makeSample('precious')).toThrow(/is not empty and no sample/);
    expect(readFileSync(join(precious, 'thesis.md'), 'utf8')).toBe('years of work');
    expect(readdirSync(folder).filter((name) => /\.(making|old)-/.test(name))).toEqual([]);
  });

  it('is small: 59 sessions in less than 6 MB', () => {
    expect(files.filter(({ file }) => file.kind === 'session')).toHaveLength(59);
    expect(files.filter(({ file }) => file.kind === 'subagent').length).toBeGreaterThan(5);
    expect([...logsOf(sample).values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)).toBeLessThan(6e6);
  });

  it('lies in the hundred days before today, with a quiet week', () => {
    const end = Date.parse(`${today}T00:00:00Z`);
    const daysAgo = allFacts()
      .map((fact) => ('at' in fact && fact.at !== undefined ? Math.floor((end - fact.at) / 86_400_000) : undefined))
      .filter((day) => day !== undefined);
    expect(Math.min(...daysAgo)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...daysAgo)).toBeLessThanOrEqual(100);
    expect(daysAgo.filter((day) => day >= 46 && day <= 52)).toEqual([]);
  });
});

describe('the sample as the product reads it', () => {
  it('has one torn line and one unknown record type, and no other problem', () => {
    const problems = files.flatMap(({ path, facts }) =>
      ofType(facts, 'problem').map((fact) => ({ text: readFileSync(join(projectsOf(sample), path), 'utf8'), fact })),
    );
    expect(problems.map(({ fact }) => fact.reason)).toEqual(['not_json']);
    expect(problems[0]?.text.endsWith('\n')).toBe(false);
    const odd = ofType(allFacts(), 'record').filter((fact) => !fact.isKnown || fact.unknownFields.length > 0);
    expect(odd.map((fact) => fact.recordType)).toEqual(['context-budget']);
  });

  it('names commits that are there, in about half of all', () => {
    const known = commitsOf(sample);
    const declared = ofType(allFacts(), 'declared_commit');
    for (const { commit } of declared) expect(known.filter((line) => line.startsWith(commit))).toHaveLength(1);
    const share = new Set(declared.map(({ commit }) => commit)).size / known.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.65);
    expect(new Set(declared.map(({ how }) => how))).toEqual(new Set(['git_operation', 'command_output']));
  });

  it('has commits of two people, a merge and a branch that went nowhere', () => {
    const lines = commitsOf(sample).map((line) => line.split(' '));
    expect(new Set(lines.map(([, author]) => author))).toEqual(new Set(['dev@example.com', 'colleague@example.com']));
    expect(lines.filter((line) => line.length === 4)).toHaveLength(1);
    const open = run('git', ['-C', sample.repository, 'branch', '--no-merged', 'main', '--format=%(refname:short)']);
    expect(open.trim()).toBe('spike/streams');
  });

  it('has every kind of prompt, edit and session that the product tells apart', () => {
    const facts = allFacts();
    expect(new Set(ofType(facts, 'message').map((fact) => fact.prompt))).toEqual(
      new Set(['typed', 'queued', 'command', 'none']),
    );
    expect(new Set(ofType(facts, 'tool_result').map((fact) => fact.outcome))).toEqual(
      new Set(['ok', 'failed', 'rejected']),
    );
    const notes = ofType(facts, 'session');
    expect(new Set(notes.map((note) => note.kind))).toEqual(new Set(['interactive', 'headless', undefined]));
    expect(new Set(notes.map((note) => note.permissionMode))).toContain('plan');
    expect(notes.map((note) => note.title?.text)).toContainEqual(expect.stringContaining('</script>'));
    expect(new Set(ofType(facts, 'response').map((fact) => fact.model))).toEqual(
      new Set(['claude-opus-5', 'claude-sonnet-5', 'claude-haiku-4-5-20251001', 'internal-preview-1']),
    );
  });

  it('repeats usage only in the fork, and writes a response on several lines with growing output', () => {
    const responses = files.flatMap(({ path, facts }) => ofType(facts, 'response').map((fact) => ({ path, fact })));
    expect(responses.length).toBeGreaterThan(new Set(responses.map(({ fact }) => fact.id)).size * 1.3);
    const paths = new Map<string, Set<string>>();
    for (const { path, fact } of responses) paths.set(fact.id, (paths.get(fact.id) ?? new Set()).add(path));
    const shared = [...paths.values()].filter((set) => set.size > 1).map((set) => [...set].sort().join());
    expect(new Set(shared).size).toBe(1);
    for (const { facts } of files) {
      const seen = new Map<string, number>();
      for (const { id, tokens } of ofType(facts, 'response')) {
        expect(tokens.output).toBeGreaterThanOrEqual(seen.get(id) ?? 0);
        seen.set(id, tokens.output);
      }
    }
  });

  it('has each applied edit of a commit in that commit', () => {
    const texts = new Set(
      sample.repositories.flatMap((repository) =>
        run('git', ['-C', repository, 'log', '--all', '-p', '--format=', '-m'])
          .split('\n')
          .filter((line) => line.startsWith('+'))
          .map((line) => line.slice(1)),
      ),
    );
    const added = allFacts().flatMap((fact) =>
      fact.type === 'edit' && fact.stage === 'applied' ? fact.added.filter((line) => !line.includes('// attempt')) : [],
    );
    expect(added.length).toBeGreaterThan(1000);
    const committed = added.filter((line) => texts.has(line)).length;
    expect(committed / added.length).toBeGreaterThan(0.95);
  });
});

describe('the truth of the sample', () => {
  /** `repository commit path added removed`, as git counts; of merges nothing. */
  const countedByGit = () =>
    sample.repositories.flatMap((repository) =>
      run('git', ['-C', repository, 'log', '--all', '-M', '--numstat', '--format=%x00%H'])
        .split('\0')
        .slice(1)
        .flatMap((part) => {
          const [commit, ...files] = part.trim().split('\n').filter(Boolean);
          return files.map((file) => {
            const [added, removed, path] = file.split('\t');
            return `${repository} ${commit} ${path} ${added} ${removed}`;
          });
        }),
    );

  it('tells of every line that git calls new or gone whose it is', () => {
    const truth = truthOf(sample);
    expect(truth.repositories.map(({ folder }) => folder)).toEqual(sample.repositories);
    const told = truth.repositories.flatMap(({ folder, commits }) =>
      commits.flatMap(({ id, files }) =>
        files.map(({ path, added, removed }) => `${folder} ${id} ${path} ${added.length} ${removed.length}`),
      ),
    );
    const counted = countedByGit();
    expect(counted.length).toBeGreaterThan(100);
    expect(told).toEqual(expect.arrayContaining(counted));
  });

  it('knows agents, people and tools, and the ways in which commits come about', () => {
    const { repositories, sessions } = truthOf(sample);
    const commits = repositories.flatMap((repository) => repository.commits);
    expect(new Set(commits.map(({ history }) => history))).toEqual(
      new Set(['plain', 'amend', 'squash', 'rebase', 'merge', 'revert']),
    );
    const lines = commits.flatMap(({ files }) => files.flatMap(({ added }) => added));
    expect(new Set(lines.map((line) => (line.by === 'agent' ? line.via : line.by)))).toEqual(
      new Set(['edit', 'write', 'shell', 'person', 'tool']),
    );
    expect(new Set(sessions.map(({ id }) => `${id}.jsonl`))).toEqual(
      new Set(files.flatMap(({ path, file }) => (file.kind === 'session' ? [basename(path)] : []))),
    );
  });

  it('is found by the matcher: precision of at least 0.98, recall of at least 0.95', async () => {
    const database = await readOnce(
      { path: sample.home },
      { folders: sample.repositories, clock: () => Date.parse(today) },
    );
    try {
      const added = judge(database, truthOf(sample)).filter(({ side }) => side === 'added');
      expect(added.filter(isVisible).length).toBeGreaterThan(1000);
      const credited = total(precision(added));
      expect(credited.right / credited.of).toBeGreaterThanOrEqual(0.98);
      const found = total(recall(added, ({ history }) => history));
      expect(found.right / found.of).toBeGreaterThanOrEqual(0.95);
    } finally {
      database.close();
    }
  });
});
