import type { Random } from '../../support/random';

/** The tokens of a conversation: what the model reads grows with every step, and comes from a cache till that ran out. */
export interface Usage {
  /** Something new to read: a prompt, or what a tool answered. */
  hear(text: string): void;
  /** The usage of a response: of each of its blocks, by number and count, what its line says. */
  answer(blocks: readonly unknown[], at: number): (index: number, count: number) => Record<string, unknown>;
  /** What the conversation holds by now. */
  total(): number;
}

const charactersPerToken = 3.5;
/** How long a cache entry lives. */
const lifetimeMs = { '5m': 300_000, '1h': 3_600_000 };

/** `folder` counts as one character: the same conversation costs the same wherever the folder lies. */
export function createUsage(random: Random, cache: '5m' | '1h', folder: string): Usage {
  // The system prompt, the tools' descriptions and the project's own instructions come first.
  let unread = cache === '1h' ? random.between(26_000, 44_000) : random.between(9_000, 14_000);
  let cached = 0;
  let lastAt = 0;
  let total = 0;
  const folderInJson = JSON.stringify(folder).slice(1, -1);
  const tokensOf = (text: string) =>
    Math.ceil(text.replaceAll(folderInJson, '~').replaceAll(folder, '~').length / charactersPerToken);

  return {
    // Real files and outputs are longer than simulated ones.
    hear: (text) => {
      unread += tokensOf(text) + random.between(1_200, 6_500);
    },
    answer: (blocks, at) => {
      if (at - lastAt > lifetimeMs[cache]) {
        unread += cached;
        cached = 0;
      }
      const isThinking = blocks.some((block) => (block as { type: string }).type === 'thinking');
      const thinking = isThinking ? random.between(400, 3_600) : 0;
      const output =
        blocks.reduce<number>((sum, block) => sum + tokensOf(JSON.stringify(block)), thinking) +
        random.between(20, 160);
      const counts = {
        input_tokens: random.between(2, 9),
        cache_creation_input_tokens: unread,
        cache_read_input_tokens: cached,
      };
      const cache_creation = {
        ephemeral_1h_input_tokens: cache === '1h' ? unread : 0,
        ephemeral_5m_input_tokens: cache === '5m' ? unread : 0,
      };
      cached += unread;
      unread = output;
      lastAt = at;
      total = cached + output;
      return (index, count) => ({
        ...counts,
        output_tokens: Math.ceil((output * (index + 1)) / count),
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
        service_tier: 'standard',
        cache_creation,
      });
    },
    total: () => total,
  };
}
