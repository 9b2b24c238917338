import type { Why } from '../queries.ts';

type Line = readonly (readonly [value: number, points: number])[];

/** What an indicator could add to the score at most: all of its points that are missing. */
export interface Raise {
  readonly id: string;
  readonly label: string;
  readonly domain: string;
  readonly gain: number;
}

/** What would raise the score most, before limits. What does not apply cannot. Pure. */
export function raises({ domains }: Pick<Why, 'domains'>): readonly Raise[] {
  return domains
    .flatMap(({ id: domain, indicators }) =>
      indicators.map(({ id, label, weight, points }) => ({
        id,
        label,
        domain,
        gain: points === null ? 0 : weight * (100 - points),
      })),
    )
    .filter(({ gain }) => gain > 0)
    .toSorted((one, other) => other.gain - one.gain);
}

/** The nearest cut that is better than where a value stands: which value, and its points. Null: none is. Pure. */
export function nextCut(line: Line, value: number): { readonly value: number; readonly points: number } | null {
  const now = pointsAt(line, value);
  const [nearest] = line
    .filter(([, points]) => points > now)
    .toSorted(([one], [other]) => Math.abs(one - value) - Math.abs(other - value));
  return nearest ? { value: nearest[0], points: nearest[1] } : null;
}

/** Points of a value along a line; beyond its ends they stay. Pure. */
export function pointsAt(line: Line, value: number): number {
  const after = line.findIndex(([x]) => x >= value);
  if (after === -1) return line.at(-1)?.[1] ?? 50;
  const [right, left] = [line[after], line[after - 1]];
  if (right === undefined) return 50;
  if (left === undefined || right[0] === left[0]) return right[1];
  return left[1] + ((right[1] - left[1]) * (value - left[0])) / (right[0] - left[0]);
}

/** Whether more of it is better, all in all. Pure. */
export function isRising(line: Line): boolean {
  return (line.at(-1)?.[1] ?? 0) >= (line[0]?.[1] ?? 0);
}

/** Share of others that do worse than a value, 0…1; half of those that do the same. Null: there are none. Pure. */
export function shareBelow(values: readonly number[], value: number, rising: boolean): number | null {
  if (values.length === 0) return null;
  const worse = values.filter((one) => (rising ? one < value : one > value)).length;
  const same = values.filter((one) => one === value).length;
  return (worse + same / 2) / values.length;
}
