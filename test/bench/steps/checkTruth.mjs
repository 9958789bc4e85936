/**
 * Where a reader differs from what was written, in words; empty: it is right.
 * @param {object} truth the generator's
 * @param {object} facts the database's, in the same shape
 * @param {object | undefined} ccusage totals of its report
 * @returns {{ ours: string[], ccusage: string[] }}
 */
export function checkTruth(truth, facts, ccusage) {
  const { tokens } = truth;
  return {
    ours: compare('', pick(truth, facts), facts),
    ccusage: ccusage
      ? compare(
          '',
          {
            inputTokens: tokens.input,
            cacheCreationTokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
            cacheReadTokens: tokens.cacheRead,
            outputTokens: tokens.output,
          },
          ccusage,
        )
      : [],
  };
}

function compare(prefix, expected, found) {
  return Object.entries(expected).flatMap(([name, value]) => {
    const label = `${prefix}${name}`;
    if (typeof value === 'object') return compare(`${label}.`, value, found[name] ?? {});
    return found[name] === value ? [] : [`${label}: ${found[name]} instead of ${value}`];
  });
}

const pick = (truth, facts) => Object.fromEntries(Object.keys(facts).map((name) => [name, truth[name]]));
