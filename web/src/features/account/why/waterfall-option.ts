import { change, number } from '../../../lib/format.ts';
import type { Colours } from '../../../ui/chart/colours.ts';
import { axisStyle, type EChartsOption, type Purpose, tooltipOf } from '../../../ui/chart/option.ts';
import { type Step, unfelt } from './steps.ts';
import { titleOf } from './words.ts';

/** Room for the scale below the rows, px. */
export const scaleHeight = 36;

/** What a row is called. */
export function labelOf({ kind, label }: Step): string {
  return kind === 'domain' ? titleOf(label) : label;
}

/** What stands beside a bar: the change, or where the score was. */
export function figureOf({ kind, from, to }: Step): string {
  return kind === 'then' || kind === 'now' ? number(to) : change(to - from);
}

/** The waterfall as ECharts draws it; rows from the top, `rowHeight` px each. */
export function waterfallOption(steps: readonly Step[], colours: Colours, purpose: Purpose): EChartsOption {
  const { low, high, interval } = boundsOf(steps);
  const style = axisStyle(colours);
  return {
    grid: { left: purpose === 'page' ? 8 : 240, right: 16, top: 0, bottom: scaleHeight },
    xAxis: {
      type: 'value',
      min: low,
      max: high,
      interval,
      name: 'score, 0 to 100',
      nameLocation: 'middle',
      nameGap: 22,
      ...style,
      nameTextStyle: { ...style.nameTextStyle, align: 'center' },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: steps.map((_, at) => String(at)),
      ...style,
      axisLabel: {
        ...style.axisLabel,
        show: purpose === 'picture',
        width: 210,
        overflow: 'truncate',
        formatter: (_: string, at: number) => rowLabel(steps[at]),
      },
      splitLine: { show: false },
    },
    tooltip: {
      ...tooltipOf(([point]) => noteOf(steps[point?.dataIndex ?? 0])),
      trigger: 'item',
    },
    series: [
      { type: 'custom', data: steps.map(({ from, to }, at) => [from, to, at]), renderItem: drawer(steps, colours) },
    ],
  };
}

/** The stretch of the scale that is shown, and the distance of its lines: round, with room for a figure. Pure. */
export function boundsOf(steps: readonly Step[]): { low: number; high: number; interval: number } {
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const air = Math.max(1, (most - least) * 0.12);
  const interval = [1, 2, 5, 10, 20].find((one) => (most - least + air) / one <= 6) ?? 50;
  return {
    low: Math.floor(least / interval) * interval,
    high: Math.ceil((most + air) / interval) * interval,
    interval,
  };
}

function rowLabel(step: Step | undefined): string {
  return step === undefined ? '' : `${step.kind === 'indicator' ? '   ' : ''}${labelOf(step)}`;
}

function noteOf(step: Step | undefined): string[] {
  if (step === undefined) return [];
  if (step.kind === 'then' || step.kind === 'now') return [labelOf(step), `score ${number(step.to)}`];
  return [labelOf(step), `${change(step.to - step.from, 2)} points`, `from ${number(step.from)} to ${number(step.to)}`];
}

type Drawer = NonNullable<
  Extract<Extract<EChartsOption['series'], readonly unknown[]>[number], { type?: 'custom' }>['renderItem']
>;

/** A bar for what moved, a mark for where the score was; the figure beside it, where the way leads. */
function drawer(steps: readonly Step[], colours: Colours): Drawer {
  return (_, api) => {
    const [from, to] = [Number(api.value(0)), Number(api.value(1))];
    const at = Number(api.value(2));
    const [step, next] = [steps[at], steps[at + 1]];
    const [fromX = 0, y = 0] = api.coord([from, api.value(2)]);
    const [toX = 0] = api.coord([to, api.value(2)]);
    if (step === undefined) return null;
    const isMark = step.kind === 'then' || step.kind === 'now';
    const thickness = step.kind === 'indicator' ? 8 : 16;
    const left = Math.min(fromX, toX);
    const width = Math.max(2, Math.abs(toX - fromX));
    const fill = to >= from ? colours.rise : colours.fall;
    const below = api.coord([to, at + 1])[1] ?? y;
    // The way on to where the next one begins; an open domain begins again, for its indicators.
    const goesOn = next !== undefined && Math.abs(next.from - to) < unfelt * 4;
    return {
      type: 'group',
      children: [
        {
          type: 'line',
          shape: { x1: toX, y1: y, x2: toX, y2: goesOn ? below : y },
          style: { stroke: colours['line-strong'], lineWidth: 1, opacity: goesOn ? 1 : 0 },
          silent: true,
        },
        isMark
          ? {
              type: 'rect',
              shape: { x: toX - 1.5, y: y - 11, width: 3, height: 22, r: 1.5 },
              style: { fill: colours.text },
            }
          : {
              type: 'rect',
              shape: { x: left, y: y - thickness / 2, width, height: thickness, r: 2 },
              style: step.kind === 'indicator' ? { fill, opacity: 0.7 } : { fill },
            },
        {
          type: 'text',
          style: {
            text: figureOf(step),
            x: Math.max(fromX, toX) + 6,
            y,
            textVerticalAlign: 'middle' as const,
            fill: step.kind === 'indicator' ? colours.muted : colours.text,
            font: `${isMark ? 600 : 400} 12px 'Inter Variable', Inter, system-ui, sans-serif`,
          },
        },
      ],
    };
  };
}
