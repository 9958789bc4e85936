import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { usePage } from '../state/pageContext';
import { CostTooltip } from './CostTooltip';
import { fillOf } from './Hatches';
import { type BarRow, type Series, ticksTo } from './series';

const height = 136;
const tick = { fontSize: 'var(--pf-text-11)', fill: 'var(--pf-muted)' };

export interface CostBarsProps {
  /** Only those that are shown. */
  series: Series[];
  rows: BarRow[];
  today: string;
  isWeek: boolean;
  /** What the chart shows and its last values. */
  label: string;
}

/** Bars stacked by model. One stop for the keyboard: arrows move along the bars, the tooltip follows. */
export function CostBars({ series, rows, today, isWeek, label }: CostBarsProps) {
  const { format } = usePage();
  const heights = rows.map((row) => series.reduce((sum, each) => sum + (row.cost[each.index] ?? 0), 0));
  const ticks = ticksTo(Math.max(0, ...heights));
  const isWhole = ticks.every((tick) => Number.isInteger(tick));
  const dollars = (value: number) => (isWhole ? format.wholeUsd(value) : format.usd(value));
  const data = rows.map((row) => ({ day: row.day, cost: row.cost, fillOpacity: row.isPartial ? 0.6 : 1 }));
  return (
    <div className="plot">
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 300, height }}>
        <BarChart
          data={data}
          margin={{ top: 6, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="18%"
          role="img"
          aria-label={label}
          tabIndex={0}
        >
          <CartesianGrid vertical={false} stroke="var(--pf-grid)" />
          <XAxis
            dataKey="day"
            tickFormatter={(day: string) => format.day(day, today)}
            interval="equidistantPreserveStart"
            minTickGap={14}
            tickLine={false}
            tickMargin={4}
            height={20}
            axisLine={{ stroke: 'var(--pf-axis)' }}
            tick={tick}
          />
          <YAxis
            width="auto"
            ticks={ticks}
            domain={[0, ticks.at(-1) ?? 1]}
            tickFormatter={dollars}
            interval={0}
            axisLine={false}
            tickLine={false}
            tickMargin={4}
            tick={tick}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ className: 'cursor' }}
            position={{ y: 0 }}
            wrapperClassName="tooltip-wrapper"
            content={({ active, label: day }) => {
              const row = active ? rows.find((each) => each.day === day) : undefined;
              return row ? <CostTooltip row={row} series={series} today={today} isWeek={isWeek} /> : null;
            }}
          />
          {series.map((each) => (
            <Bar
              key={each.model}
              name={each.model}
              dataKey={(row: (typeof data)[number]) => row.cost[each.index] ?? 0}
              stackId="cost"
              fill={fillOf(each.wear)}
              maxBarSize={24}
              isAnimationActive={false}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
