// What a person said.
import { answerOf, blocksOf, type Entry, type Json, type ReferenceLog } from './logs';

export interface ReferencePrompt {
  kind: 'typed' | 'queued' | 'command' | 'shell';
  words: number;
}

/** The person's prompt in a record, if there is one. */
export function promptOf(
  log: ReferenceLog,
  { record, at, isSubagent, isReported }: Entry,
): ReferencePrompt | undefined {
  if (log.isSubagent || isSubagent || isReported) return undefined;
  if (record.type === 'user') return promptOfUser(record);
  if (record.type === 'attachment') return promptOfAttachment(record.attachment);
  // Builds before 2.1.97, of that day, wrote of a prompt that was taken from the queue only that it was taken.
  const isTaken = record.type === 'queue-operation' && record.operation === 'remove' && at < Date.parse('2026-04-08');
  return isTaken && record.content === undefined && record.reason === undefined
    ? { kind: 'queued', words: 0 }
    : undefined;
}

function promptOfUser(record: Json): ReferencePrompt | undefined {
  if (record.isMeta || record.isCompactSummary || record.isVisibleInTranscriptOnly) return undefined;
  const results = blocksOf(record).filter((block) => block.type === 'tool_result');
  if (results.length > 0) return promptInRefusal(results);
  if (record.toolUseResult !== undefined || record.promptSource === 'system') return undefined;
  if (record.origin && record.origin.kind !== 'human') return undefined;
  const typed = typedText(record.message?.content);
  if (typed === undefined) return undefined;
  if (record.planContent) return { kind: 'command', words: 0 };
  return judged(typed, record.origin?.kind === 'human', record.promptSource === 'queued' ? 'queued' : 'typed');
}

function promptOfAttachment(attachment: Json): ReferencePrompt | undefined {
  if (attachment?.type !== 'queued_command' || attachment.isMeta) return undefined;
  if (![undefined, 'prompt', 'bash'].includes(attachment.commandMode)) return undefined;
  if (attachment.origin && attachment.origin.kind !== 'human') return undefined;
  const typed = typedText(attachment.prompt);
  const prompt = typed === undefined ? undefined : judged(typed, attachment.origin?.kind === 'human', 'queued');
  return prompt && { ...prompt, kind: 'queued' };
}

/** "No, and do this instead." */
function promptInRefusal(results: Json[]): ReferencePrompt | undefined {
  for (const result of results) {
    if (result.is_error !== true) continue;
    const said = /^The user doesn't want to [\s\S]*?the user said:([\s\S]*)/.exec(answerOf(result))?.[1] ?? '';
    const words = wordsOf(said.replace(/\n\nNote: The user's next message may[\s\S]*/, ''));
    if (words > 0) return { kind: 'typed', words };
  }
  return undefined;
}

/** Text without what editors and the agent put before it; '' for a picture alone. */
function typedText(content: Json): string | undefined {
  if (!content) return undefined;
  const blocks: Json[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const context = /^(\s*<(system-reminder|ide_opened_file|ide_selection|ide_diagnostics)>[\s\S]*?<\/\2>)+/;
  const texts = blocks.map((block) => (block?.type === 'text' ? block.text.replace(context, '').trim() : ''));
  const typed = texts.filter((text) => text !== '').join('\n');
  if (typed !== '') return typed;
  return blocks.some((block) => block?.type === 'image' || block?.type === 'document') ? '' : undefined;
}

/** How texts begin that the machinery says in the person's name. */
const machine = [
  ...['<local-command-', '<task-notification>', '<bash-std', '<user-memory-input>', '<teammate-message', 'Caveat:'],
  ...[
    '[Request interrupted',
    'This session is being continued',
    'Stop hook feedback:',
    'Base directory for this skill',
  ],
];

function judged(typed: string, isHuman: boolean, kind: 'typed' | 'queued'): ReferencePrompt | undefined {
  if (/^<command-(name|message)>/.test(typed)) {
    const args = /<command-args>([\s\S]*?)<\/command-args>/.exec(typed)?.[1] ?? '';
    const name = /<command-name>([\s\S]*?)<\/command-name>/.exec(typed)?.[1] ?? '';
    return { kind: 'command', words: wordsOf(`/${name.trim()} ${args}`) };
  }
  const shell = /^<bash-input>([\s\S]*?)<\/bash-input>/.exec(typed)?.[1];
  if (shell !== undefined) return { kind: 'shell', words: wordsOf(shell) };
  return !isHuman && machine.some((start) => typed.startsWith(start)) ? undefined : { kind, words: wordsOf(typed) };
}

const wordsOf = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
