/** The repositories as they grow, in memory: what is in the work tree, and which commits were made of it. */
import { beginnings } from './content/beginnings.mjs';

export const people = {
  me: { name: 'Dana Devi', email: 'dev@example.com' },
  colleague: { name: 'Cole Ligen', email: 'colleague@example.com' },
};

/**
 * @typedef {object} Commit
 * @property {number} mark number within the repository, from 1
 * @property {string} branch
 * @property {number[]} parents marks
 * @property {{ name: string, email: string }} author
 * @property {number} at milliseconds UTC
 * @property {string} message
 * @property {Record<string, string>} files path → text of what changed
 */

/** A repository with its first commit. `branches` are: name → { tip: mark, files: path → text }. */
export function createHistory(name, at) {
  const history = { name, commits: [], branches: new Map([['main', { tip: undefined, files: {} }]]) };
  commit(history, 'main', { by: 'colleague', at, subject: `Start ${name}`, files: beginnings[name] });
  return history;
}

/** Commits what changed; the branch is made where it is not there. Returns the mark. */
export function commit(history, branch, { by, at, subject, body = '', files, merged }) {
  const line = branchOf(history, branch);
  const mark = history.commits.length + 1;
  history.commits.push({
    mark,
    branch,
    parents: [line.tip, merged].filter((parent) => parent !== undefined),
    author: people[by],
    at,
    message: body === '' ? `${subject}\n` : `${subject}\n\n${body}\n`,
    files,
    before: Object.fromEntries(Object.keys(files).map((path) => [path, line.files[path]])),
  });
  line.tip = mark;
  Object.assign(line.files, files);
  return mark;
}

/** Brings a branch into main. Its files win: nobody else touches them meanwhile. */
export function merge(history, branch, { by, at }) {
  const { tip } = branchOf(history, branch);
  const files = Object.assign(
    {},
    ...history.commits.filter((each) => each.branch === branch).map((each) => each.files),
  );
  return commit(history, 'main', { by, at, subject: `Merge branch '${branch}'`, files, merged: tip });
}

/** Takes the newest commit of the person on main back, where nothing was built on it. */
export function revert(history, { by, at, isWanted }) {
  const bad = history.commits.findLast((each) => each.branch === 'main' && isWanted(each));
  const subject = bad.message.split('\n')[0];
  const body = `This reverts commit ${'{commit}'}.`;
  const mark = commit(history, 'main', { by, at, subject: `Revert "${subject}"`, body, files: bad.before });
  history.commits[mark - 1].reverts = bad.mark;
  return mark;
}

/** A branch; a new one starts at main. */
export function branchOf(history, name) {
  const known = history.branches.get(name);
  if (known !== undefined) return known;
  const main = history.branches.get('main');
  const made = { tip: main.tip, files: { ...main.files } };
  history.branches.set(name, made);
  return made;
}
