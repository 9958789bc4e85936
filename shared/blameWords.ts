import { evidenceText, lineClassText } from './commitWords';
import type { Format } from './format';
import { oneLine } from './markdown';
import type { BlameRange, BlameReport } from './report';

/** The range that a line (from 1 on) lies in; undefined: it was not blamed. */
export function blamedRange({ ranges }: BlameReport, line: number): BlameRange | undefined {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return undefined;
    if (line < range.line) high = middle - 1;
    else if (line >= range.line + range.count) low = middle + 1;
    else return range;
  }
  return undefined;
}

/** What stands behind a line of the editor: who wrote it, when, how that is known. '' where nothing is to be said. */
export function blameWords(report: BlameReport, range: BlameRange, format: Format): string {
  const commit = report.commits.find(({ id }) => id === range.commit);
  if (!commit) return '';
  const at = format.day(commit.authored_at.slice(0, 10));
  const session = report.sessions.find(({ session_key }) => session_key === range.session_key);
  if (!session) return oneLine(`${commit.author}, ${at}, ${lineClassText(range.class)}`, 100);
  const title = session.title === null ? '' : ` “${oneLine(session.title, 40)}”`;
  const how = range.evidence === null ? lineClassText(range.class) : evidenceText(range.evidence);
  return oneLine(`${session.provider_name}${title}, ${at}, ${how}`, 160);
}
