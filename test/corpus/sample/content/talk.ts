import type { RepositoryName } from './shapes';
import type { Topic } from './topics';

/** What people and the agent say in the sample. Our own words: nothing here comes from a real log. */

/** Repository, first prompt and title of a session. */
export type Opening = readonly [repository: RepositoryName, prompt: string, title?: string];

/** Prompts that follow the first one. */
export const followUps = [
  'Run the tests again please.',
  'Is there anything else in the repository that does the same? I do not want two of these.',
  'The comment on the exported name is too long, one line is enough.',
  'What happens when it is called with an empty key?',
  'ok, and where would it be called from?',
  'Show me the diff before we go on.',
  'I would rather keep the constant private.',
  'Does this hold a lock while it allocates?',
  'Good. Check that the linter is happy.',
  'Explain in two sentences what changed for the changelog.',
  'Please do not touch the README in this change.',
  'Can that test fail for the right reason? Break it once and show me.',
  'yes',
  'Looks right to me, go on.',
  'What does the README say about this? Bring it in line if it is wrong.',
  'How long does the whole test run take now?',
];

/** Sessions that only ask. */
export const questions: readonly Opening[] = [
  [
    'console',
    'Why does the delivery page ask for the same list twice on load? Only look, change nothing.',
    'Why is the list asked for twice?',
  ],
  [
    'console',
    'Which of our components re-render when the address changes? List them.',
    'What re-renders on navigation',
  ],
  [
    'relay',
    'How do we make sure that events of one key stay in order when a retry is waiting?',
    'Order of events and retries',
  ],
  ['console', 'Is vitest 3 to 4 a big step for us? What would break?', 'Cost of the next vitest'],
  ['console', 'The build takes a minute longer since Monday. Find out which commit did it.', 'Slow build since Monday'],
  ['console', 'Why would the browser keep the old toasts after a deploy?', 'Toasts survive a deploy'],
  ['relay', 'Is it safe to run two relays against one queue?', 'Two relays, one queue'],
  [
    'console',
    'Look at the accessibility of the tables and tell me the three worst things.',
    'Accessibility of the tables',
  ],
  ['console', 'Do we still need the polyfills? Which browsers do our customers have?', 'Are polyfills still needed?'],
];

/** Sessions that stay in plan mode. */
export const plans: readonly Opening[] = [
  [
    'relay',
    'Plan: move the dead letters from memory to disk. Which steps, which risks? No code yet.',
    'Plan: dead letters on disk',
  ],
  [
    'console',
    'Think through how bulk replay should look, from the table to the client. I want a plan that fits a page.',
    'Plan: bulk replay',
  ],
  ['relay', 'Make a plan for graceful shutdown with deliveries in flight.', 'Plan: graceful shutdown'],
];

/** What scripts ask. */
export const errands: readonly Opening[] = [
  ['relay', 'Summarise the commits since the last tag for the release notes.'],
  ['console', 'Review the last commit for missing tests. Answer with a list.'],
  ['relay', 'Check that every exported name has a comment. Answer yes or name the files.'],
  ['console', 'Summarise the commits since the last tag for the release notes.'],
  ['relay', 'Review the last commit for data races. Answer with a list.'],
  ['console', 'List the TODO comments that are older than a month.'],
];

/** Text that must stay text wherever it is shown. */
export const hostileTitle = 'Escape names </script><img src=x onerror=alert(1)> \u202egnp.exe';
export const hostilePrompt =
  'An endpoint may be called `</script><img src=x onerror=alert(1)>`, `$(rm -rf ~)` or [x](command:evil) or even \u202ereversed. Where do we print names without escaping them?';

/** An error as people paste it. */
export function goFailure(topic: Topic): string {
  return `still red:\n\n--- FAIL: Test${topic.name}StopsAtItsSize (0.00s)\n    ${topic.path.split('/').at(-1)}_test.go:13: ${topic.noun} 3 was refused\nFAIL\nFAIL\texample.com/northwind/relay/${topic.path.split('/').slice(0, -1).join('/')}\t0.004s\nFAIL`;
}

export function typescriptFailure(topic: Topic): string {
  return `npm test says\n\nTypeError: Cannot read properties of undefined (reading 'map')\n    at ${topic.noun}Row (${topic.file}:19:6)\n    at ${topic.testFile}:5:10\n\n Test Files  1 failed | 6 passed (7)`;
}

/** What the agent says between its steps. */
export const remarks = [
  'I will look at how the neighbouring code does it first.',
  'That is the only place. I will keep the change there.',
  'The test covers the boundary now; the suite is green.',
  'Done. The behaviour for an empty key stays as it was.',
  'Nothing else calls it, so the name can stay private.',
  'The lock is held only while the map is read.',
  'Two of these would drift apart, so I reused the one that is there.',
  'It reads well now, and the diff is small.',
];

/** What the agent thinks. */
export const thoughts = [
  'The package has one type per file and no global state. I should follow that and keep the new type small.',
  'The test should show the boundary, not the implementation.',
  'I need to see who calls this before I change its result.',
  'The person wants it small. One function and one test will do.',
];

/** Longer answers, for questions and plans. */
export const answers = [
  'Three places matter here. The first builds the request, the second caches it by address, and the third drops the cache whenever the address changes, even where only the fragment differs. So the list is asked for once by the page and once by the table. The smallest change is to compare the query alone; the better one is to let the page own the list.',
  'In short: yes, with one condition. A key is bound to one worker for as long as anything of it is in flight, so a retry holds back what came later for the same key. Two processes do not know of each other, so the binding must move to the queue. I would not do it before there is a test that kills a process in the middle.',
  '1. Write the format down, with a version in the first byte.\n2. Append only, one file per hour.\n3. Read back at start, newest first, stop at the limit.\n4. Prune by removing whole files.\n\nRisks: a torn last record after a crash, and a full disk. Both need a test before the first customer.',
];

/** What the agent asks back before it writes. */
export const agentQuestions = [
  'Two ways are open: a type of its own, or a field in the one that is there. Which do you want?',
  'Should this be visible outside the package?',
  'There is similar code next door. May I change that too, or only add?',
];

/** How the person decides. */
export const decisions = [
  'A type of its own, small.',
  'Only add. I will clean up the other one later.',
  'Keep it inside for now.',
  'Your first way. Mind the names.',
];

/** Sentences that end up in comments. */
export const caveats = [
  'Safe for concurrent use.',
  'Cheap enough to call per request.',
  'Asked for by support.',
  'Its test shows the limits.',
];
