import type { Format } from '../../../shared/format';
import { missingOutputText, underreportedText } from '../../../shared/missingOutput';
import type { CostReport } from '../../../shared/report';

/**
 * The line under the cost table on output that logs do not count, all rows together; none where there is nothing.
 * Only a single row can say in how many sessions: several may share some.
 */
export function missingOutputNote(format: Format, { rows }: CostReport): string[] {
  const sum = (name: 'estimated_missing_output_tokens' | 'estimated_missing_cost_usd' | 'underreported_sessions') =>
    rows.reduce((total, row) => total + row[name], 0);
  const missing = {
    estimated_missing_output_tokens: sum('estimated_missing_output_tokens'),
    estimated_missing_cost_usd: sum('estimated_missing_cost_usd'),
  };
  const who =
    rows.length === 1
      ? underreportedText(sum('underreported_sessions'), format)
      : 'Some sessions log too few output tokens';
  return missing.estimated_missing_output_tokens === 0
    ? []
    : [`${who}. Estimated from their text, in no column: ${missingOutputText(missing, format)}.`];
}
