import { type ReactNode, useCallback, useMemo } from 'react';
import { date, number, percent } from '../../../lib/format.ts';
import { Chart } from '../../../ui/chart/chart.tsx';
import type { Colours } from '../../../ui/chart/colours.ts';
import { axisStyle, type EChartsOption, tooltipOf } from '../../../ui/chart/option.ts';
import type { ModelBody, ScorePoint } from '../queries.ts';

interface Marker {
  readonly at: string;
  readonly score: number;
  readonly band: string;
}

/** The score night by night, with where its band changed and where another model began to count. */
export function ScoreHistory({
  points,
  models,
}: {
  points: readonly ScorePoint[];
  models: readonly ModelBody[];
}): ReactNode {
  const nights = useMemo(() => points.toReversed(), [points]);
  const option = useCallback((colours: Colours) => historyOption(nights, models, colours), [nights, models]);
  const rows = useMemo(
    () => ({
      columns: ['Night', 'Score', 'Band', 'Known, %', 'Model'],
      rows: nights.map(({ asOf, score, band, coverage, modelVersion }) => [
        date(asOf),
        score,
        band,
        coverage * 100,
        `version ${modelVersion}`,
      ]),
    }),
    [nights],
  );
  const last = nights.at(-1);
  const first = nights[0];
  return (
    <Chart
      title="Score over time"
      description={
        first && last
          ? `The score of ${nights.length} nights, from ${number(first.score)} on ${date(first.asOf)} to ${number(last.score)} on ${date(last.asOf)}.`
          : 'No night yet.'
      }
      height={240}
      option={option}
      rows={rows}
    />
  );
}

/** The first night of each stretch in one band. Pure. */
export function bandChanges(nights: readonly ScorePoint[]): readonly Marker[] {
  return nights
    .filter(({ band }, index) => index > 0 && nights[index - 1]?.band !== band)
    .map(({ asOf, score, band }) => ({ at: asOf, score, band }));
}

/** The first night of each model version but the first. Pure. */
export function modelChanges(
  nights: readonly ScorePoint[],
): readonly { readonly at: string; readonly version: number }[] {
  return nights
    .filter(({ modelVersion }, index) => index > 0 && nights[index - 1]?.modelVersion !== modelVersion)
    .map(({ asOf, modelVersion }) => ({ at: asOf, version: modelVersion }));
}

const shapes: Readonly<Record<string, string>> = {
  engaged: 'circle',
  neutral: 'roundRect',
  disengaged: 'path://M0 0h10L5 8z',
  unknown: 'emptyCircle',
};

function historyOption(nights: readonly ScorePoint[], models: readonly ModelBody[], colours: Colours): EChartsOption {
  const style = axisStyle(colours);
  const bandColours: Readonly<Record<string, string>> = colours;
  const noteOf = (version: number): string => models.find((one) => one.version === version)?.note ?? '';
  return {
    grid: { left: 36, right: 48, top: 24, bottom: 28 },
    xAxis: {
      type: 'time',
      ...style,
      splitLine: { show: false },
      axisLabel: { ...style.axisLabel, formatter: (at: number) => date(new Date(at).toISOString()) },
      splitNumber: 4,
    },
    yAxis: { type: 'value', min: 0, max: 100, interval: 25, name: 'score', nameGap: 8, ...style },
    tooltip: {
      ...tooltipOf(([point]) => {
        const night = nights[point?.dataIndex ?? -1];
        if (!night) return [];
        return [`${number(night.score)} · ${night.band}`, date(night.asOf), `${percent(night.coverage)} known`];
      }),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: colours['line-strong'] } },
    },
    series: [
      {
        type: 'line',
        data: nights.map(({ asOf, score }) => [asOf, score]),
        showSymbol: nights.length < 3,
        symbolSize: 5,
        lineStyle: { color: colours.text, width: 1.75 },
        itemStyle: { color: colours.text },
        endLabel: {
          show: true,
          color: colours.text,
          fontWeight: 600,
          formatter: () => number(nights.at(-1)?.score ?? 0),
        },
        markPoint: {
          label: { show: true, position: 'top', color: colours.muted, fontSize: 12 },
          data: bandChanges(nights).map(({ at, score, band }) => ({
            name: band,
            coord: [at, score],
            symbol: shapes[band] ?? 'circle',
            symbolSize: 9,
            itemStyle: { color: bandColours[band] ?? colours.text },
            label: { formatter: band },
          })),
        },
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: colours['line-strong'], type: 'dashed' },
          label: { color: colours.muted, fontSize: 12, position: 'insideEndTop', overflow: 'truncate', width: 200 },
          data: modelChanges(nights).map(({ at, version }) => ({
            xAxis: at,
            label: { formatter: [`model ${version}`, noteOf(version)].filter(Boolean).join(': ') },
          })),
        },
      },
    ],
  };
}
