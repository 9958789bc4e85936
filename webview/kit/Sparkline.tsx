import { type DotItemDotProps, Line, LineChart, YAxis } from 'recharts';

/** One mark: `value` null leaves a gap; `units` are what it rests on. */
export interface SparkPoint {
  value: number | null;
  units: number;
}

const fewest = 10;

/**
 * The course of a value, oldest first, from zero up. The last mark is drawn, hollow where it rests on
 * fewer than ten units. Decoration: the row beside it says the value and the one before.
 */
export function Sparkline({ points }: { points: SparkPoint[] }) {
  const last = points.findLastIndex((point) => point.value !== null);
  if (last < 0) {
    return null;
  }
  const dot = ({ cx, cy, index }: DotItemDotProps) => {
    if (cx === undefined || cy === undefined || points[index]?.value == null) {
      return null;
    }
    if (index === last) {
      const few = (points[index]?.units ?? 0) < fewest;
      return (
        <circle key={index} cx={cx} cy={cy} r={few ? 2 : 2.5} className={few ? 'spark-last spark-few' : 'spark-last'} />
      );
    }
    const alone = points[index - 1]?.value == null && points[index + 1]?.value == null;
    return alone ? <circle key={index} cx={cx} cy={cy} r={1} className="spark-alone" /> : null;
  };
  return (
    <span className="spark" aria-hidden="true">
      <LineChart
        width={72}
        height={26}
        data={points}
        margin={{ top: 4, right: 4, bottom: 3, left: 3 }}
        accessibilityLayer={false}
        tabIndex={-1}
      >
        <YAxis hide domain={[0, (highest: number) => (highest > 0 ? highest : 1)]} />
        <path d="M0 23.5H72" className="spark-base" />
        <Line
          dataKey="value"
          type="linear"
          dot={dot}
          activeDot={false}
          connectNulls={false}
          isAnimationActive={false}
          className="spark-line"
        />
      </LineChart>
    </span>
  );
}
