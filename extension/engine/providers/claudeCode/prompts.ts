import type { PromptKind } from '../facts';
import { instant, isJsonObject, type JsonObject, list, object, objects, text } from '../values';
import { resultText } from './resultText';

/** A person's prompt: how it came and its words; `text` is empty for an image alone. */
export interface Prompt {
  kind: Exclude<PromptKind, 'none'>;
  text: string;
  /** The person chose a text that the agent wrote: accepted its plan. */
  isWrittenByAgent?: true;
}

/** What the agent's machinery says in the person's name. */
const machineTexts = [
  '<local-command-stdout>',
  '<local-command-stderr>',
  '<local-command-caveat>',
  'Caveat:',
  '[Request interrupted',
  'This session is being continued',
  '<task-notification>',
  'Stop hook feedback:',
  '<bash-stdout>',
  '<bash-stderr>',
  '<user-memory-input>',
  '<teammate-message',
  'Base directory for this skill',
];

/** Context that editors and the agent put before a prompt, or send alone. */
const leadingContext = /^\s*<(system-reminder|ide_opened_file|ide_selection|ide_diagnostics)>[\s\S]*?<\/\1>\s*/;

const rejectionStart = "The user doesn't want to ";
const rejectionWords = 'the user said:';

/** The prompt in a `user` record, where it holds one. Sub-agents' prompts are the agent's, not a person's. */
export function promptOfUser(record: JsonObject): Prompt | undefined {
  if (record.isMeta === true || record.isCompactSummary === true || record.isSidechain === true) return undefined;
  if (record.isVisibleInTranscriptOnly === true) return undefined;
  const { content } = object(record.message) ?? {};
  if (objects(content).some((block) => block.type === 'tool_result')) return promptInRejection(content);
  if (record.toolUseResult !== undefined) return undefined;
  const origin = text(object(record.origin)?.kind);
  if ((origin !== undefined && origin !== 'human') || record.promptSource === 'system') return undefined;
  const typed = typedText(content);
  if (typed === undefined) return undefined;
  if (text(record.planContent) !== undefined) return { kind: 'command', text: typed, isWrittenByAgent: true };
  return classify(typed, origin === 'human', record.promptSource === 'queued' ? 'queued' : 'typed');
}

/** 2.1.97 appeared on that day: "Fixed messages typed while Claude is working not being persisted to the transcript". */
const attachmentsSince = Date.UTC(2026, 3, 8);

/**
 * A prompt typed while the agent works is written twice or three times, and no record tells of the others:
 * `queue-operation enqueue`, then either `dequeue` and a plain user record (26 of 28 in the real logs), or, when it
 * was taken into the running turn, an attachment `queued_command` and `remove`. So `enqueue` never counts; the user
 * record or the attachment does. Builds before 2.1.97 wrote no attachment: there `remove` itself is the only trace of
 * the delivery, a prompt whose words are not known. The record names no version, but its instant tells old builds
 * from those that write an attachment beside (with a `remove` that repeats the text, or not). An old build used after
 * that day loses such prompts, none counts twice. Taking a prompt back into the input box is `popAll`, never `remove`.
 */
export function promptOfQueueOperation(record: JsonObject): Prompt | undefined {
  if (record.operation !== 'remove' || record.content !== undefined || record.reason !== undefined) return undefined;
  const at = instant(record.timestamp);
  return at !== undefined && at < attachmentsSince ? { kind: 'queued', text: '' } : undefined;
}

/** The prompt in an attachment `queued_command`; notifications of background tasks come the same way. */
export function promptOfAttachment(record: JsonObject): Prompt | undefined {
  const attachment = object(record.attachment);
  if (attachment?.type !== 'queued_command' || record.isSidechain === true || attachment.isMeta === true)
    return undefined;
  const mode = text(attachment.commandMode);
  if (mode !== undefined && mode !== 'prompt' && mode !== 'bash') return undefined;
  const origin = text(object(attachment.origin)?.kind);
  if (origin !== undefined && origin !== 'human') return undefined;
  const typed = typedText(attachment.prompt);
  if (typed === undefined) return undefined;
  const prompt = classify(typed, origin === 'human', 'queued');
  return prompt && { ...prompt, kind: 'queued' };
}

/** Words between white space. */
export function wordsOf(prompt: Prompt): number {
  if (prompt.isWrittenByAgent) return 0;
  return prompt.text.match(/\S+/g)?.length ?? 0;
}

function classify(typed: string, isHuman: boolean, kind: 'typed' | 'queued'): Prompt | undefined {
  if (/^<command-(?:name|message)>/.test(typed)) {
    const name = tagged(typed, 'command-name') ?? '';
    const command = name.startsWith('/') ? name : `/${name}`;
    return { kind: 'command', text: `${command} ${tagged(typed, 'command-args') ?? ''}`.trim() };
  }
  const shell = typed.startsWith('<bash-input>') ? tagged(typed, 'bash-input') : undefined;
  if (shell !== undefined) return { kind: 'shell', text: shell };
  // Where the log says outright that a person typed it, a text that looks like the machine's is a quotation.
  if (!isHuman && machineTexts.some((start) => typed.startsWith(start))) return undefined;
  return { kind, text: typed };
}

function tagged(value: string, tag: string): string | undefined {
  const start = value.indexOf(`<${tag}>`);
  const end = value.indexOf(`</${tag}>`, start);
  return start < 0 || end < 0 ? undefined : value.slice(start + tag.length + 2, end).trim();
}

/** The text without context around it; '' for an image alone; undefined where nothing of a person remains. */
function typedText(content: unknown): string | undefined {
  if (typeof content === 'string') return withoutContext(content) || undefined;
  const blocks = list(content).filter(isJsonObject);
  const texts = blocks.map((block) => (block.type === 'text' ? withoutContext(text(block.text) ?? '') : ''));
  const typed = texts.filter((part) => part !== '').join('\n');
  if (typed !== '') return typed;
  return blocks.some((block) => block.type === 'image' || block.type === 'document') ? '' : undefined;
}

function withoutContext(value: string): string {
  let rest = value;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(leadingContext, '');
  }
  return rest.trim();
}

/** Saying no, a person may say what to do instead. */
function promptInRejection(content: unknown): Prompt | undefined {
  for (const block of objects(content)) {
    if (block.type !== 'tool_result' || block.is_error !== true) continue;
    const answer = resultText(block);
    const start = answer.indexOf(rejectionWords);
    if (!answer.startsWith(rejectionStart) || start < 0) continue;
    // Newer builds add a note to the model.
    const said = answer
      .slice(start + rejectionWords.length)
      .replace(/\n\nNote: The user's next message may[\s\S]*$/, '');
    if (said.trim() !== '') return { kind: 'typed', text: said.trim() };
  }
  return undefined;
}
