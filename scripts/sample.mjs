/**
 * Makes a home folder with logs of a coding agent, and the git repositories that they belong to, for who has none:
 *   node scripts/sample.mjs --out DIR [--today YYYY-MM-DD] [--seed N]
 * The same arguments give the same logs (but for paths) and the same commits. The last line printed is JSON:
 * {"home", "repository", "repositories", "today"}. An older sample in DIR is replaced.
 */
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { replaceFolder } from './sample/folder.mjs';
import { toLines, writeSession } from './sample/log/claudeLog.mjs';
import { asCopy, oddRecord, tornLine, versionOf } from './sample/log/specials.mjs';
import { makeRepository } from './sample/repository.mjs';
import { tellStory } from './sample/story.mjs';

const repositories = ['relay', 'console'];

function readArguments() {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, today: { type: 'string' }, seed: { type: 'string', default: '1' } },
  });
  if (values.out === undefined)
    throw new Error('usage: node scripts/sample.mjs --out DIR [--today YYYY-MM-DD] [--seed N]');
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  const midnight = Date.parse(`${today}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== today)
    throw new Error(`--today ${today} is no day: YYYY-MM-DD`);
  if (!/^\d+$/.test(values.seed)) throw new Error(`--seed ${values.seed} is no number`);
  return { out: realFolder(path.resolve(values.out)), today, midnight, seed: Number(values.seed) };
}

/** Logs name folders as the system does: links on the way are followed, as far as the way is there. */
function realFolder(folder) {
  if (existsSync(folder)) return realpathSync(folder);
  const parent = path.dirname(folder);
  return parent === folder ? folder : path.join(realFolder(parent), path.basename(folder));
}

/** All logs of the story, each with its place below the projects' folder. */
function* logsOf({ sessions }, commits, folders, midnight) {
  let original;
  for (const [index, session] of sessions.entries()) {
    const version = versionOf(session.script.start, midnight);
    const slug = folders[session.repository].replace(/[^A-Za-z0-9-]/g, '-');
    const files = writeSession(session, commits.get(session.repository), version);
    // The original is the session before its fork.
    if (session.copyOf !== undefined) files[0].text = toLines(asCopy(original, session.id)) + files[0].text;
    if (index === 7) files[0].text += toLines([oddRecord(session)]);
    if (session.isTorn) files[0].text += tornLine(session);
    original = files[0].text;
    for (const file of files) yield { path: path.join(slug, file.path), text: file.text };
  }
}

function main() {
  const { out, today, midnight, seed } = readArguments();
  const folders = Object.fromEntries(repositories.map((name) => [name, path.join(out, 'repos', name)]));
  const story = tellStory({ today: midnight, seed, folders });
  console.log(`Sample of ${story.sessions.length} sessions in ${out}`);
  replaceFolder(out, (folder) => {
    const commits = new Map();
    for (const [name, history] of story.histories) {
      commits.set(name, makeRepository(path.join(folder, 'repos', name), history));
      console.log(`  ${name}: ${history.commits.length} commits`);
    }
    const projects = path.join(folder, 'home', '.claude', 'projects');
    let bytes = 0;
    for (const log of logsOf(story, commits, folders, midnight)) {
      const file = path.join(projects, log.path);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, log.text);
      bytes += Buffer.byteLength(log.text);
    }
    console.log(`  logs: ${(bytes / 1e6).toFixed(1)} MB`);
  });
  const made = { home: path.join(out, 'home'), repository: folders.relay, repositories: Object.values(folders), today };
  console.log(JSON.stringify(made));
}

try {
  main();
} catch (problem) {
  console.error(`sample: ${problem.message}`);
  process.exitCode = 1;
}
