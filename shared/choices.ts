// Without zod: what the extension needs while it is activated may not take the time that zod takes to load.

/** The sidebar's choices of how far back: days up to today, or everything. */
export const ranges = [7, 30, 90, 'all'] as const;
export type Range = (typeof ranges)[number];

/** The repositories of the open workspace folders, or every repository that was read. */
export const scopeKinds = ['workspace', 'all'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

/** The choice that a stored value names; undefined: none, or one of another version. */
export const choiceOf = <Choice>(choices: readonly Choice[], stored: unknown): Choice | undefined =>
  choices.find((choice) => choice === stored);
