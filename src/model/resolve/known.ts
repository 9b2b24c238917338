import type { Path } from '../source/tree.ts';
import { isBroken, isKnownName, type Resolving, writtenNames } from './context.ts';
import { usualRoles } from './roles.ts';

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

/** Whether a role is declared, or one of the usual ones where none is; if not, it is reported. */
export function isKnownRole(resolving: Resolving, path: Path, role: string): boolean {
  const names = { noun: 'role', section: 'roles', code: 'model/unknown-role', known: knownRoles(resolving) } as const;
  return isKnownName(resolving, path, role, names);
}

/** Ids of the roles. */
export function knownRoles(resolving: Resolving): ReadonlySet<string> {
  const declared = resolving.authored.roles !== undefined || isBroken(resolving, ['roles']);
  return new Set(declared ? writtenNames(resolving, ['roles']) : Object.keys(usualRoles));
}

/** Whether a playbook has been named; if not, it is reported. What a playbook does is none of this version's business. */
export function isKnownPlaybook(resolving: Resolving, path: Path, playbook: string): boolean {
  const known = new Set(writtenNames(resolving, ['playbooks']));
  const names = { noun: 'playbook', section: 'playbooks', code: 'model/unknown-playbook', known } as const;
  return isKnownName(resolving, path, playbook, names);
}

/** Whether a calendar exists; if not, it is reported. */
export function isKnownCalendar(resolving: Resolving, path: Path, calendar: string): boolean {
  const known = new Set(writtenNames(resolving, ['calendars']));
  const names = { noun: 'calendar', section: 'calendars', code: 'model/unknown-calendar', known } as const;
  return isKnownName(resolving, path, calendar, names);
}
