import { createHash } from 'node:crypto';

/**
 * Key of a fact that logs name by a text: the first 12 bytes of SHA-256(kind, provider, id). 96 bits make a collision
 * among a billion records less likely than a failing disk, at a third of the size of the agents' own ids.
 */
export function factKey(kind: 'message' | 'response' | 'call' | 'record', provider: string, id: string): Uint8Array {
  return createHash('sha256').update(`${kind}\0${provider}\0${id}`).digest().subarray(0, 12);
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** A person by e-mail, without the e-mail. */
export const personKey = (email: string): string => sha256(email.trim().toLowerCase()).slice(0, 32);
