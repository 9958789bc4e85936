// Writes logs like Claude Code's, of any size, from a seed: the same arguments give the same bytes.
//   node test/bench/generate.mjs --out DIR --bytes 1e9 --files 5000 --seed 1
// Prints what a right reader must find in them, as JSON.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, partSeed } from './logs/random.mjs';
import { createSession } from './logs/session.mjs';
import { chances, files as fileShape } from './logs/shape.mjs';
import { createTexts } from './logs/texts.mjs';

const flushAt = 1 << 20;
const smallestFile = 2000;
/** Sessions lie in the year before this instant. */
const newest = Date.UTC(2026, 2, 31);

/**
 * What was written. Tokens by class; `prompts` each once, `promptsWithCopies` by file, as forks repeat them;
 * `edits` calls of file tools by outcome, lines of the successful ones.
 * @typedef {object} Truth
 */

/**
 * Writes `files` logs with about `bytes` bytes in all below `<out>/.claude/projects`. `forks` (a share of the files)
 * and `rewinds` (a chance per prompt) are as in real logs unless said otherwise: small sets would have none.
 * @param {{ out: string, bytes: number, files: number, seed: number, forks?: number, rewinds?: number }} options
 * @returns {Truth}
 */
export function generate({ out, bytes, files, seed, forks = fileShape.forks, rewinds = chances.rewind }) {
  const projects = join(out, '.claude', 'projects');
  const texts = createTexts(partSeed(seed, -2));
  const truth = emptyTruth();
  const plans = planFiles({ seed, files, bytes, forks, rewinds });
  let planned = 0;
  let source;
  for (const plan of plans) {
    planned += plan.bytes;
    // What earlier files were too long or too short is made good here.
    const target = Math.max(smallestFile, planned - truth.bytes);
    const path = join(projects, plan.path);
    mkdirSync(dirname(path), { recursive: true });
    const file = openFile(path, truth);
    if (plan.kind === 'fork' && source) writeFork(file, plan, source, target, texts);
    else createSession(plan, texts).writeUntil(file.sink, target);
    file.close();
    if (plan.kind === 'session') source = { plan, bytes: file.sink.bytes };
  }
  return truth;
}

/** The first half of another session under a new id, then its own way. */
function writeFork(file, plan, source, target, texts) {
  const copied = createSession({ ...source.plan, sessionId: plan.sessionId }, texts);
  copied.writeUntil(file.copySink, Math.min(target, source.bytes) / 2);
  const own = createSession({ ...plan, cwd: source.plan.cwd }, texts);
  own.follow(copied.lastUuid(), copied.at() + 3_600_000);
  own.writeUntil(file.sink, target);
}

/** Kind, place, size and seed of every file. */
function planFiles({ seed, files: count, bytes, forks, rewinds }) {
  const random = createRandom(partSeed(seed, -1));
  const weights = Array.from({ length: count }, () => Math.exp(random.normal() * fileShape.spread));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let session;
  return weights.map((weight, index) => {
    const kindAt = random.unit();
    const isFirst = session === undefined;
    const kind =
      isFirst || kindAt >= fileShape.subagents + forks ? 'session' : kindAt < fileShape.subagents ? 'subagent' : 'fork';
    const own = {
      ...{ kind, seed: partSeed(seed, index), bytes: (weight / sum) * bytes, sessionId: random.uuid() },
      ...{ startsAt: newest - Math.floor(random.unit() * 365 * 86_400_000), agentId: undefined, rewinds },
    };
    if (kind === 'subagent') {
      const agentId = `${random.hex(1).slice(0, 7)}${index}`;
      const path = `${session.slug}/${session.sessionId}/subagents/agent-${agentId}.jsonl`;
      return { ...own, agentId, path, cwd: session.cwd, sessionId: session.sessionId, startsAt: session.startsAt };
    }
    const project = kind === 'fork' ? session.project : random.below(Math.ceil(count / fileShape.perProject));
    const cwd = `/nowhere/bench/project-${project}`;
    const slug = cwd.replace(/[^A-Za-z0-9-]/g, '-');
    const plan = { ...own, project, cwd, slug, path: `${slug}/${own.sessionId}.jsonl` };
    if (kind === 'session') session = plan;
    return plan;
  });
}

/** @returns {Truth} */
function emptyTruth() {
  return {
    ...{ files: 0, bytes: 0, records: 0, responses: 0, prompts: 0, promptsWithCopies: 0, calls: 0, longestLine: 0 },
    tokens: { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0 },
    edits: { ok: 0, failed: 0, rejected: 0 },
    ...{ linesAdded: 0, linesRemoved: 0 },
  };
}

/** A log being written: `sink` counts into the truth what is new, `copySink` what stands elsewhere already. */
function openFile(path, truth) {
  const handle = openSync(path, 'w');
  const ignore = () => undefined;
  let lines = [];
  let pending = 0;
  let bytes = 0;
  const flush = () => {
    if (pending > 0) writeSync(handle, lines.join(''));
    lines = [];
    pending = 0;
  };
  const record = (value) => {
    const line = `${JSON.stringify(value)}\n`;
    const length = Buffer.byteLength(line);
    lines.push(line);
    pending += length;
    bytes += length;
    truth.bytes += length;
    truth.records++;
    truth.longestLine = Math.max(truth.longestLine, length);
    if (pending >= flushAt) flush();
  };
  const base = {
    get bytes() {
      return bytes;
    },
    record,
  };
  truth.files++;
  return {
    sink: Object.assign(Object.create(base), {
      response: (tokens) => {
        truth.responses++;
        for (const name of Object.keys(truth.tokens)) truth.tokens[name] += tokens[name];
      },
      prompt: () => {
        truth.prompts++;
        truth.promptsWithCopies++;
      },
      count: () => {
        truth.calls++;
      },
      edit: ({ outcome, added, removed }) => {
        truth.edits[outcome]++;
        truth.linesAdded += added;
        truth.linesRemoved += removed;
      },
    }),
    copySink: Object.assign(Object.create(base), {
      response: ignore,
      prompt: () => {
        truth.promptsWithCopies++;
      },
      count: ignore,
      edit: ignore,
    }),
    close: () => {
      flush();
      closeSync(handle);
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      bytes: { type: 'string', default: '2e8' },
      files: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (!values.out) throw new Error('--out DIR is missing');
  const options = { bytes: Number(values.bytes), files: Number(values.files), seed: Number(values.seed) };
  console.log(JSON.stringify(generate({ out: values.out, ...options }), null, 2));
}
