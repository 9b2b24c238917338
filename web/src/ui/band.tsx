import type { ReactNode } from 'react';
import { cx } from '../lib/class-names.ts';

export type Band = 'engaged' | 'neutral' | 'disengaged' | 'unknown';

export const bands: readonly Band[] = ['engaged', 'neutral', 'disengaged', 'unknown'];

const colours: Readonly<Record<Band, string>> = {
  engaged: 'text-engaged',
  neutral: 'text-neutral',
  disengaged: 'text-disengaged',
  unknown: 'text-unknown',
};

const tints: Readonly<Record<Band, string>> = {
  engaged: 'bg-engaged-soft text-engaged',
  neutral: 'bg-neutral-soft text-neutral',
  disengaged: 'bg-disengaged-soft text-disengaged',
  unknown: 'bg-unknown-soft text-unknown hatched',
};

/** Each band has its own shape, so that nobody needs to tell colours apart. */
function Glyph({ band }: { band: Band }): ReactNode {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" className="shrink-0">
      {band === 'engaged' && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {band === 'neutral' && <rect x="1" y="3.5" width="8" height="3" rx="1.5" fill="currentColor" />}
      {band === 'disengaged' && <path d="M0.5 2h9L5 9z" fill="currentColor" />}
      {band === 'unknown' && (
        <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 1.5" />
      )}
    </svg>
  );
}

/** A band: its shape and its word. */
export function BandMark({ band, className }: { band: Band; className?: string }): ReactNode {
  return (
    <span className={cx('inline-flex items-center gap-1.5', colours[band], className)}>
      <Glyph band={band} />
      {band}
    </span>
  );
}

interface ScoreChipProps {
  readonly score: number | null;
  readonly band: Band | null;
  /** Share of the model's weight that is known; below 0.75 it is said, below 0.5 the chip is hatched. */
  readonly coverage: number | null;
}

/** A score with its band. */
export function ScoreChip({ score, band, coverage }: ScoreChipProps): ReactNode {
  const shown = band ?? 'unknown';
  const isThin = coverage !== null && coverage < 0.5;
  const partly = coverage !== null && coverage < 0.75;
  return (
    <span
      className={cx('inline-flex h-6 items-center gap-1.5 rounded px-2 tabular', tints[shown], isThin && 'hatched')}
      title={partly ? `Rests on ${Math.round(coverage * 100)} % of the model` : undefined}
    >
      <Glyph band={shown} />
      <b className="font-semibold">{score === null ? '–' : Math.round(score)}</b>
      <span>{shown}</span>
      {partly && (
        <span aria-label={`${Math.round(coverage * 100)} percent known`}>
          ·&nbsp;{Math.round(coverage * 100)}&nbsp;%
        </span>
      )}
    </span>
  );
}
