import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import { date, number } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Chart } from '../../../ui/chart/chart.tsx';
import type { Colours } from '../../../ui/chart/colours.ts';
import { axisStyle, type EChartsOption, tooltipOf } from '../../../ui/chart/option.ts';
import { midnightBefore, nightsQuery, type WhyIndicator } from '../queries.ts';
import { valueText } from '../why/words.ts';

/** Nights that indicators look back: a quarter. */
export const nightsBack = 91;

interface Night {
  readonly at: string;
  readonly value: number | null;
  readonly points: number | null;
}

/** The value of an indicator night by night. */
export function OwnHistory({ account, one }: { account: string; one: WhyIndicator }): ReactNode {
  const now = useNow();
  const { data } = useQuery(nightsQuery(account, midnightBefore(now, nightsBack)));
  const nights = useMemo((): readonly Night[] => {
    const line = data?.indicators[one.id];
    return (data?.asOf ?? []).map((at, index) => ({
      at,
      value: line?.values[index] ?? null,
      points: line?.points[index] ?? null,
    }));
  }, [data, one.id]);
  const option = useCallback((colours: Colours) => nightsOption(nights, colours), [nights]);
  const rows = useMemo(
    () => ({
      columns: ['Night', 'Value', 'Points'],
      rows: nights.map(({ at, value, points }) => [date(at), value, points]),
    }),
    [nights],
  );
  const known = nights.filter(({ value }) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < 2 || !first || !last) return null;
  return (
    <Chart
      title="Night by night"
      level={3}
      description={`From ${valueText(first.value)} on ${date(first.at)} to ${valueText(last.value)} on ${date(last.at)}.`}
      height={140}
      option={option}
      rows={rows}
    />
  );
}

function nightsOption(nights: readonly Night[], colours: Colours): EChartsOption {
  const style = axisStyle(colours);
  return {
    grid: { left: 44, right: 44, top: 20, bottom: 26 },
    xAxis: {
      type: 'time',
      ...style,
      splitLine: { show: false },
      splitNumber: 3,
      axisLabel: { ...style.axisLabel, formatter: (at: number) => date(new Date(at).toISOString()) },
    },
    yAxis: {
      type: 'value',
      scale: true,
      splitNumber: 2,
      name: 'value',
      nameGap: 6,
      ...style,
      axisLabel: { ...style.axisLabel, formatter: (value: number) => valueText(value) },
    },
    tooltip: {
      ...tooltipOf(([point]) => {
        const night = nights[point?.dataIndex ?? -1];
        if (!night) return [];
        return [
          valueText(night.value),
          date(night.at),
          ...(night.points === null ? [] : [`${number(night.points)} points`]),
        ];
      }),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: colours['line-strong'] } },
    },
    series: [
      {
        type: 'line',
        data: nights.map(({ at, value }) => [at, value]),
        showSymbol: false,
        lineStyle: { color: colours.text, width: 1.75 },
        itemStyle: { color: colours.text },
        endLabel: {
          show: true,
          color: colours.text,
          formatter: () => valueText(nights.findLast(({ value }) => value !== null)?.value ?? null),
        },
      },
    ],
  };
}
