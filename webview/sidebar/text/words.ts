import type { Range } from '../../../shared/filters';
import type { Format } from '../../../shared/format';
import { missingOutputText } from '../../../shared/missingOutput';
import type { CommitRow, SessionRow } from '../../../shared/report';

export const ranges: readonly Range[] = [7, 30, 90, 'all'];

export const rangeText = (range: Range): string => (range === 'all' ? 'All time' : `${range} days`);

/** "1 problem", "3 problems". */
export function counted(count: number, one: string, many: string, format: Format): string {
  return `${format.count(count)} ${count === 1 ? one : many}`;
}

/** How long ago, in whole minutes or hours; a date from a day on. */
export function agoText(instant: number, now: number, format: Format): string {
  const minutes = Math.floor((now - instant) / 60_000);
  if (minutes < 1) {
    return 'just now';
  }
  if (minutes < 60) {
    return `${counted(minutes, 'minute', 'minutes', format)} ago`;
  }
  return minutes < 1440
    ? `${counted(Math.floor(minutes / 60), 'hour', 'hours', format)} ago`
    : `on ${format.instant(instant)}`;
}

/** A title from a log on one line; a session that never got one says where it was. */
export function sessionTitle(row: SessionRow): string {
  const repository = oneLine(row.repository);
  return oneLine(row.title) ?? (repository === null ? 'Untitled session' : `Untitled session in ${repository}`);
}

export const commitTitle = (row: CommitRow): string => oneLine(row.subject) ?? 'Commit without a subject';

/** What a session cost, and what is not in it; "–" where it used no tokens. */
export function sessionCost(row: SessionRow, format: Format): { text: string; title: string } {
  const isUnpriced = row.unpriced_responses > 0;
  const isMissing = row.estimated_missing_output_tokens > 0;
  if (!isUnpriced && !isMissing) {
    return row.tokens === 0 && row.cost_usd === 0
      ? { text: '–', title: 'no tokens in its log' }
      : { text: format.usd(row.cost_usd), title: '' };
  }
  const title = [
    ...(isUnpriced ? [`${counted(row.unpriced_responses, 'response has', 'responses have', format)} no price`] : []),
    ...(isMissing ? [`not logged: ${missingOutputText(row, format)}`] : []),
  ].join('; ');
  if (isUnpriced && row.cost_usd === 0) {
    return { text: 'no price', title };
  }
  // Tokens may be missing where the log records the whole cost.
  const isMore = isUnpriced || row.estimated_missing_cost_usd > 0;
  return { text: isMore ? `over ${format.usd(row.cost_usd)}` : format.usd(row.cost_usd), title };
}

function oneLine(text: string | null): string | null {
  const line = text?.replace(/\s+/gu, ' ').trim();
  return line ? line : null;
}
