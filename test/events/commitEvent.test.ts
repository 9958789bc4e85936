import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../extension/engine/events/calendar';
import { buildCommitEvent, type CommitFileInput, type CommitInput } from '../../extension/engine/events/commitEvent';
import { buildCommitSessionEvents, type DeclarationInput } from '../../extension/engine/events/commitSessionEvent';
import { at } from '../support/given';

const commit = (given: Partial<CommitInput> = {}): CommitInput => ({
  repositoryKey: 'r',
  commitId: 'c',
  authoredAt: 0,
  committedAt: 0,
  parents: 1,
  isByMe: false,
  isBot: false,
  isDeclared: false,
  isPushed: false,
  isReachable: true,
  agent: null,
  isCovered: false,
  changeId: 'c',
  isCanonical: true,
  files: [],
  ...given,
});
const build = (given: Partial<CommitInput>, zone = 'UTC') => buildCommitEvent(commit(given), createCalendar(zone));

const file = (given: Partial<CommitFileInput>): CommitFileInput => ({
  ...{ addedLines: 0, removedLines: 0, longAddedLines: 0, longRemovedLines: 0, isExcluded: false },
  ...{ aiAddedLines: 0, aiRemovedLines: 0, isToolWritten: false },
  ...given,
});

/** Classes of added lines that have any. */
function classes(given: Partial<CommitInput>): string {
  const event = build(given);
  return (['ai', 'ai_declared', 'tool', 'human', 'unknown'] as const)
    .map((name) => [name, event[`${name}_added_lines`]] as const)
    .flatMap(([name, lines]) => (lines === 0 ? [] : [`${name} ${lines}`]))
    .join(' ');
}

describe('a commit', () => {
  it('is on the day of its author, not of its committer', () => {
    const event = build({ authoredAt: at('2026-03-01T23:30Z'), committedAt: at('2026-03-09T00:00Z') }, 'Europe/Berlin');
    expect([event.day, event.week]).toEqual(['2026-03-02', '2026-03-02']);
    expect([event.authored_at, event.committed_at]).toEqual([at('2026-03-01T23:30Z'), at('2026-03-09T00:00Z')]);
  });

  it('keeps excluded lines apart, but counts all files', () => {
    const event = build({
      files: [
        file({ addedLines: 10, removedLines: 1 }),
        file({ addedLines: 20, removedLines: 2 }),
        file({ addedLines: 400, removedLines: 40, isExcluded: true }),
      ],
    });
    expect([event.files, event.added_lines, event.removed_lines, event.excluded_lines]).toEqual([3, 30, 3, 440]);
  });

  it.each([
    [false, false, 0],
    [true, false, 1],
    [false, true, 1],
    [true, true, 1],
  ])('by me %s, declared %s: mine %i', (isByMe, isDeclared, expected) => {
    expect(build({ isByMe, isDeclared }).is_mine).toBe(expected);
  });

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [8, 1],
  ])('with %i parents: merge %i', (parents, expected) => expect(build({ parents }).is_merge).toBe(expected));

  it('leaves lines of over 1,000 characters out', () => {
    const event = build({ files: [file({ addedLines: 10, longAddedLines: 3, removedLines: 2, longRemovedLines: 1 })] });
    expect([event.added_lines, event.removed_lines, event.excluded_lines]).toEqual([7, 1, 4]);
  });

  it.each([
    ['proved lines are ai, the rest of mine is human', { isByMe: true, isCovered: true }, 'ai 4 human 6'],
    ['without a session near, the rest is unknown', { isByMe: true }, 'ai 4 unknown 6'],
    ['of a colleague the rest is unknown', { isCovered: true }, 'ai 4 unknown 6'],
    [
      'a declaration adds nothing where lines are proved',
      { agent: 'x', isByMe: true, isCovered: true },
      'ai 4 human 6',
    ],
  ])('%s', (_, given, expected) => {
    expect(classes({ ...given, files: [file({ addedLines: 10, aiAddedLines: 4 })] })).toBe(expected);
  });

  it.each([
    ['declared, nothing proved', { agent: 'x', isByMe: true, isCovered: true }, false, 'ai_declared 10'],
    ['written by a command', { agent: 'x', isByMe: true, isCovered: true }, true, 'tool 10'],
  ])('%s', (_, given, isToolWritten, expected) => {
    expect(classes({ ...given, files: [file({ addedLines: 10, isToolWritten })] })).toBe(expected);
  });

  it('says what git says of it', () => {
    expect(build({ isPushed: true, isReachable: false, isBot: true, agent: 'claude' })).toMatchObject({
      ...{ is_pushed: 1, is_reachable: 0, is_bot: 1, agent: 'claude', repository_key: 'r', commit_id: 'c' },
    });
  });
});

describe('links of sessions to commits', () => {
  const declaration = (given: Partial<DeclarationInput>): DeclarationInput => ({
    source: 'log',
    sessionId: 1,
    sessionKey: 's',
    repositoryKey: 'own',
    declaredAt: 1,
    candidates: [],
    ...given,
  });
  const candidate = (name: string) => {
    const [repositoryKey = '', commitId = ''] = name.split(' ');
    return { repositoryKey, commitId };
  };
  const links = (...declarations: Partial<DeclarationInput>[]) =>
    buildCommitSessionEvents(declarations.map(declaration)).map(
      (link) => `${link.repository_key} ${link.commit_id} ${link.session_key} ${link.declared_at}`,
    );

  it.each<[string, string[], string[]]>([
    ['no commit has the name', [], []],
    ['one commit has it', ['own c1'], ['own c1 s 1']],
    ['one commit elsewhere has it', ['other c1'], ['other c1 s 1']],
    ['two commits of the own repository have it', ['own c1', 'own c2'], []],
    ["two commits have it, one in the session's repository", ['other c1', 'own c2'], ['own c2 s 1']],
    ['two commits elsewhere have it', ['other c1', 'third c2'], []],
    ['one commit in two repositories elsewhere has it', ['other c1', 'third c1'], []],
    ['one commit in a fork and in the own repository has it', ['own c1', 'fork c1'], ['own c1 s 1']],
  ])('%s', (_, candidates, expected) => {
    expect(links({ candidates: candidates.map(candidate) })).toEqual(expected);
  });

  it('what says so is listed once, sorted; the time is the logs’ first', () => {
    const candidates = [candidate('own c1')];
    const declarations = [
      { source: 'trailer' as const, declaredAt: null, candidates },
      { declaredAt: 7, candidates },
      { declaredAt: 3, candidates },
    ].map(declaration);
    expect(buildCommitSessionEvents(declarations)).toMatchObject([
      { is_declared: 1, declared_at: 3, declared_by: '["log","trailer"]' },
    ]);
    expect(buildCommitSessionEvents(declarations.slice(0, 1))).toMatchObject([
      { is_declared: 1, declared_at: null, declared_by: '["trailer"]' },
    ]);
  });

  it('a session without a repository takes the only commit there is', () => {
    expect(links({ repositoryKey: null, candidates: [candidate('other c1')] })).toEqual(['other c1 s 1']);
    expect(links({ repositoryKey: null, candidates: [candidate('other c1'), candidate('own c2')] })).toEqual([]);
  });

  it('two names of one commit are one link, from the first time on', () => {
    const candidates = [candidate('own c1')];
    expect(links({ candidates, declaredAt: 9 }, { candidates, declaredAt: 4 }, { candidates, declaredAt: 7 })).toEqual([
      'own c1 s 4',
    ]);
  });

  it('two sessions may stand behind one commit', () => {
    const candidates = [candidate('own c1')];
    expect(links({ candidates }, { candidates, sessionKey: 't' })).toEqual(['own c1 s 1', 'own c1 t 1']);
  });
});
