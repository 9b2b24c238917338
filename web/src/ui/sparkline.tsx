import type { ReactNode } from 'react';

interface SparklineProps {
  /** Oldest first; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** What it shows, in words, for those who do not see it. */
  readonly label: string;
  readonly low?: number;
  readonly high?: number;
  readonly width?: number;
  readonly height?: number;
}

/** A line of a few values in the height of a text line. */
export function Sparkline({ values, label, low = 0, high = 100, width = 72, height = 20 }: SparklineProps): ReactNode {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ index, value }]));
  if (known.length < 2)
    return (
      <span className="text-muted" aria-label={`${label}: not enough values yet`}>
        ·
      </span>
    );
  const x = (index: number): number => 1 + (index / (values.length - 1)) * (width - 4);
  const y = (value: number): number => 2 + (1 - (value - low) / (high - low || 1)) * (height - 4);
  const last = known.at(-1);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      className="text-muted"
    >
      <polyline
        points={known.map(({ index, value }) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
      />
      {last && <circle cx={x(last.index)} cy={y(last.value)} r="2" className="fill-accent" />}
    </svg>
  );
}
