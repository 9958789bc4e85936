import type { SessionFact } from '../facts';

const prompt = /^(?:message\.content\.text|attachment\.prompt(?:\.text)?)$/;
const editResult = /^toolUseResult\.(?:content|structuredPatch|oldString|newString|edits|original_file|updated_file)\b/;
/** What answers, calls and commits are read from, and whatever holds it. */
const other =
  /^(?:message|message\.content|message\.content\.input(?:\..*)?|toolUseResult|toolUseResult\.stdout|attachment)$/;

/**
 * The facts of a record without those whose texts were cut, and a problem that says so. Most of what is cut is no
 * loss: files as they were before an edit, files read, images. A cut prompt is still one; a cut edit would have
 * wrong lines.
 */
export function withoutCutMembers(facts: SessionFact[], cut: readonly string[] = []): SessionFact[] {
  const missed = cut.map((path) => path.replace(/^data\.message\./, '')).filter((path) => isMissed(path, facts));
  if (missed.length === 0) return facts;
  const detail = `cut, since the line is too long: ${missed.join(', ').slice(0, 200)}`;
  return [...facts.filter((fact) => !isOfLines(fact)), { type: 'problem', reason: 'too_long', detail }];
}

function isMissed(path: string, facts: readonly SessionFact[]): boolean {
  if (prompt.test(path)) return facts.some((fact) => fact.type === 'message' && fact.prompt !== 'none');
  return editResult.test(path) ? facts.some(isOfLines) : other.test(path);
}

const isOfLines = (fact: SessionFact): boolean => fact.type === 'edit' || fact.type === 'shell_write';
