import type { Role } from '../store/state/access-tables.ts';

/** The roles, least first. A viewer reads, a member acts, a manager arranges who does what, an admin decides how. */
export const roles = ['viewer', 'member', 'manager', 'admin'] as const satisfies readonly Role[];

/** Whether who has one role may do what needs the other; nobody gives away more than they have by the same rule. */
export function reaches(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs);
}
