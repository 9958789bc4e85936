import { evidenceText, lineClassText } from '../../../shared/commitWords';
import type { Format } from '../../../shared/format';
import type { BlameRange, BlameReport } from '../../../shared/report';
import { plainText } from './table';

/** A file for people: per line its commit, whose it is, its number and its text; below, how many lines are whose. */
export function renderBlame(format: Format, report: BlameReport, text: Uint8Array): string {
  if (report.reason !== null) {
    return `${plainText(report.path)}: ${plainText(report.reason)}`;
  }
  const texts = new TextDecoder().decode(text).split(/\r?\n/);
  const digits = String(texts.length).length;
  const names = new Map(report.sessions.map((session, index) => [session.session_key, `S${index + 1}`]));
  const whoOf = ({ class: lineClass, session_key }: BlameRange) =>
    [lineClassText(lineClass), names.get(session_key ?? '')].filter(Boolean).join(' ');
  const width = Math.max(0, ...report.ranges.map((range) => whoOf(range).length));
  const lines = report.ranges.flatMap((range) =>
    Array.from({ length: range.count }, (_, offset) => {
      const line = range.line + offset;
      const place = `${(range.commit ?? '').slice(0, 7).padEnd(7)}  ${whoOf(range).padEnd(width)}`;
      return `${place}  ${String(line).padStart(digits)}  ${plainText((texts[line - 1] ?? '').replaceAll('\t', '    '))}`.trimEnd();
    }),
  );
  return [...lines, '', ...summaryOf(format, report, names)].join('\n');
}

/** Lines by session and evidence, then by class. */
function summaryOf(format: Format, report: BlameReport, names: ReadonlyMap<string, string>): string[] {
  const total = sum(report.ranges);
  const lines = (count: number) => `${format.count(count)} ${count === 1 ? 'line' : 'lines'}`;
  const sessions = report.sessions.map((session) => {
    const own = report.ranges.filter((range) => range.session_key === session.session_key);
    const kinds = [...linesBy(own, (range) => range.evidence)].map(
      ([kind, count]) =>
        `${format.count(count)} ${kind === null ? 'in files that it wrote by a command' : evidenceText(kind)}`,
    );
    const title = session.title === null ? '' : ` “${plainText(session.title)}”`;
    return `${names.get(session.session_key)}  ${session.provider_name}, ${plainText(session.model ?? 'no model')}, ${format.instant(session.started_at)}${title}, ${plainText(session.session_key)}: ${kinds.join('; ')}`;
  });
  const classes = [...linesBy(report.ranges, (range) => range.class)].map(
    ([lineClass, count]) => `${lines(count)} ${lineClassText(lineClass)}`,
  );
  return [...sessions, `${lines(total)}: ${classes.join(', ')}`];
}

function linesBy<Key>(ranges: readonly BlameRange[], keyOf: (range: BlameRange) => Key): Map<Key, number> {
  const lines = new Map<Key, number>();
  for (const range of ranges) lines.set(keyOf(range), (lines.get(keyOf(range)) ?? 0) + range.count);
  return lines;
}

const sum = (ranges: readonly BlameRange[]): number => ranges.reduce((total, { count }) => total + count, 0);
