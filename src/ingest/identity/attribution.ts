import { canonicalPerson, type Links } from './aliases.ts';
import { accountAt, type Timeline } from './memberships.ts';

/** All that decides whose an event is. */
export interface Identity {
  /** What an account is in this workspace. */
  readonly accountKind: 'group' | 'person';
  readonly links: Links;
  /** Canonical person → accounts over time. */
  readonly timelines: ReadonlyMap<string, Timeline>;
  /** Merged account → the account it went into (already the end of its chain). */
  readonly accounts: ReadonlyMap<string, string>;
  /** Canonical person → account by the domain of the e-mail address. */
  readonly byDomain: ReadonlyMap<string, string>;
}

/** What of an event decides whose it is. */
export interface Placeable {
  readonly userId: string;
  readonly anonymousId: string;
  readonly groupId: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Whose it is; '' where nobody is known yet. */
export interface Attribution {
  readonly person: string;
  readonly account: string;
}

/**
 * The account named by the event; else the person's account at that time; else the first one the person joined later;
 * else the one that owns the domain of the person's e-mail address; else none, and the event waits.
 */
export function attribute(identity: Identity, event: Placeable): Attribution {
  const sender = event.userId || event.anonymousId;
  const key = sender === '' ? '' : canonicalPerson(identity.links, sender);
  // An anonymousId alone is nobody until it is linked; but if it joined a group itself, the account is known.
  const person = event.userId === '' && key === event.anonymousId ? '' : key;
  if (identity.accountKind === 'person') return { person, account: person };
  if (event.groupId !== '') return { person, account: identity.accounts.get(event.groupId) ?? event.groupId };
  const joined = accountAt(identity.timelines.get(key) ?? [], event.time);
  const owner = identity.byDomain.get(key) ?? '';
  return { person, account: joined ?? identity.accounts.get(owner) ?? owner };
}

/** The end of each chain of merged accounts; in a circle the smallest id. */
export function resolveAccounts(merges: ReadonlyMap<string, string>): Map<string, string> {
  const resolved = new Map<string, string>();
  for (const alias of merges.keys()) {
    const passed: string[] = [];
    let at = alias;
    for (let next = merges.get(at); next !== undefined; next = merges.get(at)) {
      passed.push(at);
      at = next;
      const circle = passed.indexOf(at);
      if (circle === -1) continue;
      at = passed.slice(circle).reduce((least, one) => (one < least ? one : least));
      break;
    }
    resolved.set(alias, at);
  }
  return resolved;
}
