import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { State, StateStore } from '../store/state/store.ts';
import type { Identities } from './identities.ts';
import type { Oidc } from './oidc.ts';
import type { Post } from './post.ts';

/** What signing in is made of. */
export interface AccessContext {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly identities: Identities;
  /** Null: no mail can be sent. */
  readonly post: Post | null;
  /** Null: no single sign-on. */
  readonly oidc: Oidc | null;
  /** Told within the transaction that made somebody a member or gave them another role: who owns what may change. */
  readonly joined: (db: State, workspace: string, member: string) => Promise<void>;
  /** Where people reach Rapport, without a slash at the end. */
  readonly publicUrl: () => string;
}

/** Where the state tells that somebody's sessions or memberships changed, with the commit; the payload is the user. */
export const accessChannel = 'rapport_access';

/** From where a request comes. */
export interface Origin {
  /** IP address. */
  readonly address: string;
  readonly agent: string;
}
