import { goLimit } from './goLimit';
import { goParse } from './goParse';
import { goStore } from './goStore';
import { typescriptShapes } from './typescriptShapes';

/** What a file is about. */
export interface About {
  name: string;
  noun: string;
  nouns: string;
  path: string;
  folder: string;
  size: number;
}

type Text = (topic: About) => string;

/** A small source file that looks like a person's. */
export interface Shape {
  file: Text;
  test: Text;
  /** What may be added to it later: what the person asks for, the commit's subject, the text. */
  grow: readonly { ask: Text; subject: Text; text: Text }[];
  /** The part of a line that turns out to be wrong. */
  fix: (topic: About) => Fix;
}

export interface Fix {
  subject: string;
  old: string;
  new: string;
}

export type RepositoryName = 'relay' | 'console';

export const shapes: Readonly<Record<RepositoryName, Readonly<Record<string, Shape>>>> = {
  relay: { limit: goLimit, store: goStore, parse: goParse },
  console: typescriptShapes,
};

/** Go is indented with tabs; here it stands with pairs of spaces, so that one sees it. */
export function goText(text: string): string {
  return text.replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
}
