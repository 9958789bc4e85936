import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { writeSetting } from '../../extension/engine/database/schema';
import { HumanError } from '../../extension/engine/humanError';
import { providers } from '../../extension/engine/providers/registry';
import { blameReport } from '../../extension/engine/reports/blame';
import { createRenderer } from '../../extension/engine/terminal/render';
import type { BlameReport } from '../../shared/report';
import { makeRepository, type Repository, temporaryHome } from '../git/makeRepository';
import { given } from '../support/given';
import { key } from '../support/givenFacts';
import { emptyDatabase } from '../support/schema';

const home = temporaryHome();
let database: Database;
let repository: Repository;
let file: string;
let [first, second] = ['', ''];

/** Hunks as they are packed: first removed line, count, first added line, count. */
function hunks(...all: [number, number, number, number][]): Uint8Array {
  const bytes = new Uint8Array(all.length * 16);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of all.flat().entries()) view.setUint32(index * 4, value);
  return bytes;
}

/** Per added line the number of its edit and its evidence. */
const matches = (...lines: [edit: number, evidence: number][]) =>
  Uint8Array.from(lines.flatMap(([edit, evidence]) => [0, edit, evidence]));
const editName = (n: number) => Uint8Array.from([...key(n), 0, 0, 0, 0]);

beforeEach(async () => {
  repository = makeRepository(path.join(home(), 'shop'));
  first = repository.commit({ files: { 'src/cart.ts': 'a\nb\nc\nd\n' } });
  second = repository.commit({ message: 'Second', files: { 'src/cart.ts': 'new\na\nb\nc\nmore\nd\n' } });
  file = path.join(repository.folder, 'src/cart.ts');
  database = await emptyDatabase();
  writeSetting(database, 'source_id', 'here');
  given(database, 'metadata_repository', [{}]);
  given(database, 'metadata_clone', [{ worktrees: JSON.stringify([repository.folder]) }]);
  given(database, 'metadata_person', [{ person_id: 'me', is_me: 1 }]);
  given(database, 'metadata_session', [
    { session_key: 'claude-code:1', repository_id: 1, title: 'Round prices \u001b[31m' },
    { session_key: 'sub', repository_id: 1, root_session_id: 1 },
  ]);
  given(database, 'event_session', [{ session_key: 'claude-code:1', model: 'opus', started_at: 5 }]);
  given(database, 'metadata_source', [{}]);
  given(database, 'metadata_path', [{ path: 'src/cart.ts' }]);
  given(database, 'fact_session_code_change', [{ call_key: key(7), session_id: 2 }]);
  given(database, 'fact_commit', [{ commit_id: first }, { commit_id: second }]);
  given(database, 'fact_commit_file_change', [
    { commit_id: first, path_id: 1, added_lines: 4, hunks: hunks([0, 0, 1, 4]) },
    { commit_id: second, path_id: 1, added_lines: 2, hunks: hunks([0, 0, 1, 1], [3, 0, 5, 1]) },
  ]);
  given(database, 'event_commit', [
    { commit_id: first, human_added_lines: 2 },
    { commit_id: second, unknown_added_lines: 1 },
  ]);
  given(database, 'fact_commit_line_match', [
    { commit_id: first, edits: editName(7), added: matches([0, 0], [1, 1], [1, 7], [0, 0]) },
    { commit_id: second, edits: editName(7), added: matches([0, 0], [1, 5]) },
  ]);
});

const ask = (changes: { contents?: string; file?: string; isTrusted?: boolean } = {}): Promise<BlameReport> =>
  blameReport(async () => database, providers, {
    ...{ file, contents: null, isTrusted: true, signal: new AbortController().signal },
    ...changes,
  });
const shown = ({ ranges }: BlameReport) =>
  ranges.map((range) => [range.line, range.count, range.commit?.slice(0, 4) ?? null, range.class, range.evidence]);

describe('each line of a file', () => {
  it('is of the session whose edit explains it, else of its commit’s class', async () => {
    const report = await ask();
    expect(shown(report)).toEqual([
      [1, 1, second.slice(0, 4), 'unknown', null],
      [2, 1, first.slice(0, 4), 'human', null],
      [3, 1, first.slice(0, 4), 'ai', 'exact'],
      [4, 1, first.slice(0, 4), 'ai', 'neighbour'],
      [5, 1, second.slice(0, 4), 'ai', 'moved'],
      [6, 1, first.slice(0, 4), 'human', null],
    ]);
    expect(report.sessions).toMatchObject([
      { session_key: 'claude-code:1', provider_name: 'Claude Code', model: 'opus' },
    ]);
    expect(report.commits.map(({ id }) => id).sort()).toEqual([first, second].sort());
  });

  it('of text that is not saved, and of a file that changed on disk', async () => {
    const contents = 'new\na\nb\ntyped\nc\nmore\nd\n';
    const expected = [
      [3, 1, first.slice(0, 4), 'ai', 'exact'],
      [4, 1, null, 'uncommitted', null],
      [5, 1, first.slice(0, 4), 'ai', 'neighbour'],
    ];
    expect(shown(await ask({ contents })).slice(2, 5)).toEqual(expected);
    writeFileSync(file, contents);
    expect(shown(await ask()).slice(2, 5)).toEqual(expected);
  });

  it('of a command, of a declaration, of a file outside every share, of a commit that was not read', async () => {
    const classes = async () => [...new Set(shown(await ask({ contents: 'a\n' })).map(([, , , name]) => name))];
    database.run('update fact_commit_line_match set tool_session_id = 1');
    expect(await classes()).toEqual(['tool']);
    database.run('delete from fact_commit_line_match');
    database.run('update event_commit set ai_declared_added_lines = 1');
    expect(await classes()).toEqual(['ai_declared']);
    database.run("update fact_commit_file_change set excluded = 'lock'");
    expect(await classes()).toEqual(['excluded']);
    database.run('delete from fact_commit_file_change');
    expect(await classes()).toEqual(['unknown']);
  });

  it('keeps a byte order mark that an editor took away', async () => {
    const id = repository.commit({ files: { 'src/mark.ts': '\ufeffa\n' } });
    const marked = path.join(repository.folder, 'src/mark.ts');
    expect((await ask({ file: marked, contents: 'a\n' })).ranges[0]?.commit).toBe(id);
  });

  it('does not take damaged matches for a session’s', async () => {
    database.run("update fact_commit_line_match set added = x'ff', edits = x'01'");
    database.run("update fact_commit_file_change set hunks = x'0102' where commit_id = ?", [second]);
    expect(new Set(shown(await ask()).map(([, , , name]) => name))).toEqual(new Set(['human', 'unknown']));
  });
});

describe('says why not', () => {
  const reason = async (changes: Parameters<typeof ask>[0]) => (await ask(changes)).reason;

  it('of what git must not or cannot blame', async () => {
    expect(await reason({ isTrusted: false })).toBe('The workspace is not trusted, so no git runs in it.');
    expect(await reason({ contents: 'x\n'.repeat(20_001) })).toBe('It has over 20,000 lines.');
    expect(await reason({ contents: 'x'.repeat((1 << 20) + 1) })).toBe('It is over 1 MB.');
    const link = path.join(repository.folder, 'link');
    symlinkSync(file, link);
    expect(await reason({ file: link })).toBe('It is no plain file.');
    expect(await reason({ file: path.join(repository.folder, 'src') })).toBe('It is no plain file.');
    repository.write('fresh.ts', 'a\n');
    expect(await reason({ file: path.join(repository.folder, 'fresh.ts') })).toBe('No commit holds it yet.');
  });

  it('of what no session worked in', async () => {
    const outside = path.join(home(), 'else');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'a'), '1\n');
    expect(await reason({ file: path.join(outside, 'a') })).toBe('It lies in no repository that a session worked in.');
    database.run('update metadata_session set repository_id = null');
    expect(await reason({})).toBe('It lies in no repository that a session worked in.');
  });

  it('of a file that is not there', async () => {
    await expect(ask({ file: path.join(repository.folder, 'gone') })).rejects.toThrow(HumanError);
  });
});

it('the terminal prints commit, writer, number and text of each line, and a summary', async () => {
  const renderer = createRenderer('en');
  const text = Buffer.from('new\na\n\u001b[31mb\u202e\nc\nmore\nd\n');
  const lines = renderer.blame(await ask(), text).split('\n');
  expect(lines[0]).toBe(`${second.slice(0, 7)}  unknown                  1  new`);
  expect(lines[2]).toBe(`${first.slice(0, 7)}  session S1               3   [31mb`);
  expect(lines.at(-2)).toMatch(
    /^S1 {2}Claude Code, opus, .*“Round prices {2}\[31m”, claude-code:1: 1 same text at the same path; 1 small lines .*; 1 same run of lines/,
  );
  expect(lines.at(-1)).toBe('6 lines: 1 line unknown, 2 lines human or untracked tool, 3 lines session');
  const none = await ask({ isTrusted: false });
  expect(renderer.blame(none, text)).toBe(`${file}: The workspace is not trusted, so no git runs in it.`);
});
