import { webSearchModel } from '../facts';
import { count, type JsonObject, objects, text } from '../values';
import type { RecordContext } from './context';

/**
 * The searches of one call of `WebSearch`. Each call runs in a request of its own, of which no log holds anything but
 * its answer: the usage of the response that made the call was written before the search ran, and says 0 searches
 * (1,922 of 1,922 in the real logs). So these are other searches than `usage.server_tool_use.web_search_requests`,
 * which counts those that the response itself made on the server, and none is counted twice. Where the two could be
 * compared with what was billed, `searchCount` was the number billed (agentsview, session-format-sources.md).
 */
export function readWebSearches(callId: string, result: JsonObject | undefined, context: RecordContext): void {
  const webSearches = result === undefined ? 0 : searchesIn(result);
  if (webSearches === 0) return;
  context.facts.push({
    type: 'response',
    id: `${webSearchModel}@${callId}`,
    at: context.at,
    model: webSearchModel,
    tokens: { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0, reasoning: 0 },
    webSearches,
    isOutputUnderreported: false,
    isSidechain: context.isSidechain,
  });
}

/**
 * The tool's name stands in another record: its result is known by its members. (A sub-agent's result counts searches
 * of files, in `toolStats.searchCount`.) Before there was `searchCount`, each search that was answered is an object
 * in `results`; one that failed is a text, and not billed.
 */
function searchesIn(result: JsonObject): number {
  if (text(result.query) === undefined || typeof result.durationSeconds !== 'number') return 0;
  return count(result.searchCount) ?? objects(result.results).filter((answer) => text(answer.tool_use_id)).length;
}
