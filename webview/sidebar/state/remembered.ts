import * as z from 'zod';

/** What the page keeps while it is hidden: where the person looked, never data. */
const rememberedSchema = z.object({
  /** Metrics whose detail is open. */
  expanded: z.array(z.string()).max(50),
  /** Models taken out of the chart. */
  hidden: z.array(z.string()).max(50),
  costAs: z.enum(['chart', 'table']),
});
export type Remembered = z.infer<typeof rememberedSchema>;

/** Reads what was kept; anything else counts as nothing kept. */
export function readRemembered(kept: unknown): Remembered {
  const parsed = rememberedSchema.safeParse(kept);
  return parsed.success ? parsed.data : { expanded: [], hidden: [], costAs: 'chart' };
}

/** The list without the item, or with it. */
export function toggled(list: string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}
