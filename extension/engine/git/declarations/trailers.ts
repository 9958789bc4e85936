import { agentOfEmail, agentOfName } from './agents';
import { type Declared, sessionOf, sessionOfAddress } from './declared';

/** What a commit's message says of who helped. */
export interface Trailers {
  coAuthors: { name: string; email: string }[];
  /** Our ids of the agents that the message names, in its order. */
  agents: string[];
  /** Sessions that it names, in its order. */
  sessions: Declared[];
  /** Ids of Entire's checkpoints, which say elsewhere what sessions they hold. */
  checkpoints: string[];
}

/** Trailers that name a session, and whose it is; no agent where the trailer's own tool serves several. */
const SESSION_TRAILERS: ReadonlyMap<string, { agent?: string }> = new Map([
  // Sourcegraph's Amp; sessions are https://ampcode.com/threads/T-…
  ['amp-thread-id', { agent: 'amp' }],
  // GitHub's coding agent: https://github.com/<owner>/<name>/sessions/<id>
  ['agent-logs-url', { agent: 'copilot' }],
  // Claude Code in the cloud: https://claude.ai/code/session_…
  ['claude-session', { agent: 'claude-code' }],
  // entireio/cli, cmd/entire/cli/trailers/trailers.go; before v1 the session's id followed the day.
  ['entire-session', {}],
]);

/** Trailers that name an agent without an address. */
const AGENT_TRAILERS: ReadonlySet<string> = new Set(['entire-agent', 'made-with']);

/** First lines of what agents append to a message when they sign with a sentence. */
const GENERATED_WITH: readonly [pattern: RegExp, agent: string][] = [
  [/^\W*Generated with \[?Claude Code\b/i, 'claude-code'],
  [/^\W*Generated with \[?Crush\b/i, 'crush'],
  [/^\W*Generated with \[Devin\]\(/i, 'devin'],
];

/** 12 hex digits, or a ULID: checkpoint/id of entireio/cli. */
const CHECKPOINT = /^(?:[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26})$/;

/**
 * Reads `Key: value` lines at the start of a line, anywhere after the subject: a squash on the host leaves the parts'
 * trailers in the middle, where `git interpret-trailers` does not look.
 */
export function readTrailers(message: string): Trailers {
  const coAuthors = new Map<string, { name: string; email: string }>();
  const agents = new Set<string>();
  const sessions = new Map<string, Declared>();
  const checkpoints = new Set<string>();
  const add = (agent: string | undefined) => agent !== undefined && agents.add(agent);
  for (const line of unfoldedLines(message).slice(1)) {
    const [, key = '', value = ''] = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(\S.*)$/.exec(line) ?? [];
    const name = key.toLowerCase();
    const person = name === 'co-authored-by' || name === 'assisted-by' ? personOf(value) : undefined;
    const trailer = SESSION_TRAILERS.get(name);
    if (person) {
      if (name === 'co-authored-by') coAuthors.set(person.email.toLowerCase(), person);
      add(agentOfEmail(person.email));
    } else if (name === 'assisted-by') {
      add(assistantOf(value));
    } else if (trailer) {
      const session = name === 'entire-session' ? withoutDay(value.trim()) : sessionOfAddress(value);
      if (session !== undefined) sessions.set(session, { ...trailer, session });
      add(trailer.agent);
    } else if (name === 'entire-checkpoint') {
      const checkpoint = value.trim();
      if (CHECKPOINT.test(checkpoint)) checkpoints.add(checkpoint);
    } else if (AGENT_TRAILERS.has(name)) {
      add(agentOfName(value));
    } else {
      add(GENERATED_WITH.find(([pattern]) => pattern.test(line))?.[1]);
    }
  }
  return {
    coAuthors: [...coAuthors.values()],
    agents: [...agents],
    sessions: [...sessions.values()],
    checkpoints: [...checkpoints],
  };
}

/** The first paragraph on one line, as git's `%s` has it; at most 1,000 characters. */
export function subjectOf(message: string): string {
  const [paragraph = ''] = message.replace(/^(?:[ \t\r]*\n)+/, '').split(/\n[ \t\r]*(?:\n|$)/, 1);
  return paragraph
    .slice(0, 4000)
    .replaceAll(/[ \t\r]*\n[ \t]*/g, ' ')
    .trim()
    .slice(0, SUBJECT_LIMIT);
}

const SUBJECT_LIMIT = 1000;

/** A line that begins with a blank continues a trailer before it. */
function unfoldedLines(message: string): string[] {
  const lines: string[] = [];
  for (const line of message.trimStart().split(/\r?\n/)) {
    const last = lines.at(-1);
    const continues = last !== undefined && /^[ \t]+\S/.test(line) && /^[A-Za-z][A-Za-z0-9-]*[ \t]*:/.test(last);
    if (continues) lines[lines.length - 1] = `${last} ${line.trim()}`;
    else lines.push(line);
  }
  return lines;
}

function personOf(value: string): { name: string; email: string } | undefined {
  const [, name = '', email = ''] = /^([^<]*)<([^<>\s]+@[^<>\s]+)>/.exec(value) ?? [];
  return email === '' ? undefined : { name: name.trim(), email };
}

/** `Claude:claude-opus-4-6 sparse`: Linux, Documentation/process/coding-assistants.rst. */
function assistantOf(value: string): string | undefined {
  const [, name] = /^([A-Za-z][A-Za-z -]{0,30}):\S/.exec(value) ?? [];
  return name === undefined ? undefined : agentOfName(name);
}

/** `2026-01-20-<the agent's own id>`, as older versions of Entire have it, or the agent's own id. */
function withoutDay(session: string): string | undefined {
  return sessionOf(session.replace(/^\d{4}-\d{2}-\d{2}-(?=.)/, ''));
}
