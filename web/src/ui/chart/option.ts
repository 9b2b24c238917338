import type { EChartsOption } from 'echarts/types/dist/shared';
import type { Colours } from './colours.ts';

export type { EChartsOption };

/** What an option is made for: the page, or a picture that stands alone. */
export type Purpose = 'page' | 'picture';

const fontFamily = "'Inter Variable', Inter, system-ui, sans-serif";

/** What all charts share: type, colours, calm motion, what is read aloud. An option of its own goes on top. */
export function baseOption(colours: Colours, description: string, isStill: boolean): EChartsOption {
  return {
    animation: !isStill,
    animationDuration: 150,
    animationDurationUpdate: 150,
    animationEasing: 'cubicOut',
    aria: { enabled: true, label: { description } },
    backgroundColor: 'transparent',
    textStyle: { fontFamily, fontSize: 12, color: colours.muted },
  };
}

/** A scale along an edge: quiet, with its unit in its labels or its name. */
export function axisStyle(colours: Colours) {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: colours.muted, fontFamily, fontSize: 12, hideOverlap: true },
    nameTextStyle: { color: colours.muted, fontFamily, fontSize: 12, align: 'left' as const },
    splitLine: { lineStyle: { color: colours.line, width: 1 } },
  };
}

/** What is pointed at. */
export interface Pointed {
  readonly name: string;
  readonly dataIndex: number;
  /** As the series has it. */
  readonly value: readonly number[];
}

/** A note beside what is pointed at, in our own frame; its lines are texts, never markup. */
export function tooltipOf(linesOf: (pointed: readonly Pointed[]) => readonly string[]) {
  return {
    appendTo: 'body' as const,
    className: 'chart-note',
    confine: true,
    transitionDuration: 0,
    borderWidth: 0,
    padding: 0,
    backgroundColor: 'transparent',
    extraCssText: 'box-shadow: none',
    formatter: (given: unknown) => noteOf(linesOf([given].flat() as Pointed[])),
  };
}

function noteOf([title = '', ...lines]: readonly string[]): HTMLElement {
  const note = document.createElement('div');
  note.className = 'max-w-80 rounded border bg-raised px-2.5 py-1.5 text-sm text-text shadow-float whitespace-normal';
  const head = document.createElement('div');
  head.className = 'font-medium';
  head.textContent = title;
  const rest = lines.map((line) => {
    const element = document.createElement('div');
    element.className = 'tabular text-muted';
    element.textContent = line;
    return element;
  });
  note.append(head, ...rest);
  return note;
}
