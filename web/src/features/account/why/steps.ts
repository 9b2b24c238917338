import type { Why, WhyIndicator } from '../queries.ts';

/** A domain's part in a change, with its indicators; the largest first. Without an earlier score: its part in the score. */
export interface DomainChange {
  readonly id: string;
  readonly delta: number;
  readonly indicators: readonly IndicatorStep[];
}

interface IndicatorStep {
  readonly id: string;
  readonly label: string;
  readonly delta: number;
}

/** One row of the waterfall: the score goes `from` … `to`. */
export interface Step {
  readonly kind: 'then' | 'domain' | 'indicator' | 'limits' | 'now';
  /** Of the domain or indicator. */
  readonly id: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** A change that people would not feel: it is shown as ±0. */
export const unfelt = 0.05;

/** Whether a domain is worth a row: it moved, or something in it did. Pure. */
export function hasMoved({ delta, indicators }: DomainChange): boolean {
  return Math.abs(delta) >= unfelt || indicators.some((one) => Math.abs(one.delta) >= unfelt);
}

/** What moved each domain; of what nobody has heard before, what each brings. Pure. */
export function domainChanges({ domains, change }: Why): readonly DomainChange[] {
  const deltas = change && new Map(change.indicators.map(({ id, delta }) => [id, delta]));
  const deltaOf = ({ id, contribution }: WhyIndicator): number => (deltas ? (deltas.get(id) ?? 0) : contribution);
  return domains
    .map(({ id, indicators }) => ({
      id,
      delta: indicators.reduce((sum, one) => sum + deltaOf(one), 0),
      indicators: bySize(indicators.map((one) => ({ id: one.id, label: one.label, delta: deltaOf(one) }))),
    }))
    .toSorted((one, other) => Math.abs(other.delta) - Math.abs(one.delta));
}

/**
 * The rows of the waterfall, from then to now; indicators of open domains stand below theirs, within its stretch. What
 * did not move has no row. Pure.
 */
export function stepsOf(why: Why, isOpen: (domain: string) => boolean): readonly Step[] {
  const { evaluation, change } = why;
  const start = change ? evaluation.score - change.score : 0;
  const caps = change ? change.caps : why.caps;
  const steps: Step[] = [];
  let at = start;
  if (change) steps.push({ kind: 'then', id: 'then', label: 'Then', from: start, to: start });
  for (const domain of domainChanges(why)) {
    const { id, delta, indicators } = domain;
    if (hasMoved(domain)) steps.push({ kind: 'domain', id, label: id, from: at, to: at + delta });
    let inside = at;
    for (const one of isOpen(id) ? indicators : []) {
      const [from, to] = [inside, inside + one.delta];
      if (Math.abs(one.delta) >= unfelt) steps.push({ kind: 'indicator', id: one.id, label: one.label, from, to });
      inside = to;
    }
    at += delta;
  }
  if (Math.abs(caps) > 1e-9)
    steps.push({ kind: 'limits', id: 'limits', label: 'Limits and triggers', from: at, to: at + caps });
  steps.push({ kind: 'now', id: 'now', label: 'Now', from: evaluation.score, to: evaluation.score });
  return steps;
}

function bySize(steps: readonly IndicatorStep[]): readonly IndicatorStep[] {
  return steps.toSorted((one, other) => Math.abs(other.delta) - Math.abs(one.delta));
}
