/** Lines of a commit by who wrote them, as docs/metrics.md names the classes. */
export interface LineClasses {
  ai: number;
  aiDeclared: number;
  tool: number;
  human: number;
  unknown: number;
}

/** One file of a commit that is not excluded: countable lines of one side. */
export interface FileLines {
  lines: number;
  /** Of these, lines that an edit of a session explains. */
  aiLines: number;
  /** A session wrote the file by a command whose output no log shows. */
  isToolWritten: boolean;
}

export interface Circumstances {
  /** A trailer, a note or the author's address says that an agent made it. */
  isByAgent: boolean;
  /** Whether any line of the commit, added or removed, is proved: then the rest is not the agent's. */
  hasProvedLines: boolean;
  isMine: boolean;
  /** A session of the same person in the repository was at work within seven days. */
  isCovered: boolean;
}

/** Each line is in the first class that it belongs to: proved, by a tool, declared, human; unknown is the rest. */
export function classifyLines(
  files: readonly FileLines[],
  { isByAgent, hasProvedLines, isMine, isCovered }: Circumstances,
): LineClasses {
  const classes: LineClasses = { ai: 0, aiDeclared: 0, tool: 0, human: 0, unknown: 0 };
  for (const { lines, aiLines, isToolWritten } of files) {
    const rest = lines - aiLines;
    classes.ai += aiLines;
    if (isToolWritten) classes.tool += rest;
    else if (isByAgent && !hasProvedLines) classes.aiDeclared += rest;
    else if (isMine && isCovered) classes.human += rest;
    else classes.unknown += rest;
  }
  return classes;
}
