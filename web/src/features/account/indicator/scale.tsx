import { type ReactNode, useCallback, useMemo } from 'react';
import { number } from '../../../lib/format.ts';
import { Chart } from '../../../ui/chart/chart.tsx';
import type { Colours } from '../../../ui/chart/colours.ts';
import { axisStyle, type EChartsOption, tooltipOf } from '../../../ui/chart/option.ts';
import type { IndicatorBody, Why, WhyIndicator } from '../queries.ts';
import { valueText } from '../why/words.ts';

interface ScaleProps {
  readonly one: WhyIndicator;
  readonly why: Why;
  readonly indicator: IndicatorBody;
}

interface Spot {
  readonly name: 'then' | 'now';
  readonly value: number;
  readonly points: number;
}

/** How a value becomes points, with where the account stood and stands on that line. */
export function Scale({ one, why, indicator: { scale } }: ScaleProps): ReactNode {
  const { line, kind } = scale;
  const before = why.change?.indicators.find(({ id }) => id === one.id)?.before;
  const spots = useMemo(
    () =>
      [['then', before] as const, ['now', one] as const].flatMap(([name, at]): Spot[] =>
        at === undefined || at.value === null || at.points === null
          ? []
          : [{ name, value: at.value, points: at.points }],
      ),
    [before, one],
  );
  const option = useCallback((colours: Colours) => scaleOption(line ?? [], spots, colours), [line, spots]);
  const rows = useMemo(
    () => ({ columns: ['Value', 'Points'], rows: (line ?? []).map(([value, points]) => [value, points]) }),
    [line],
  );
  if (kind === 'direct') return null;
  if (line === null)
    return (
      <p className="text-muted">
        It is compared with accounts of its segment, of which there are too few. It counts as 50 points.
      </p>
    );
  return (
    <Chart
      title="How its value becomes points"
      level={3}
      description={`${line.map(([value, points]) => `${valueText(value)} gives ${number(points)} points`).join(', ')}. ${spots.map(({ name, value }) => `${name}: ${valueText(value)}`).join(', ')}.`}
      height={150}
      option={option}
      rows={rows}
      {...(kind === 'percentile' ? { aside: 'Its cuts are those of the segment, as of last night' } : {})}
    />
  );
}

function scaleOption(
  line: readonly (readonly [number, number])[],
  spots: readonly Spot[],
  colours: Colours,
): EChartsOption {
  const style = axisStyle(colours);
  const ends = [...line.map(([value]) => value), ...spots.map(({ value }) => value)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const air = (high - low || 1) * 0.08;
  const [first, last] = [line[0]?.[1] ?? 0, line.at(-1)?.[1] ?? 0];
  const isSame = spots.length === 2 && spots[0]?.value === spots[1]?.value && spots[0]?.points === spots[1]?.points;
  const shown = isSame ? spots.slice(1) : spots;
  return {
    grid: { left: 36, right: 24, top: 20, bottom: 40 },
    xAxis: {
      type: 'value',
      min: low - air,
      max: high + air,
      name: 'value',
      nameLocation: 'middle',
      nameGap: 24,
      splitNumber: 5,
      ...style,
      splitLine: { show: false },
      nameTextStyle: { ...style.nameTextStyle, align: 'center' },
      axisLabel: {
        ...style.axisLabel,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => valueText(value),
      },
    },
    yAxis: { type: 'value', min: 0, max: 100, interval: 50, name: 'points', nameGap: 6, ...style },
    tooltip: {
      ...tooltipOf(([point]) =>
        point
          ? [
              point.name || 'A cut',
              `value ${valueText(point.value[0] ?? null)}`,
              `${number(point.value[1] ?? 0)} points`,
            ]
          : [],
      ),
      trigger: 'item',
    },
    series: [
      {
        type: 'line',
        // Beyond its cuts the points stay.
        data: [[low - air, first], ...line.map(([value, points]) => [value, points]), [high + air, last]],
        symbol: 'circle',
        symbolSize: 5,
        lineStyle: { color: colours['line-strong'], width: 1.5 },
        itemStyle: { color: colours['line-strong'] },
      },
      spotSeries(shown, colours),
    ],
  };
}

/** Where it stood, hollow, and where it stands. */
function spotSeries(spots: readonly Spot[], colours: Colours) {
  return {
    type: 'scatter' as const,
    symbolSize: 10,
    data: spots.map(({ name, value, points }) => ({
      name,
      value: [value, points],
      itemStyle:
        name === 'now'
          ? { color: colours.text }
          : { color: colours.raised, borderColor: colours.text, borderWidth: 1.5 },
      label: { show: true, formatter: name, position: 'top' as const, color: colours.text, fontSize: 12 },
    })),
  };
}
