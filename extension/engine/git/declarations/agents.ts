/**
 * Addresses under which agents sign. By address only: a person may be called Claude. Each from what signs with it, or
 * from commits of public repositories where the vendor does not document it:
 * - claude-code, copilot, cursor, devin, codex, roo-code: git-ai-project/git-ai, src/authorship/agent_detection.rs
 * - amp, aider, opencode, crush: what these programs write by default (sourcegraph/amp, Aider-AI/aider `--attribute-*`,
 *   anomalyco/opencode and charmbracelet/crush, their prompts for commits)
 * - jules, gemini-code-assist, chatgpt-codex-connector, factory-droid, kiro-agent: the noreply address of their GitHub
 *   app or account
 * - windsurf, qwen-code, openhands, warp: addresses in commits
 */
const AGENTS_BY_EMAIL: readonly [pattern: RegExp, agent: string][] = [
  [/^noreply@anthropic\.com$/, 'claude-code'],
  [/^(?:noreply|codex)@openai\.com$/, 'codex'],
  [/^(?:\d+\+)?chatgpt-codex-connector(?:\[bot\])?@users\.noreply\.github\.com$/, 'codex'],
  [/^(?:cursoragent|agent|noreply)@cursor\.com$/, 'cursor'],
  [/^(?:\d+\+)?cursor\[bot\]@users\.noreply\.github\.com$/, 'cursor'],
  [/^\d+\+copilot@users\.noreply\.github\.com$/, 'copilot'],
  [/^(?:\d+\+)?copilot-swe-agent\[bot\]@users\.noreply\.github\.com$/, 'copilot'],
  [/^(?:amp|noreply)@ampcode\.com$/, 'amp'],
  [/^(?:aider|noreply)@aider\.chat$/, 'aider'],
  [/^noreply@opencode\.ai$/, 'opencode'],
  [/^(?:\d+\+)?opencode-agent\[bot\]@users\.noreply\.github\.com$/, 'opencode'],
  [/^crush@charm\.(?:land|sh)$/, 'crush'],
  [/^roomote@roocode\.com$/, 'roo-code'],
  [/^openhands@all-hands\.dev$/, 'openhands'],
  [/^(?:agent|oz-agent)@warp\.dev$/, 'warp'],
  [/^(?:\d+\+)?devin-ai-integration\[bot\]@users\.noreply\.github\.com$/, 'devin'],
  [/^(?:\d+\+)?google-labs-jules\[bot\]@users\.noreply\.github\.com$/, 'jules'],
  [/^(?:\d+\+)?gemini-(?:code-assist|cli)\[bot\]@users\.noreply\.github\.com$/, 'gemini'],
  [/^218195315\+gemini-cli@users\.noreply\.github\.com$/, 'gemini'],
  [/^(?:\d+\+)?factory-droid\[bot\]@users\.noreply\.github\.com$/, 'droid'],
  [/^244629292\+kiro-agent@users\.noreply\.github\.com$/, 'kiro'],
  [/^(?:kiro|noreply)@kiro\.dev$/, 'kiro'],
  [/^(?:windsurf|cascade|noreply)@(?:codeium\.com|windsurf\.(?:com|ai))$/, 'windsurf'],
  [/^qwen-coder@alibabacloud\.com$/, 'qwen-code'],
];

/** The agent that signs with this address; undefined: a person, as far as we know. */
export function agentOfEmail(email: string): string | undefined {
  const address = email.trim().toLowerCase();
  return AGENTS_BY_EMAIL.find(([pattern]) => pattern.test(address))?.[1];
}

/**
 * What other tools call agents, where we call them otherwise: git-ai's `agent_id.tool` (presets below
 * src/commands/checkpoint_agent of git-ai-project/git-ai), Entire's agent types (cmd/entire/cli/agent/registry.go of
 * entireio/cli), `tool.name` of Agent Trace (reference/trace-store.ts of cursor/agent-trace).
 */
const AGENTS_BY_NAME: ReadonlyMap<string, string> = new Map([
  ['claude', 'claude-code'],
  ['claude-web', 'claude-code'],
  ['codex-cli', 'codex'],
  ['codex-cloud', 'codex'],
  ['cursor-agent', 'cursor'],
  ['cursor-cli', 'cursor'],
  ['github-copilot', 'copilot'],
  ['github-copilot-agent', 'copilot'],
  ['github-copilot-cli', 'copilot'],
  ['copilot-cli', 'copilot'],
  ['gemini-cli', 'gemini'],
  ['continue-cli', 'continue'],
  ['factory-ai-droid', 'droid'],
  ['factoryai-droid', 'droid'],
  ['roo-background', 'roo-code'],
]);

/** Agents whose names are ours already. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  ...AGENTS_BY_EMAIL.map(([, agent]) => agent),
  ...AGENTS_BY_NAME.values(),
  ...['cline', 'firebender', 'pi'],
]);

/** Our id of an agent, from what another tool calls it; undefined: no agent that we know by this name. */
export function agentOfName(name: string): string | undefined {
  const id = name.trim().toLowerCase().replaceAll(' ', '-');
  return AGENTS_BY_NAME.get(id) ?? (OWN_NAMES.has(id) ? id : undefined);
}
