import type { Format } from './format';

/** What an estimate finds beyond the tokens and the cost of a log. */
export interface MissingOutput {
  estimated_missing_output_tokens: number;
  estimated_missing_cost_usd: number;
}

/** "about 202K output tokens, about $4.23"; the tokens alone where no price is known. */
export function missingOutputText(missing: MissingOutput, format: Format): string {
  const tokens = `about ${format.tokens(missing.estimated_missing_output_tokens)} output tokens`;
  const cost = missing.estimated_missing_cost_usd;
  return cost > 0 ? `${tokens}, about ${format.usd(cost)}` : tokens;
}

/** "33 sessions log too few output tokens". */
export function underreportedText(sessions: number, format: Format): string {
  return `${sessions === 1 ? '1 session logs' : `${format.count(sessions)} sessions log`} too few output tokens`;
}
