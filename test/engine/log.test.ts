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
    const log = createLog((level, text) => lines.push([level, text]));
    log.error(
      'saving',
      new HumanError('It can not be saved.', 'Free some space.', { cause: new Error("ENOSPC, write '/a/b'") }),
    );
    expect(lines[0]).toEqual(['error', "saving: It can not be saved.: Error ENOSPC, write '<path>'"]);
    expect(lines.slice(1).map(([level]) => level)).toEqual(['debug']);
  });

  it('keeps to a length, and ends with a cause that is its own', () => {
    const lines: string[] = [];
    const log = createLog((level, text) => level === 'error' && lines.push(text));
    const circle = new Error('circle');
    circle.cause = circle;
    log.error('round', circle);
    log.error('long', new Error('x'.repeat(10_000)));
    expect(lines[0]).toMatch(/^round: Error circle/);
    expect(Math.max(...lines.map((text) => text.length))).toBe(2_000);
  });
});
