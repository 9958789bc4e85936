import * as z from 'zod';
import { daySchema } from './filters';

const usd = z.number().min(0).finite();

/**
 * A person's own price of a model, USD per million tokens. What is left out follows Anthropic's list: five-minute cache
 * writes 1.25 times, one-hour cache writes twice and cache reads a tenth of the input's price.
 */
export const ownPriceSchema = z.strictObject({
  /** As the log names the model. */
  model: z.string().min(1),
  /** First day it holds; left out: from the beginning. */
  from: daySchema.optional(),
  input: usd,
  output: usd,
  cacheWrite5m: usd.optional(),
  cacheWrite1h: usd.optional(),
  cacheRead: usd.optional(),
  /** USD per thousand searches. */
  webSearch: usd.optional(),
});
export type OwnPrice = z.infer<typeof ownPriceSchema>;
export const ownPricesSchema = z.array(ownPriceSchema);
