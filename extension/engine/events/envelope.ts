import { createHash } from 'node:crypto';

/** The columns that make an event a contract: the same in every event table. */
export interface Envelope {
  event_id: string;
  content_hash: string;
}

type Content = Readonly<Record<string, string | number | null>>;

/** Identity and content hash of an event. The hash covers what is said, not when it was built or how often it changed. */
export function sealEvent(sourceId: string, table: string, keyColumns: readonly string[], content: Content): Envelope {
  const key = keyColumns.map((column) => String(content[column] ?? ''));
  const names = Object.keys(content).sort();
  return {
    event_id: digest([sourceId, table, ...key]),
    content_hash: digest(names.flatMap((name) => [name, content[name] === null ? '\0' : String(content[name])])),
  };
}

/** The first half of SHA-256. Length-prefixed, so that no two lists share a digest by where their parts end. */
function digest(parts: readonly string[]): string {
  return createHash('sha256')
    .update(parts.map((part) => `${part.length}:${part}`).join(''))
    .digest('hex')
    .slice(0, 32);
}
