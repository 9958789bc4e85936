import { type JudgedLine, precision, type Rate, recall } from './measure';

/** Writes the figures of docs/attribution.md anew. */
export const command = 'UPDATE_GOLDENS=1 npx vitest run test/attribution/corpus.test.ts';

const begin = '<!-- measured: begin -->';
const end = '<!-- measured: end -->';

/** The part of the page between its marks. */
export function measuredPart(page: string): string {
  return page.slice(page.indexOf(begin) + begin.length, page.indexOf(end)).trim();
}

export function withMeasuredPart(page: string, part: string): string {
  return `${page.slice(0, page.indexOf(begin) + begin.length)}\n\n${part}\n\n${page.slice(page.indexOf(end))}`;
}

/** What the page says of a corpus: precision per evidence, recall per operation, history and case. */
export function documentOf(lines: readonly JudgedLine[], cases: number, mixedCommits: number): string {
  const added = lines.filter(({ side }) => side === 'added');
  const removed = lines.filter(({ side }) => side === 'removed');
  const byCase = recall(added, (line) => line.case);
  const missed = new Map([...byCase].filter(([, { right, of }]) => right < of));
  return [
    `Of ${cases} named cases and a random history of ${mixedCommits} commits; \`${command}\` writes this part.`,
    rates('Added lines: precision by evidence', precision(added)),
    rates(
      'Recall by what the agent did',
      recall(added, ({ truth }) => (truth.by === 'agent' ? truth.via : '')),
    ),
    rates(
      'Recall by what git did with it',
      recall(added, ({ history }) => history),
    ),
    rates(`Cases with a missed line; in the other ${byCase.size - missed.size} none was missed`, missed),
    rates('Removed lines: precision by evidence', precision(removed)),
    rates(
      'Removed lines: recall',
      recall(removed, () => 'all'),
    ),
  ].join('\n\n');
}

function rates(title: string, found: ReadonlyMap<string, Rate>): string {
  const rows = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `| ${title} | lines | of | |`,
    '|---|--:|--:|--:|',
    ...rows.map(([name, { right, of }]) => `| ${name} | ${right} | ${of} | ${(right / of).toFixed(3)} |`),
  ].join('\n');
}
