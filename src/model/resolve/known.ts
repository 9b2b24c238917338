import type { Path } from '../source/tree.ts';
import { isKnownName, type Resolving, writtenNames } from './context.ts';

/** Whether a phase exists; if not, it is reported. */
export function isKnownPhase(resolving: Resolving, path: Path, phase: string): boolean {
  const known = new Set(writtenNames(resolving, ['phases']));
  return isKnownName(resolving, path, phase, { noun: 'phase', section: 'phases', code: 'model/unknown-phase', known });
}

/** Whether a moment exists; if not, it is reported. */
export function isKnownMoment(resolving: Resolving, path: Path, moment: string): boolean {
  const known = new Set(writtenNames(resolving, ['moments']));
  const names = { noun: 'moment', section: 'moments', code: 'model/unknown-moment', known } as const;
  return isKnownName(resolving, path, moment, names);
}
