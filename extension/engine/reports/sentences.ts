import { createFormat } from '../../../shared/format';
import { missingOutputText, underreportedText } from '../../../shared/missingOutput';
import type { CostReport } from '../../../shared/report';
import type { SidebarGroup, SidebarSentence } from '../../../shared/sidebar';
import type { MetricQueryRow } from './metrics';

const text = createFormat('en');

/**
 * What a group's numbers say: state, number, next step (ui.md, Words). One sentence, or one for each hole in the cost.
 * `rows`: the metrics of the range; `spent`: its cost.
 */
export function sentencesOf(
  id: SidebarGroup['id'],
  rows: readonly MetricQueryRow[],
  spent: CostReport['rows'][number] | undefined,
): SidebarSentence[] {
  const row = (metric: string) => rows.find((candidate) => candidate.metric === metric);
  switch (id) {
    case 'session':
      return [sessionSentence(row('no_output_rate'))];
    case 'commits':
      return [commitSentence(row('commits_linked'), row('ai_heavy'))];
    case 'cost': {
      const holes = [unpricedSentence(row('cost')), underreportedSentence(spent)].filter((hole) => hole !== undefined);
      const basis = { text: 'At list price where the log records none: a subscription pays otherwise.', metric: null };
      return holes.length > 0 ? holes : [basis];
    }
  }
}

function sessionSentence(noOutput: MetricQueryRow | undefined): SidebarSentence {
  const without = noOutput?.numerator ?? 0;
  if (without > 0 && (noOutput?.band === 'watch' || noOutput?.band === 'risk')) {
    return {
      text: `${text.count(without)} sessions changed nothing. Look at what stopped them.`,
      metric: 'no_output_rate',
    };
  }
  return { text: 'Nothing to do.', metric: null };
}

function commitSentence(linked: MetricQueryRow | undefined, heavy: MetricQueryRow | undefined): SidebarSentence {
  if ((linked?.denominator ?? 0) === 0) {
    return { text: 'No commit of yours in the range.', metric: null };
  }
  const unknown = (linked?.denominator ?? 0) - (heavy?.denominator ?? 0);
  if (unknown > 0) {
    return {
      text: `Of ${text.count(unknown)} of ${text.count(linked?.denominator ?? 0)} commits too few lines are known to say whose they are.`,
      metric: null,
    };
  }
  return {
    text: `${text.count(linked?.numerator ?? 0)} commits have a session behind them; in the others no line of one was found.`,
    metric: 'commits_linked',
  };
}

function unpricedSentence(cost: MetricQueryRow | undefined): SidebarSentence | undefined {
  const unpriced = (cost?.denominator ?? 0) - (cost?.numerator ?? 0);
  if (unpriced === 0) {
    return undefined;
  }
  return {
    text: `${text.count(unpriced)} sessions used a model without a known price: their tokens are in no cost.`,
    metric: 'unpriced',
  };
}

function underreportedSentence(spent: CostReport['rows'][number] | undefined): SidebarSentence | undefined {
  if (spent === undefined || spent.estimated_missing_output_tokens === 0) {
    return undefined;
  }
  const sessions = underreportedText(spent.underreported_sessions, text);
  return {
    text: `${sessions}. Estimated from their text, in no cost: ${missingOutputText(spent, text)}.`,
    metric: 'underreported',
  };
}
