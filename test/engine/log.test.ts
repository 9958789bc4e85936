import { describe, expect, it } from 'vitest';
import { HumanError } from '../../extension/engine/humanError';
import { createLog, type LogLevel, withoutPaths } from '../../extension/engine/log';

describe('the log', () => {
  it.each([
    [
      "ENOENT: no such file or directory, open '/home/jo doe/secret plan.jsonl'",
      "ENOENT: no such file or directory, open '<path>'",
    ],
    ['The database /home/jo/paceflow.db is damaged.', 'The database <path> is damaged.'],
    ['C:\\Users\\jo\\x.db: EACCES', '<path>: EACCES'],
    ['at ~/x/y (file)', 'at <path> (file)'],
    ['12/31 sessions, a/b, and/or', '12/31 sessions, a/b, and/or'],
  ])('names no path: %s', (text, expected) => {
    expect(withoutPaths(text)).toBe(expected);
  });

  it('tells an error with what lay behind it, its paths and its stack at debug alone', () => {
    const lines: [LogLevel, string][] = [];
    const log = createLog(
      (level, text) => lines.push([level, text]),
      () => 5,
    );
    log.error(
      'saving',
      new HumanError('It can not be saved.', 'Free some space.', { cause: new Error("ENOSPC, write '/a/b'") }),
    );
    expect(lines[0]).toEqual(['error', "saving: It can not be saved.: Error ENOSPC, write '<path>'"]);
    expect(lines.slice(1).map(([level]) => level)).toEqual(['debug']);
    expect(log.lastErrors()).toEqual([{ at: 5, text: lines[0]?.[1] }]);
  });

  it('keeps the last twenty errors, newest first, and ends with a cause that is its own', () => {
    const log = createLog(
      () => undefined,
      () => 0,
    );
    const circle = new Error('circle');
    circle.cause = circle;
    for (let n = 1; n <= 30; n++) log.error(String(n), n === 30 ? circle : new Error('x'.repeat(10_000)));
    expect(log.lastErrors().map(({ text }) => text.split(':')[0])).toEqual(
      Array.from({ length: 20 }, (_, n) => String(30 - n)),
    );
    expect(Math.max(...log.lastErrors().map(({ text }) => text.length))).toBeLessThanOrEqual(2_000);
  });
});
