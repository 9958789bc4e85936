/** Commits without a session: what the person and the colleague change by hand. */
import { lockFile, vendoredFile } from './content/beginnings.mjs';
import { topics } from './content/topics.mjs';
import { branchOf, commit, merge, revert } from './history.mjs';

/** Makes the commit of a `hand` task. `number`: which task it is, so that texts differ. */
export function commitByHand(history, task, at, number) {
  const { by } = task;
  const { files } = branchOf(history, 'main');
  const put = (subject, changed) => commit(history, 'main', { by, at, subject, files: changed });
  const replace = (path, old, fresh) => ({ [path]: files[path].replace(old, () => fresh) });
  switch (task.change) {
    case 'lock':
      return put('Update the lock file', { 'package-lock.json': lockFile(task.version ?? '3.0.2') });
    case 'vendor':
      return put('Copy backoff into vendor', { 'vendor/example.com/northwind/backoff/backoff.go': vendoredFile });
    case 'readme':
      return put('Say how to run the tests', {
        'README.md': `${files['README.md']}\n## Tests\n\nAll tests run in a few seconds; run them before each push (${number}).\n`,
      });
    case 'note':
      return put('Note what customers asked for', { [`docs/notes-${number}.md`]: notesOf(number) });
    case 'config':
      return put('Keep settings in one place', { [`config/settings-${number}.json`]: settingsOf(number) });
    case 'fix': {
      const topic = topics.get(task.topic);
      const changed = replace(topic.file, topic.fix.old, topic.fix.new);
      if (changed[topic.file] === files[topic.file]) throw new Error(`${topic.file}: nothing to fix`);
      return put(topic.fix.subject, changed);
    }
    case 'merge':
      return merge(history, task.branch, { by, at });
    case 'revert':
      return revert(history, { by, at, isWanted: (each) => each.message.startsWith('Let support forgive') });
    default:
      throw new Error(`no such change: ${task.change}`);
  }
}

/** The person commits what the agent left in the work tree, after a look at it. */
export function commitHandedOver(script, subject, at) {
  const { history, branch, changed } = script;
  const files = { ...changed };
  const [first] = Object.keys(files);
  const comment = '\n// Reviewed by hand: names and limits agree with the handbook.\n';
  files[first] += comment;
  return commit(history, branch, { by: 'me', at, subject, files });
}

function notesOf(number) {
  return [
    `# Notes ${number}`,
    '',
    'Asked for in the last two calls:',
    '',
    `- fewer mails about endpoints that are down (${number} of them)`,
    '- a link to the delivery from the audit page',
    '- the reason beside every refusal',
    '',
  ].join('\n');
}

function settingsOf(number) {
  return `${JSON.stringify({ requestTimeoutMs: 1000 + number * 10, retries: 4, pageSize: 20 + number, isVerbose: false, region: 'eu-1' }, null, 2)}\n`;
}
