import type { ResolvedModel } from '../resolved.ts';
import { resolveCalendars } from './calendars.ts';
import type { Resolving } from './context.ts';
import { resolveMoments } from './moments.ts';
import type { AccountNames } from './names.ts';
import { resolvePhases } from './phases.ts';
import { resolvePolicy } from './policy.ts';
import { resolveRoles } from './roles.ts';

type Lifecycle = Pick<ResolvedModel, 'roles' | 'calendars' | 'phases' | 'policy' | 'moments'>;

/** Reads the second half of the language: what should happen, when, and by whom. */
export function resolveLifecycle(resolving: Resolving, known: AccountNames): Lifecycle {
  const phases = resolvePhases(resolving, known);
  return {
    roles: resolveRoles(resolving),
    calendars: resolveCalendars(resolving),
    phases,
    policy: resolvePolicy(resolving),
    moments: resolveMoments(resolving, known, phases),
  };
}
