/**
 * Small source files that look like a person's. A shape gives the file, its test, what may be added to it later
 * (`grow`: what the person asks for, the commit's subject, the text), and the line that turns out to be wrong (`fix`).
 * A topic says what the file is about: { name, noun, nouns, path, folder, size }.
 */
import { goLimit } from './goLimit.mjs';
import { goParse } from './goParse.mjs';
import { goStore } from './goStore.mjs';
import { typescriptShapes } from './typescriptShapes.mjs';

export const shapes = {
  relay: { limit: goLimit, store: goStore, parse: goParse },
  console: typescriptShapes,
};

/** Go is indented with tabs; here it stands with pairs of spaces, so that one sees it. */
export function goText(text) {
  return text.replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
}
