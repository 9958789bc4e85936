import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, emptyDatabase, makeHome, pass, readOnce, saidOf } from './ingestHarness';
import { copied, edit, type Json, lines, queued, turns } from './sampleLogs';

const start = [...turns('alpha', 2), queued({ session: 'alpha', minute: 25 })];
const asSubagent = (record: Json): Json => ({ ...record, isSidechain: true, agentId: 'x1' });

/** What a file may hold: two that begin alike and go on apart, a fork of them, another session, a sub-agent. */
const texts = {
  alpha: [...start, ...turns('alpha', 1, 40)],
  'alpha apart': [...start, ...turns('alpha', 2, 90), queued({ session: 'alpha', minute: 200 })],
  fork: [...copied(start, 'fork'), ...turns('fork', 1, 300)],
  other: [{ type: 'summary', summary: 'Talk', leafUuid: 'x' }, ...turns('other', 2, 500)],
  agent: edit({ session: 'alpha', uuid: 'agent', minute: 7 }).map(asSubagent),
};
type Text = keyof typeof texts;
const bytesOf = (text: Text): Buffer => Buffer.from(lines(texts[text]));

const folders = ['.claude/projects/-a', '.claude/projects/-A', '.config/claude/projects/-a', '.claude/projects/-b'];
const names = ['alpha', 'fork', 'other', 'alpha copy', 'notes'];
const agentNames = ['alpha/subagents/agent-x1', 'alpha copy/subagents/agent-x1', 'alpha/subagents/agent-x1 copy'];
const placeOf = (text: Text, index: number): string => {
  const among = text === 'agent' ? agentNames : names;
  return `${folders[index % folders.length]}/${among[Math.floor(index / folders.length) % among.length]}.jsonl`;
};

const place = fc.nat({ max: folders.length * names.length - 1 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('grow' as const),
      file: fc.nat(),
      percent: fc.integer({ min: 0, max: 100 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), file: fc.nat(), place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy' as const), file: fc.nat(), place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), file: fc.nat(), other: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), file: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('turn' as const), file: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A file as the test knows it: which text it holds, and how much of it. */
interface File {
  text: Text;
  path: string;
  length: number;
}

/** Files of a home that steps move about; nothing that was written is ever lost. */
function createFiles(home: string) {
  let written = 0;
  const full = (path: string) => join(home, path);
  const files: File[] = [];
  /** Its time is one of its own, as on a disk that is not written within one millisecond. */
  const stamp = ({ path }: File) => {
    written += 1;
    utimesSync(full(path), 1_700_000_000 + written, 1_700_000_000 + written);
  };
  const write = (file: File) => {
    mkdirSync(dirname(full(file.path)), { recursive: true });
    writeFileSync(full(file.path), bytesOf(file.text).subarray(0, file.length));
    stamp(file);
  };
  const isFree = (path: string) => files.every((file) => file.path.toLowerCase() !== path.toLowerCase());
  const move = (from: string, to: string) => {
    mkdirSync(dirname(full(to)), { recursive: true });
    renameSync(full(from), full(to));
  };
  const holds = (file: File) => readFileSync(full(file.path));
  for (const [index, text] of (['alpha', 'fork', 'other', 'agent'] as const).entries()) {
    // Before a record names its session, a log is known by its file's name alone.
    const length = Buffer.byteLength(lines(texts[text].slice(0, text === 'other' ? 2 : 1)));
    const file = { text, path: placeOf(text, text === 'agent' ? 0 : 4 * index), length };
    files.push(file);
    write(file);
  }
  const at = (index: number): File => files[index % files.length] as File;
  return {
    run: (given: Exclude<Step, { kind: 'read' }>) => {
      const file = at(given.file);
      switch (given.kind) {
        case 'grow': {
          file.length += Math.floor((given.percent / 100) * (bytesOf(file.text).length - file.length));
          return write(file);
        }
        case 'move': {
          const path = placeOf(file.text, given.place);
          if (!isFree(path)) return;
          move(file.path, path);
          file.path = path;
          return;
        }
        case 'copy': {
          const path = placeOf(file.text, given.place);
          if (!isFree(path)) return;
          mkdirSync(dirname(full(path)), { recursive: true });
          copyFileSync(full(file.path), full(path));
          files.push({ ...file, path });
          return stamp({ ...file, path });
        }
        case 'swap': {
          const other = at(given.other);
          if (other === file || (other.text === 'agent') !== (file.text === 'agent')) return;
          move(file.path, `.away/x`);
          move(other.path, file.path);
          move('.away/x', other.path);
          [file.path, other.path] = [other.path, file.path];
          return;
        }
        case 'delete': {
          const bytes = holds(file);
          const isKept = files.some((other) => other !== file && holds(other).subarray(0, bytes.length).equals(bytes));
          if (!isKept) return;
          rmSync(full(file.path));
          files.splice(files.indexOf(file), 1);
          return;
        }
        case 'turn': {
          const other = file.text === 'alpha' ? 'alpha apart' : 'alpha';
          if (!file.text.startsWith('alpha') || !bytesOf(other).subarray(0, file.length).equals(holds(file))) return;
          file.text = other;
          return;
        }
      }
    },
  };
}

describe('logs that are moved, renamed, copied, swapped and go on', () => {
  it('say what they say to one who reads them for the first time, whatever was read in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        const home = makeHome();
        const database = await emptyDatabase();
        try {
          const files = createFiles(home.path);
          for (const each of steps) {
            if (each.kind === 'read') await pass(database, home);
            else files.run(each);
          }
          await pass(database, home);
          const fresh = await readOnce(home);
          expect(saidOf(database)).toEqual(saidOf(fresh));
          for (const check of catalogue.checks)
            expect({ [check.name]: database.all(check.text) }).toEqual({ [check.name]: [] });
          expect(await pass(database, home)).toMatchObject({ read: 0 });
          fresh.close();
        } finally {
          database.close();
          home.remove();
        }
      }),
      { numRuns: 40, seed: 20260403 },
    );
  });
});
