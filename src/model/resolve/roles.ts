import type { Role } from '../resolved-moments.ts';
import { checkIds, inWords, type Resolving } from './context.ts';

/** The roles of a model that declares none, and what people see of them. */
export const usualRoles: Readonly<Record<string, string>> = {
  csm: 'Customer success manager',
  onboarding: 'Onboarding',
  sponsor: 'Executive sponsor',
  support: 'Support',
  sales: 'Sales',
  manager: 'Manager',
};

/** Reads the roles. A model that declares some has only those. */
export function resolveRoles(resolving: Resolving): Role[] {
  const authored: Readonly<Record<string, { label?: string | undefined }>> =
    resolving.authored.roles ?? Object.fromEntries(Object.keys(usualRoles).map((id) => [id, {}]));
  checkIds(resolving, 'roles', Object.keys(authored));
  return Object.entries(authored).map(([id, role]) => ({
    id,
    label: role.label ?? (Object.hasOwn(usualRoles, id) ? usualRoles[id] : undefined) ?? inWords(id),
  }));
}
