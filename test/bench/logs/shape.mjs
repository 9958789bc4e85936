// What real logs look like: counted on 58 files, 27.6 MB and 10,052 records of Claude Code 0.2 to 2.1 (the shared
// sample home), by number and length alone. Quantiles stand at 0, .1, .25, .5, .75, .9, .99 and 1.

/** Lines (content blocks) that one response was written on: 2,563 responses. */
export const linesPerResponse = [
  [1094, 1],
  [1011, 2],
  [320, 3],
  [84, 4],
  [22, 5],
  [27, 6],
  [5, 8],
];

/** Responses until the agent waits for the person again. */
export const responsesPerTurn = [0, 1, 2, 5, 11, 22, 60, 120];

/** Tools by number of calls: 2,744. */
export const tools = [
  [1202, 'Bash'],
  [439, 'Edit'],
  [387, 'Read'],
  [210, 'Grep'],
  [117, 'Write'],
  [134, 'TodoWrite'],
  [110, 'mcp__browser__script'],
  [42, 'Agent'],
];

/** Characters. */
export const lengths = {
  prompt: [4, 19, 45, 116, 253, 783, 14_000, 35_000],
  text: [20, 60, 80, 120, 260, 1000, 3300, 5300],
  thinking: [80, 300, 450, 950, 2000, 4100, 16_000, 34_000],
  command: [3, 18, 34, 69, 158, 453, 1523, 14_000],
  bashOutput: [0, 10, 56, 212, 657, 2150, 12_322, 60_000],
  readFile: [55, 492, 1180, 2530, 8000, 16_000, 60_000, 87_000],
  search: [16, 18, 47, 227, 631, 1731, 5317, 16_000],
  originalFile: [0, 0, 721, 4902, 9247, 15_099, 32_582, 37_900],
  agentProgress: [300, 500, 700, 1500, 6500, 85_000, 160_000, 210_000],
  attachment: [60, 80, 150, 300, 600, 8000, 27_000, 28_000],
};

/** Lines of one edit. */
export const edits = {
  added: [0, 1, 1, 3, 9, 21, 63, 171],
  removed: [0, 0, 0, 1, 3, 11, 41, 180],
  created: [0, 11, 34, 77, 176, 275, 900, 1282],
};

/** Tokens of one response. */
export const tokens = {
  input: [0, 1, 2, 2, 6, 9, 484, 77_248],
  cacheWrite: [0, 142, 310, 614, 1393, 4396, 99_018, 265_546],
  output: [1, 20, 75, 180, 420, 1000, 3721, 26_903],
};

/** How a call ended, of 2,735. */
export const outcomes = [
  [2449, 'ok'],
  [214, 'failed'],
  [72, 'rejected'],
];

/** Chances of records without facts, each per place in which they stand. */
export const chances = {
  bashProgress: 0.5,
  hookProgress: 0.11,
  agentProgressPerAgentCall: 0.75,
  attachmentPerTurn: 0.75,
  /** Five times as often as counted, so that a small set has some too. */
  queuedPrompt: 0.075,
  lastPrompt: 0.4,
  title: 0.35,
  mode: 0.25,
  snapshot: 0.22,
  turnSummary: 0.28,
  queueOperation: 0.12,
  commit: 0.03,
  /** None was counted; yet people go back. */
  rewind: 0.05,
  /** Of responses on several lines: the lines before the last say a first guess of the output. */
  growingUsage: 0.12,
};

/** Logarithmic spread of file sizes (median 150 KB, mean 475 KB), and the share of files that are not plain sessions. */
export const files = { spread: 1.5, subagents: 0.1, forks: 0.02, perProject: 60 };

export const models = [
  [55, 'claude-sonnet-4-5-20250929'],
  [30, 'claude-opus-4-5-20251101'],
  [15, 'claude-haiku-4-5-20251001'],
];

export const versions = [
  [10, '1.0.128'],
  [25, '2.0.76'],
  [65, '2.1.126'],
];
