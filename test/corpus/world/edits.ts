import type { Author, LineTruth } from '../truth';
import { type Checkout, fileIn, linesIn, putLines } from './checkout';
import { handled, type Line, placeOf, rewritten, type SourceFile, written } from './lines';

/** Whole lines in place of others that stand just once in the file; lines that are in both are context. */
export interface Change {
  find: readonly string[];
  put: readonly string[];
}

/** Lines below a line that stays. */
export function below(line: string, ...texts: string[]): Change {
  return { find: [line], put: [line, ...texts] };
}

/** What a file was and became. */
export interface Edited {
  path: string;
  before: SourceFile | undefined;
  after: SourceFile;
}

/** Who writes: what is true of the new lines, and who takes the old ones away. */
export interface Hand {
  truth: LineTruth;
  author: Author;
}

export function applyChanges(checkout: Checkout, path: string, changes: readonly Change[], hand: Hand): Edited {
  const before = fileIn(checkout, path);
  let lines: readonly Line[] = before.lines;
  for (const { find, put } of changes) {
    const start = placeOf(lines, find);
    const end = start + find.length;
    const fresh = rewritten(lines.slice(start, end), put, hand.truth);
    lines = [...lines.slice(0, start), ...fresh, ...lines.slice(end)];
  }
  putLines(checkout, path, lines, hand.author);
  return { path, before, after: fileIn(checkout, path) };
}

/** The whole file anew; lines that keep their text keep their author. */
export function overwrite(checkout: Checkout, path: string, texts: readonly string[], hand: Hand): Edited {
  const before = checkout.files.get(path);
  putLines(checkout, path, rewritten(before?.lines ?? [], texts, hand.truth), hand.author);
  return { path, before, after: fileIn(checkout, path) };
}

/** Every place of a text, in any line. */
export function replaceEverywhere(checkout: Checkout, path: string, old: string, fresh: string, hand: Hand): Edited {
  const before = fileIn(checkout, path);
  const lines = before.lines.map((line) =>
    line.text.includes(old) ? written(line.text.replaceAll(old, fresh), hand.truth) : line,
  );
  putLines(checkout, path, lines, hand.author);
  return { path, before, after: fileIn(checkout, path) };
}

/** Other white space in a run of lines; who wrote them stays who wrote them. */
export function reindent(
  checkout: Checkout,
  path: string,
  texts: readonly string[],
  indented: (text: string) => string,
  by: Author,
): Edited {
  const before = fileIn(checkout, path);
  const start = placeOf(before.lines, texts);
  const lines = before.lines.map((line, index) =>
    index < start || index >= start + texts.length
      ? line
      : handled(line, indented(line.text), { how: 'reindented', by }),
  );
  putLines(checkout, path, lines, { ...by, handled: { how: 'reindented', by } });
  return { path, before, after: fileIn(checkout, path) };
}

/** One line broken into several, or several into one. */
export function rewrap(
  checkout: Checkout,
  path: string,
  texts: readonly string[],
  fresh: readonly string[],
  by: Author,
): void {
  const before = linesIn(checkout, path);
  const start = placeOf(before, texts);
  const first = before[start] as Line;
  const lines = fresh.map((text) => handled(first, text, { how: 'rewrapped', by }));
  const all = [...before.slice(0, start), ...lines, ...before.slice(start + texts.length)];
  putLines(checkout, path, all, { ...by, handled: { how: 'rewrapped', by } });
}

/** Takes a run of lines to the end of another file. */
export function move(checkout: Checkout, from: string, texts: readonly string[], to: string, by: Author): void {
  const source = linesIn(checkout, from);
  const start = placeOf(source, texts);
  const end = start + texts.length;
  const moved = source.slice(start, end).map((line) => handled(line, line.text, { how: 'moved', by }));
  const rest = [...source.slice(0, start), ...source.slice(end)];
  putLines(checkout, from, rest, { ...by, handled: { how: 'moved', by } });
  putLines(checkout, to, [...(checkout.files.get(to)?.lines ?? []), ...moved], by);
}

/** The first conflict of a file, from marker to marker. Throws where there is none. */
export function conflictIn(checkout: Checkout, path: string): string[] {
  const texts = linesIn(checkout, path).map(({ text }) => text);
  const start = texts.findIndex((text) => text.startsWith('<<<<<<< '));
  if (start < 0) throw new Error(`${path} has no conflict`);
  return texts.slice(start, texts.findIndex((text, index) => index > start && text.startsWith('>>>>>>> ')) + 1);
}
