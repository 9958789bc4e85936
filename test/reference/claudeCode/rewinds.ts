// What was taken back by going back in a conversation.
import type { PlacedEdit } from './edits';
import type { Entry, ReferenceLog } from './logs';
import { messageOf } from './messages';

/** From a prompt to the last one that answers the same message: all between them was left. */
export interface Rewind {
  log: ReferenceLog;
  first: Entry;
  last: Entry;
}

/** The rewinds in a session's own log; `isOwn` says of a message whether the log owns it. */
export function rewindsOf(log: ReferenceLog, isOwn: (messageId: string) => boolean): Rewind[] {
  const prompts = log.entries.filter((entry) => {
    const message = messageOf(log, entry);
    return message?.prompt === 'typed' && isOwn(message.id) && entry.record.parentUuid;
  });
  return prompts.flatMap((first, index) => {
    const again = prompts.slice(index + 1).filter((other) => other.record.parentUuid === first.record.parentUuid);
    const last = again.at(-1);
    return last ? [{ log, first, last }] : [];
  });
}

/** Places count in the log itself; what a sub-agent did meanwhile is told by the clock. */
export function isTakenBack(edit: PlacedEdit, call: Entry, { log, first, last }: Rewind): boolean {
  if (edit.log === log) return call.offset >= first.offset && call.offset < last.offset;
  return edit.log.root === log.session && edit.entry.at >= first.at && edit.entry.at < last.at;
}
