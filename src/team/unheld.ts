/** Something that somebody has to do, and the roles that are asked for it, in order of preference. */
export interface Duty {
  readonly what: string;
  readonly roles: readonly string[];
}

/** A role that is asked and that nobody holds, and who gets what it should do. */
export interface UnheldRole {
  readonly role: string;
  /** Null: the managers. */
  readonly to: string | null;
  readonly what: readonly string[];
}

/** The roles that are asked in vain, by who is asked next; a role behind one that somebody holds is not asked. */
export function unheldRoles(duties: readonly Duty[], held: ReadonlySet<string>): UnheldRole[] {
  const found = new Map<string, { role: string; to: string | null; what: Set<string> }>();
  for (const { what, roles } of duties) {
    const holder = roles.findIndex((role) => held.has(role));
    const to = roles[holder] ?? null;
    for (const role of holder < 0 ? roles : roles.slice(0, holder)) {
      const key = JSON.stringify([role, to]);
      const one = found.get(key) ?? { role, to, what: new Set<string>() };
      one.what.add(what);
      found.set(key, one);
    }
  }
  return [...found.values()].map(({ role, to, what }) => ({ role, to, what: [...what] }));
}
