import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useCallback, useMemo } from 'react';
import { cx } from '../../../lib/class-names.ts';
import { change, date } from '../../../lib/format.ts';
import { Chart } from '../../../ui/chart/chart.tsx';
import type { Rows } from '../../../ui/chart/csv.ts';
import type { Colours } from '../../../ui/chart/colours.ts';
import type { Purpose } from '../../../ui/chart/option.ts';
import type { Why } from '../queries.ts';
import { type Step, stepsOf } from './steps.ts';
import { figureOf, labelOf, scaleHeight, waterfallOption } from './waterfall-option.ts';

interface WaterfallProps {
  readonly why: Why;
  readonly isOpen: (domain: string) => boolean;
  readonly onToggle: (domain: string) => void;
  readonly onIndicator: (indicator: string) => void;
  readonly aside: ReactNode;
}

/** How the score came from then to now. Rows are buttons: a domain opens to its indicators, an indicator to its reasons. */
export function Waterfall({ why, isOpen, onToggle, onIndicator, aside }: WaterfallProps): ReactNode {
  const steps = useMemo(() => stepsOf(why, isOpen), [why, isOpen]);
  const option = useCallback((colours: Colours, purpose: Purpose) => waterfallOption(steps, colours, purpose), [steps]);
  const rowHeight = matchMedia('(pointer: coarse)').matches ? 44 : 32;
  const choose = (step: Step | undefined): void => {
    if (step?.kind === 'domain') onToggle(step.id);
    if (step?.kind === 'indicator') onIndicator(step.id);
  };
  return (
    <Chart
      title={why.change ? 'What moved it' : 'What it is made of'}
      description={descriptionOf(why, steps)}
      height={steps.length * rowHeight + scaleHeight}
      option={option}
      rows={useMemo(() => rowsOf(steps), [steps])}
      onPick={(_, row) => choose(steps[row])}
      aside={aside}
      beside={
        <ul className="m-0 w-66 shrink-0 list-none p-0 max-md:w-40" aria-label="Rows of the chart">
          {steps.map((step) => (
            <li key={`${step.kind} ${step.id}`} style={{ height: rowHeight }} className="flex items-center">
              <RowLabel step={step} why={why} isOpen={isOpen(step.id)} onChoose={() => choose(step)} />
            </li>
          ))}
        </ul>
      }
    />
  );
}

interface RowLabelProps {
  readonly step: Step;
  readonly why: Why;
  readonly isOpen: boolean;
  readonly onChoose: () => void;
}

function RowLabel({ step, why, isOpen, onChoose }: RowLabelProps): ReactNode {
  const label = labelOf(step);
  const spoken = `${label}: ${figureOf(step)}`;
  if (step.kind === 'domain' || step.kind === 'indicator') {
    const Chevron = isOpen ? ChevronDown : ChevronRight;
    return (
      <button
        type="button"
        onClick={onChoose}
        aria-label={spoken}
        {...(step.kind === 'domain' ? { 'aria-expanded': isOpen } : { 'aria-haspopup': 'dialog' as const })}
        className={cx(
          'flex h-full w-full min-w-0 items-center gap-1 rounded px-1 text-left hover:bg-sunken',
          step.kind === 'indicator' && 'pl-6 text-sm text-muted hover:text-text',
        )}
        title={label}
      >
        {step.kind === 'domain' && <Chevron size={14} aria-hidden="true" className="shrink-0 text-muted" />}
        <span className="line-clamp-2 leading-tight">{label}</span>
      </button>
    );
  }
  const when = step.kind === 'then' && why.change ? ` · ${date(why.change.since)}` : '';
  return (
    <span className={cx('truncate pl-6', step.kind !== 'limits' && 'font-medium')}>
      {label}
      <span className="font-normal text-muted">{when}</span>
    </span>
  );
}

function rowsOf(steps: readonly Step[]): Rows {
  return {
    columns: ['Step', 'Change, points', 'Score after it'],
    rows: steps.map((step) => [
      `${step.kind === 'indicator' ? '· ' : ''}${labelOf(step)}`,
      step.kind === 'then' || step.kind === 'now' ? null : step.to - step.from,
      step.to,
    ]),
  };
}

function descriptionOf({ change: moved }: Why, steps: readonly Step[]): string {
  const parts = steps.filter(({ kind }) => kind === 'domain' || kind === 'limits');
  const said = parts.map(({ label, from, to }) => `${label} ${change(to - from)}`).join(', ');
  return `${moved ? `The score changed by ${change(moved.score)} points` : 'The parts of the score'}: ${said}.`;
}
