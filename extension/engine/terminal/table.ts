/** A column of a table for people: numbers right, text left. */
export interface Column {
  title: string;
  align: 'left' | 'right';
}

/** Control characters, bidirectional overrides and line separators of untrusted text would move the cursor or lie about order. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Untrusted text on one line of a terminal. */
export const plainText = (text: string): string => text.replaceAll(unsafe, ' ');

/** Rows under a head, a rule above and below, two spaces between columns; no colour. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...rows.map((row) => width(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? '';
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(cell)));
        return column.align === 'right' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((total, each) => total + each, 0) + 2 * (columns.length - 1));
  return [line(columns.map((column) => column.title)), rule, ...rows.map(line), rule].join('\n');
}

/** Columns that a text takes: wide East Asian characters and emoji take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text.normalize('NFC')) {
    if (/\p{Mark}/u.test(character)) {
      continue;
    }
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}
