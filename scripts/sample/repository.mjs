/** Makes a real git repository of a history, in a second: all commits go through `git fast-import`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { devNull } from 'node:os';
import path from 'node:path';
import { people } from './history.mjs';

/**
 * @param {string} folder where it will be
 * @param {object} history of history.mjs
 * @returns {Map<number, { id: string, changed: string }>} by mark: the commit's id, and its ` 2 files changed, …`
 */
export function makeRepository(folder, history) {
  mkdirSync(folder, { recursive: true });
  git(folder, ['init', '--quiet', '--template=']);
  git(folder, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  const settings = {
    'user.name': people.me.name,
    'user.email': people.me.email,
    'core.autocrlf': 'false',
    'remote.origin.url': `https://git.example.com/northwind/${history.name}.git`,
    'remote.origin.fetch': '+refs/heads/*:refs/remotes/origin/*',
  };
  for (const [name, value] of Object.entries(settings)) git(folder, ['config', name, value]);
  const ids = importCommits(folder, history);
  publish(folder, history, ids);
  git(folder, ['reset', '--quiet', '--hard']);
  return describe(folder, ids);
}

/** A revert names the commit that it takes back, which git must have made before: there a new stream begins. */
function importCommits(folder, history) {
  const marksFile = path.join(folder, '.git', 'sample-marks');
  let ids = new Map();
  let stream = [];
  const flush = () => {
    const marks = [`--import-marks-if-exists=${marksFile}`, `--export-marks=${marksFile}`];
    git(folder, ['fast-import', '--quiet', ...marks], stream.join(''));
    stream = [];
    const lines = readFileSync(marksFile, 'utf8').trim().split('\n');
    ids = new Map(lines.map((line) => [Number(line.slice(1).split(' ')[0]), line.split(' ')[1]]));
  };
  for (const commit of history.commits) {
    if (commit.reverts !== undefined) flush();
    stream.push(streamOf(commit, ids.get(commit.reverts)));
  }
  flush();
  rmSync(marksFile);
  return ids;
}

/** One commit in the language of `git help fast-import`. */
function streamOf({ mark, branch, parents, author, at, message, files }, revertedId) {
  const who = `${author.name} <${author.email}> ${Math.floor(at / 1000)} +0000\n`;
  const [first, merged] = parents;
  return [
    `commit refs/heads/${branch}\nmark :${mark}\nauthor ${who}committer ${who}`,
    dataOf(message.replace('{commit}', revertedId ?? '')),
    first === undefined ? '' : `from :${first}\n`,
    merged === undefined ? '' : `merge :${merged}\n`,
    ...Object.entries(files).map(([file, text]) =>
      text === undefined ? `D ${file}\n` : `M 100644 inline ${file}\n${dataOf(text)}`,
    ),
    '\n',
  ].join('');
}

function dataOf(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** The remote has seen all of main but the newest commit: one is left to push. */
function publish(folder, history, ids) {
  const onMain = history.commits.filter((commit) => commit.branch === 'main');
  git(folder, ['update-ref', 'refs/remotes/origin/main', ids.get(onMain.at(-2).mark)]);
  git(folder, ['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main']);
}

/** What `git commit` says of each commit, from git itself. */
function describe(folder, ids) {
  const output = git(folder, ['log', '--all', '--root', '--format=commit %H', '--shortstat']);
  const changed = new Map();
  for (const part of output.split(/^commit /m).slice(1)) {
    const [id, ...lines] = part.trim().split('\n');
    changed.set(id, lines.at(-1)?.trim() ?? '');
  }
  return new Map([...ids].map(([mark, id]) => [mark, { id, changed: changed.get(id) }]));
}

/** Runs git as on no particular machine: no settings of a person, no hooks, no other repository. */
function git(folder, words, input) {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const result = spawnSync('git', words, {
    cwd: folder,
    input,
    env: {
      ...environment,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
    },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`git ${words[0]} failed: ${result.stderr}`);
  return result.stdout;
}
