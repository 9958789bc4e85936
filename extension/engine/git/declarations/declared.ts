import { agentOfName } from './agents';

/** What stands behind a commit, as it or something beside it says. A declaration proves no line. */
export interface Declared {
  /** Our id of the agent; undefined: it is not named, or we do not know it. */
  agent?: string;
  /** The agent's own id of the session; undefined: it is not named. */
  session?: string;
}

const SESSION_LIMIT = 200;

/** The id of a session as agents make them: printable ASCII without blanks; undefined: none. */
export function sessionOf(text: string): string | undefined {
  return text.length <= SESSION_LIMIT && /^[!-~]+$/.test(text) ? text : undefined;
}

/** Sessions are named by their id, or by the address or path of what is kept of them, which ends with it. */
export function sessionOfAddress(address: string): string | undefined {
  const last = address
    .split(/[?#]/, 1)[0]
    ?.split(/[/\\]/)
    .filter((part) => part !== '')
    .at(-1)
    ?.trim();
  return last === undefined ? undefined : sessionOf(last.replace(/\.jsonl?$/, ''));
}

/** Undefined: neither names anything that we know. */
export function declaredOf(agentName: string | undefined, session: string | undefined): Declared | undefined {
  const agent = agentName === undefined ? undefined : agentOfName(agentName);
  if (agent === undefined && session === undefined) return undefined;
  return { ...(agent !== undefined && { agent }), ...(session !== undefined && { session }) };
}

/** The text as JSON; undefined: it is none, or nests too deep for the parser. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
