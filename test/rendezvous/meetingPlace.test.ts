import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isEngineOf } from '../../extension/rendezvous/endHungEngine';
import { errorsOf, noteError, trimErrors } from '../../extension/rendezvous/engineErrors';
import { explain } from '../../extension/rendezvous/explain';
import { placeOf } from '../../extension/rendezvous/place';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-place-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the place of a database', () => {
  it('is one for all its spellings, before and after it is made', () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'linked'));
    const expected = placeOf(join(folder, 'real/paceflow.db'));
    const spellings = ['linked/paceflow.db', 'real/../linked/./paceflow.db'].map((name) => join(folder, name));
    for (const spelling of spellings) expect(placeOf(spelling)).toEqual(expected);
    writeFileSync(join(folder, 'real/paceflow.db'), '');
    for (const spelling of spellings) expect(placeOf(spelling)).toEqual(expected);
    symlinkSync(join(folder, 'real/paceflow.db'), join(folder, 'other.db'));
    expect(placeOf(join(folder, 'other.db'))).toEqual(expected);
  });

  it('is another for another database', () => {
    expect(placeOf(join(folder, 'a.db')).hash).not.toBe(placeOf(join(folder, 'b.db')).hash);
  });
});

describe('errors of engines', () => {
  const error = { at: 1, pid: 2, message: 'm', next: null, detail: 'd', isFatal: false };

  it('are kept beside the database, hostile lines left out, the last hundred only', async () => {
    const file = join(folder, 'errors');
    expect(await errorsOf(file)).toEqual([]);
    for (let at = 0; at < 130; at++) await noteError(file, { ...error, at, detail: 'x'.repeat(9_000) });
    appendFileSync(file, '{"at":1}\nno json\n\u0000\n{"at":131,');
    expect(await errorsOf(file)).toHaveLength(130);
    await trimErrors(file);
    const kept = await errorsOf(file);
    expect([kept.length, kept[0]?.at, kept.at(-1)?.at, kept[0]?.detail.length]).toEqual([100, 30, 129, 4_000]);
    expect(readFileSync(file, 'utf8')).not.toContain('no json');
  });

  it('that can not be written are no second error', async () => {
    await expect(noteError(join(folder, 'nowhere/errors'), error)).resolves.toBeUndefined();
  });

  it('say themselves why an engine does not start', () => {
    const why = { ...error, message: 'No folder.', next: 'Make one.', isFatal: true };
    expect(explain({ kind: 'notStarting' }, why)).toEqual({ message: 'No folder.', next: 'Make one.', isFinal: true });
    expect(explain({ kind: 'notStarting' }, undefined).message).toContain('does not start');
  });
});

describe('a process is the engine of a database', () => {
  const database = '/home/me/my data/paceflow.db';
  it.each([
    [['node', '/x/dist/engine.js', '--database', database], true],
    [['code', '--inspect=1', '/x/dist/engine.js', '--database', database], true],
    [['node', '/x/dist/engine.js', '--database', '/other.db'], false],
    [['node', '/x/dist/paceflow.js', '--database', database], false],
    [['vim', '/x/dist/engine.js', database], false],
    [['--database', database], false],
    [[], false],
    // Where the system tells one text only.
    [[`"C:\\Code.exe" C:\\x\\dist\\engine.js --database ${database}`], true],
    [[`/usr/bin/node /x/dist/engine.js --database ${database}`], true],
    [[`/usr/bin/node /x/dist/engine.js --database /other.db`], false],
    [[`grep ${database} --database`], false],
  ])('%j: %s', (command, expected) => {
    expect(isEngineOf(command, database)).toBe(expected);
  });
});
