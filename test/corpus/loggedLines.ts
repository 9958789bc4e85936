import { join } from 'node:path';
import { hashLine } from '../../extension/engine/attribution/lines';
import { claudeCode } from '../../extension/engine/providers/claudeCode/provider';
import { ofType, readTree } from '../providers/readFacts';
import type { Corpus } from './index';

const key = (text: string) => hashLine(text).loose.toString(36);

/**
 * Lines that truth says stand in a log, but that no edit of that session has, as the provider reads the logs: none,
 * where the simulator is right. Lines that were moved, re-indented or re-wrapped later are left out.
 */
export function missingInLogs(corpus: Corpus): { checked: number; missing: string[] } {
  const written = writtenLines(corpus);
  const missing: string[] = [];
  let checked = 0;
  for (const { case: story, commits } of corpus.truth.repositories) {
    for (const line of commits.flatMap(({ files }) => files.flatMap(({ added }) => added))) {
      if (line.by !== 'agent' || !line.logged || line.handled !== undefined) continue;
      checked++;
      if (!written.has(`${line.session} ${key(line.text)}`)) missing.push(`${story}: ${line.text}`);
    }
  }
  return { checked, missing };
}

/** `session hash` of all lines that edits say they wrote. */
function writtenLines({ home }: Corpus): Set<string> {
  const result = new Set<string>();
  for (const { path, facts } of readTree(claudeCode, join(home, '.claude', 'projects'))) {
    const session = /([^/]+)\.jsonl$/.exec(path)?.[1];
    for (const edit of ofType(facts, 'edit')) {
      if (edit.stage !== 'applied' && edit.via !== 'shell') continue;
      for (const text of edit.added) result.add(`${session} ${key(text)}`);
    }
  }
  return result;
}
