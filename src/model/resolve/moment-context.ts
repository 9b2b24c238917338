import type { Phase } from '../resolved-moments.ts';
import type { Segment } from '../resolved.ts';
import type { AuthoredMoment } from '../schema.ts';
import type { KnownTexts } from './constant.ts';
import { isBroken, type Resolving, reportKey } from './context.ts';
import type { AccountNames } from './names.ts';
import type { Searching } from './rrule.ts';

/** What all parts of one moment look at. */
export interface MomentParts {
  readonly id: string;
  readonly path: readonly string[];
  readonly authored: AuthoredMoment;
  readonly known: AccountNames;
  readonly phases: readonly Phase[];
  readonly searching: Searching;
}

/** The segments a moment is for, as authored: all, where it names none. */
export function segmentsOf(resolving: Resolving, { authored }: MomentParts): (readonly [string, Segment['touch']])[] {
  return Object.entries(resolving.authored.segments ?? {})
    .filter(([id]) => authored.segments === undefined || authored.segments.includes(id))
    .map(([id, segment]) => [id, segment.touch]);
}

/** What `segment` and `phase` can be where a moment is decided: one entry per segment it is for. */
export function textsOf(resolving: Resolving, parts: MomentParts): KnownTexts[] {
  const { phase } = parts.authored;
  const texts: KnownTexts = phase === undefined ? {} : { phase };
  const segments = segmentsOf(resolving, parts);
  return segments.length === 0 ? [texts] : segments.map(([segment]) => ({ ...texts, segment }));
}

/** Whether a moment that counts from the start of its phase has none; then it is reported. */
export function needsPhase(
  resolving: Resolving,
  { id, path, authored }: MomentParts,
  key: string,
  what: string,
): boolean {
  if (authored.phase !== undefined) return false;
  if (!isBroken(resolving, [...path, 'phase']))
    reportKey(
      resolving,
      [...path, ...key.split('.')],
      'moment/no-phase',
      `${what} counts from the start of its phase, and ${id} has none`,
      'add phase: <phase>',
    );
  return true;
}
