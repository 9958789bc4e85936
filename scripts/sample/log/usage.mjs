/** The tokens of a session: what the model reads grows with every step, and comes from a cache unless that ran out. */

const charactersPerToken = 3.5;
/** How long a cache entry lives. */
const lifetimeMs = { '5m': 300_000, '1h': 3_600_000 };

/**
 * Counts for one conversation. `cache` is the kind of cache that it writes; `folder` counts as one character, so that
 * the sample costs the same wherever it lies.
 */
export function createUsage(random, cache, folder) {
  // The system prompt, the tools' descriptions and the project's own instructions come first.
  let unread = cache === '1h' ? random.whole(26_000, 44_000) : random.whole(9_000, 14_000);
  let cached = 0;
  let lastAt = 0;
  let total = 0;
  const folderInJson = JSON.stringify(folder).slice(1, -1);
  const tokensOf = (text) =>
    Math.ceil(text.replaceAll(folderInJson, '~').replaceAll(folder, '~').length / charactersPerToken);

  return {
    /** Something new to read: a prompt, or what a tool answered. Real files and outputs are longer than the sample's. */
    hear: (text) => {
      unread += tokensOf(text) + random.whole(1_200, 6_500);
    },
    /** The usage of a response: a function from the block's number to what its line says. */
    answer: (blocks, at) => {
      if (at - lastAt > lifetimeMs[cache]) {
        unread += cached;
        cached = 0;
      }
      const thinking = blocks.some((block) => block.type === 'thinking') ? random.whole(400, 3_600) : 0;
      const output =
        blocks.reduce((sum, block) => sum + tokensOf(JSON.stringify(block)), thinking) + random.whole(20, 160);
      const counts = {
        input_tokens: random.whole(2, 9),
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
    /** What the conversation holds by now. */
    total: () => total,
  };
}
