/** Somebody of our team who can act: neither removed nor a viewer. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly role: 'admin' | 'manager' | 'member';
  /** Minutes a week for occurrences. */
  readonly weeklyMinutes: number;
  /** How many accounts a pool may give; null: no limit. */
  readonly mostAccounts: number | null;
  /** Minutes of what is open now. */
  readonly openMinutes: number;
  /** Accounts for which a role is held now. */
  readonly accounts: number;
}

/** Who stands in for a member in [from, until). */
export interface Cover {
  readonly member: string;
  readonly cover: string;
  readonly from: number;
  readonly until: number;
}

/** The team of a workspace as of an instant. */
export interface Team {
  /** By id. */
  readonly members: ReadonlyMap<string, Member>;
  readonly covers: readonly Cover[];
  /** Role → members who share it. */
  readonly pools: ReadonlyMap<string, readonly string[]>;
}
