import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import { counted, number, percent } from '../../../lib/format.ts';
import { Chart } from '../../../ui/chart/chart.tsx';
import type { Colours } from '../../../ui/chart/colours.ts';
import { axisStyle, type EChartsOption, tooltipOf } from '../../../ui/chart/option.ts';
import { Shown } from '../../../ui/states.tsx';
import { type IndicatorBody, type StandingBody, standingQuery, type WhyIndicator } from '../queries.ts';
import { isRising, shareBelow } from '../why/raise.ts';
import { titleOf, valueText } from '../why/words.ts';
import { type Bin, binsOf } from './bins.ts';

interface StandingProps {
  readonly account: string;
  readonly one: WhyIndicator;
  readonly indicator: IndicatorBody;
}

/** Fewer than so many to compare with say nothing. */
const fewest = 5;

/** Where the account stands among those of its segment. */
export function Standing({ account, one, indicator }: StandingProps): ReactNode {
  const query = useQuery(standingQuery(account, one.id));
  if (one.value === null) return null;
  const { value } = one;
  return (
    <Shown query={query} rows={3}>
      {(standing) =>
        standing.values.length < fewest ? (
          <p className="text-muted">There are too few accounts in {titleOf(standing.segment)} to compare with.</p>
        ) : (
          <Distribution standing={standing} value={value} rising={isRising(indicator.scale.line ?? [])} />
        )
      }
    </Shown>
  );
}

function Distribution({
  standing,
  value,
  rising,
}: {
  standing: StandingBody;
  value: number;
  rising: boolean;
}): ReactNode {
  const { values, segment, total, sampled } = standing;
  const bins = useMemo(() => binsOf(values), [values]);
  const option = useCallback((colours: Colours) => binsOption(bins, value, colours), [bins, value]);
  const rows = useMemo(
    () => ({ columns: ['From', 'To', 'Accounts'], rows: bins.map(({ from, to, count }) => [from, to, count]) }),
    [bins],
  );
  const share = shareBelow(values, value, rising) ?? 0;
  const drawn = sampled < total ? `, drawn evenly from ${number(total, 0)}` : '';
  const sentence = `Does better than ${percent(share)} of ${counted(values.length, 'account')} in ${titleOf(segment)}${drawn}, as of last night.`;
  return (
    <div className="flex flex-col gap-1">
      <Chart title="Among accounts like it" level={3} description={sentence} height={130} option={option} rows={rows} />
      <p className="text-sm text-muted">{sentence}</p>
    </div>
  );
}

function binsOption(bins: readonly Bin[], value: number, colours: Colours): EChartsOption {
  const style = axisStyle(colours);
  const at = bins.findIndex(({ from, to }, index) => value >= from && (value < to || index === bins.length - 1));
  const own = at === -1 ? (value < (bins[0]?.from ?? 0) ? 0 : bins.length - 1) : at;
  return {
    grid: { left: 36, right: 8, top: 22, bottom: 40 },
    xAxis: {
      type: 'category',
      data: bins.map(({ from }) => valueText(from)),
      name: 'value',
      nameLocation: 'middle',
      nameGap: 24,
      ...style,
      nameTextStyle: { ...style.nameTextStyle, align: 'center' },
    },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 2, name: 'accounts', nameGap: 6, ...style },
    tooltip: {
      ...tooltipOf(([point]) => {
        const bin = bins[point?.dataIndex ?? -1];
        return bin ? [counted(bin.count, 'account'), `value ${valueText(bin.from)} to ${valueText(bin.to)}`] : [];
      }),
      trigger: 'item',
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '8%',
        data: bins.map(({ count }, index) => ({
          value: count,
          itemStyle: {
            color: index === own ? colours.text : colours['line-strong'],
            opacity: index === own ? 1 : 0.55,
          },
          ...(index === own
            ? { label: { show: true, position: 'top' as const, formatter: 'here', color: colours.text, fontSize: 12 } }
            : {}),
        })),
      },
    ],
  };
}
