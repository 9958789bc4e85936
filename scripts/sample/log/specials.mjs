/** What real folders hold besides plain sessions: copies, torn lines, record types that nobody knows yet. */

/**
 * The first part of another session under a new id, as a fork begins: uuids, instants and usage stay.
 * @param {string} original the other session's log
 */
export function asCopy(original, sessionId) {
  const records = original
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const part = records.slice(0, Math.floor(records.length * 0.6)).filter((record) => record.uuid !== undefined);
  return part.map((record) => ({ ...record, sessionId }));
}

/** A record of a type that a later build might write. */
export function oddRecord({ id, script }) {
  return {
    type: 'context-budget',
    budget: { used: 118_204, limit: 200_000 },
    sessionId: id,
    timestamp: new Date(script.now).toISOString(),
  };
}

/** The line that was being written when the machine lost power. */
export function tornLine({ id }) {
  return `{"parentUuid":null,"isSidechain":false,"sessionId":"${id}","type":"user","message":{"role":"user","content":"And the next th`;
}

/** The client is updated about every fourth day. */
export function versionOf(at, midnight) {
  const daysAgo = Math.floor((midnight - at) / 86_400_000);
  return `2.1.${219 - Math.floor(daysAgo / 2)}`;
}
