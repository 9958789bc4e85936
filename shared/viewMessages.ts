import * as z from 'zod';
import { sidebarStateSchema } from './sidebar';

/** From the page to the extension host. */
export const fromViewSchema = z.discriminatedUnion('type', [
  /** The page has drawn its frame and wants the state. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('request'), id: z.number(), method: z.string(), params: z.unknown() }),
]);
export type FromView = z.infer<typeof fromViewSchema>;

/** From the extension host to the page. */
export const toViewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: sidebarStateSchema, locale: z.string() }),
  z.object({ type: z.literal('response'), id: z.number(), result: z.unknown() }),
  z.object({ type: z.literal('failure'), id: z.number(), message: z.string(), next: z.string() }),
  /** Work in the background while the numbers stay on screen; null: done. */
  z.object({
    type: z.literal('progress'),
    progress: z.object({ text: z.string(), done: z.number(), total: z.number() }).nullable(),
  }),
]);
export type ToView = z.infer<typeof toViewSchema>;
