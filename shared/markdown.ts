/** Control characters and bidirectional overrides: they could hide or reorder what a person reads. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** One line of text without control characters; longer than `most` characters it ends in an ellipsis. */
export function oneLine(text: string, most: number): string {
  const line = text.replaceAll(unsafe, ' ').replaceAll(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}

/**
 * Untrusted text as Markdown that shows just this text: no markup, HTML, table cell, link or `$(icon)` comes out of it.
 * One line; every ASCII punctuation mark is escaped, which CommonMark allows (section 2.4), but `<`, `>` and `&`,
 * which become entities so that renderers that take HTML see none, and `$`: VS Code looks for icons in the rendered
 * HTML, where a backslash is gone and an entity is not.
 */
export function escapeMarkdown(text: string, most = 300): string {
  const line = oneLine(text, most);
  return line
    .replaceAll(/[!"#%'()*+,\-./:;=?@[\\\]^_`{|}~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('$', '&#36;');
}
