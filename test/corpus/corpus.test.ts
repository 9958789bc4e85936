import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allCases } from './cases/cases';
import { buildCorpus } from './index';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-corpus-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cases', () => {
  it.each(allCases.map((each) => [each.name, each] as const))('%s', (name, each) => {
    const { truth } = buildCorpus({ folder: join(folder, name), cases: [each] });
    expect(truth.repositories.length).toBeGreaterThan(0);
  });
});
