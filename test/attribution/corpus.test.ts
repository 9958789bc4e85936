import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../extension/engine/database/database';
import { allCases } from '../corpus/cases/cases';
import { buildCorpus } from '../corpus/index';
import { readOnce } from '../ingest/ingestHarness';
import { documentOf, measuredPart, withMeasuredPart } from './document';
import { isRight, isVisible, type JudgedLine, judge, precision, recall, total } from './measure';

/** Of a random history beside the cases. */
const mixedCommits = Number(process.env['PACEFLOW_MIX'] ?? 60);

let folder: string;
let lines: JudgedLine[];
let database: Database;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'paceflow-corpus-')));
  const only = process.env['PACEFLOW_CASE'];
  const cases = allCases.filter(({ name }) => only === undefined || name.includes(only));
  const { home, truth } = buildCorpus({ folder, cases, seed: 1, mix: only === undefined ? mixedCommits : 0 });
  database = await readOnce({ path: home }, { folders: truth.repositories.map((repository) => repository.folder) });
  lines = judge(database, truth);
}, 300_000);

afterAll(() => {
  database?.close();
  rmSync(folder, { recursive: true, force: true });
});

const added = () => lines.filter(({ side }) => side === 'added');

describe('the simulated corpus', () => {
  it('is matched as the truth says', () => {
    const byEvidence = precision(added());
    const byCase = recall(added(), (line) => line.case);
    console.log(documentOf(lines, allCases.length, mixedCommits));
    if (process.env['PACEFLOW_WRONG'] !== undefined) {
      for (const line of lines) {
        const isWrong = line.credited !== undefined && !isRight(line) && line.truth.undecidable === undefined;
        if (!isWrong && !(isVisible(line) && line.credited === undefined)) continue;
        const { truth } = line;
        const who = truth.by === 'agent' ? `${truth.session} ${truth.via}` : truth.by;
        console.log(
          `${line.case} | ${line.side} | ${line.history} ${line.commit.slice(0, 7)} ${line.path}:${truth.line} | ${who} ${truth.handled ? `(${truth.handled.how})` : ''} | ${line.credited} ${line.evidence} | ${JSON.stringify(truth.text)}`,
        );
      }
    }
    // Of a text that a command wrote over an unknown one, the log does not say which lines were there: weak, shown apart.
    byEvidence.delete('overwrite');
    const all = total(byEvidence);
    expect(all.right / all.of).toBeGreaterThanOrEqual(0.98);
    const found = total(byCase);
    expect(found.right / found.of).toBeGreaterThanOrEqual(0.95);
  });

  // Of other cases than all the page says nothing.
  it.skipIf(process.env['PACEFLOW_CASE'] || process.env['PACEFLOW_MIX'])('is what docs/attribution.md says', () => {
    const page = join(import.meta.dirname, '../../docs/attribution.md');
    const text = readFileSync(page, 'utf8');
    const part = documentOf(lines, allCases.length, mixedCommits);
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(page, withMeasuredPart(text, part));
    else expect(measuredPart(text)).toBe(part);
  });

  it('credits nothing in the negative controls', () => {
    const negative = new Set(allCases.filter(({ isNegative }) => isNegative).map(({ name }) => name));
    expect(lines.filter((line) => negative.has(line.case) && line.credited !== undefined)).toEqual([]);
  });
});
