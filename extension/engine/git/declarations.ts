/** What a commit's message says of who helped. A declaration proves no line; it picks among candidates. */
export interface Trailers {
  coAuthors: { name: string; email: string }[];
  /** Our id of the agent that the message names first. */
  agent?: string;
  /** The agent's own id of the session or thread, or Entire's checkpoint. */
  session?: string;
}

/** Addresses under which agents sign. By address only: a person may be called Claude. */
const AGENTS_BY_EMAIL: readonly [pattern: RegExp, agent: string][] = [
  [/^noreply@anthropic\.com$/, 'claude-code'],
  [/^(?:noreply|codex)@openai\.com$/, 'codex'],
  [/^(?:cursoragent|noreply)@cursor\.com$/, 'cursor'],
  [/^\d+\+copilot@users\.noreply\.github\.com$/, 'copilot'],
  [/^\d+\+copilot-swe-agent\[bot\]@users\.noreply\.github\.com$/, 'copilot'],
  [/^(?:amp|noreply)@ampcode\.com$/, 'amp'],
  [/^(?:aider|noreply)@aider\.chat$/, 'aider'],
  [/^noreply@opencode\.ai$/, 'opencode'],
  [/^crush@charm\.(?:land|sh)$/, 'crush'],
  [/^roomote@roocode\.com$/, 'roo-code'],
  [/^openhands@all-hands\.dev$/, 'openhands'],
  [/^(?:agent|oz-agent)@warp\.dev$/, 'warp'],
  [/^\d+\+devin-ai-integration\[bot\]@users\.noreply\.github\.com$/, 'devin'],
  [/^\d+\+google-labs-jules\[bot\]@users\.noreply\.github\.com$/, 'jules'],
  [/^\d+\+gemini-(?:code-assist|cli)\[bot\]@users\.noreply\.github\.com$/, 'gemini'],
  [/^\d+\+factory-droid\[bot\]@users\.noreply\.github\.com$/, 'droid'],
];

/** Trailers that name a session, and whose it is; no agent where the trailer's own tool serves several. */
const SESSION_TRAILERS: Readonly<Record<string, { agent?: string }>> = {
  'amp-thread-id': { agent: 'amp' },
  'agent-logs-url': { agent: 'copilot' },
  'claude-session': { agent: 'claude-code' },
  'codex-session': { agent: 'codex' },
  'entire-session': {},
  'entire-checkpoint': {},
};

const GENERATED_WITH: readonly [pattern: RegExp, agent: string][] = [
  [/^\W*Generated with \[?Claude Code\b/i, 'claude-code'],
  [/^\W*Generated with \[?Crush\b/i, 'crush'],
];

/**
 * Reads `Key: value` lines at the start of a line, anywhere after the subject: a squash on the host leaves the parts'
 * trailers in the middle, where `git interpret-trailers` does not look.
 */
export function readTrailers(message: string): Trailers {
  const coAuthors = new Map<string, { name: string; email: string }>();
  let agent: string | undefined;
  let session: string | undefined;
  for (const line of unfoldedLines(message).slice(1)) {
    const [, key = '', value = ''] = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(\S.*)$/.exec(line) ?? [];
    const name = key.toLowerCase();
    if (name === 'co-authored-by' || name === 'assisted-by') {
      const person = personOf(value);
      if (!person) continue;
      if (name === 'co-authored-by') coAuthors.set(person.email.toLowerCase(), person);
      agent ??= agentOfEmail(person.email);
      continue;
    }
    const trailer = Object.hasOwn(SESSION_TRAILERS, name) ? SESSION_TRAILERS[name] : undefined;
    if (trailer) {
      session ??= lastSegment(value);
      agent ??= trailer.agent;
      continue;
    }
    if (name === 'entire-agent') agent ??= agentOfName(value);
    agent ??= GENERATED_WITH.find(([pattern]) => pattern.test(line))?.[1];
  }
  return {
    coAuthors: [...coAuthors.values()],
    ...(agent !== undefined && { agent }),
    ...(session !== undefined && { session }),
  };
}

/** The agent that signs with this address; undefined: a person, as far as we know. */
export function agentOfEmail(email: string): string | undefined {
  const address = email.trim().toLowerCase();
  return AGENTS_BY_EMAIL.find(([pattern]) => pattern.test(address))?.[1];
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

/** Sessions are named by their id or by an address that ends with it. */
function lastSegment(value: string): string | undefined {
  return value
    .split(/[?#]/, 1)[0]
    ?.split('/')
    .filter((part) => part !== '')
    .at(-1)
    ?.trim();
}

function agentOfName(name: string): string | undefined {
  return ENTIRE_AGENTS[name.trim().toLowerCase()];
}

const ENTIRE_AGENTS: Readonly<Record<string, string>> = {
  'claude code': 'claude-code',
  'claude-code': 'claude-code',
  codex: 'codex',
  cursor: 'cursor',
  'cursor cli': 'cursor',
  'gemini cli': 'gemini',
  opencode: 'opencode',
};
