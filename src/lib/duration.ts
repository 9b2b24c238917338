const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Milliseconds of a duration such as `28d`, `90m` or `1.5h` (units ms, s, m, h, d, w), or null when the text is not one.
 * Days are exactly 24 hours.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text.trim());
  const unit = unitMs[match?.[2] ?? ''];
  if (!match || unit === undefined) return null;
  const duration = Number(match[1]) * unit;
  return Number.isSafeInteger(duration) ? duration : null;
}

/** The shortest exact text of a whole number of milliseconds, such as `4w`, `90m` or `1500ms`; weeks only above one. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0ms';
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    const size = unitMs[unit] ?? 1;
    if (durationMs % size === 0 && !(unit === 'w' && durationMs < 2 * size)) return `${durationMs / size}${unit}`;
  }
  return `${durationMs}ms`;
}
