import { betterAuth } from 'better-auth';
import { Kysely } from 'kysely';
import { randomSecret } from '../lib/id.ts';
import type { State } from '../store/state/store.ts';
import { hashOf } from './secret.ts';
import { TransactionDialect } from './transaction-dialect.ts';

/** Longest that somebody stays signed in, whatever they do, and without coming back. */
export const sessionLife = { wholeMs: 90 * 24 * 3_600_000, idleMs: 14 * 24 * 3_600_000 } as const;
/** NIST SP 800-63B asks for 8 at least; longer beats odder. The upper end bounds the work of a sign-in. */
export const passwordLength = { min: 10, max: 200 } as const;

/** Persons, how they prove who they are, and sessions, as better-auth keeps them; all within the caller's transaction. */
export interface Identities {
  createUser(db: State, user: { name: string; email: string; verified: boolean; now: number }): Promise<string>;
  /** Adds a way in: a password, or somebody's id at an identity provider. */
  addIdentity(
    db: State,
    identity: { user: string; provider: string; account: string; password: string | null },
  ): Promise<void>;
  /** Sets or replaces the password, given as `hashPassword` makes it. */
  setPassword(db: State, user: string, hash: string): Promise<void>;
  /** A new session; the answer is what the cookie holds, and nowhere else. */
  startSession(db: State, session: NewSession): Promise<string>;
  hashPassword(password: string): Promise<string>;
  /** Takes as long when there is no hash. */
  passwordFits(password: string, hash: string | null): Promise<boolean>;
}

/** Who signs in, from where, when. */
export interface NewSession {
  readonly user: string;
  readonly address: string;
  readonly agent: string;
  readonly now: number;
}

const longestAgent = 400;

/** Opens better-auth without its routes: ours are the only doors. It asks nobody and tells nobody. */
export async function openIdentities(): Promise<Identities> {
  const dialect = new TransactionDialect();
  const { internalAdapter, password } = await betterAuth({
    database: { db: new Kysely<object>({ dialect }), type: 'postgres', transaction: false },
    // Signs its cookies and tokens, of which none leaves the process: ours are random and kept as hashes.
    secret: randomSecret(32),
    baseURL: 'http://localhost',
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, minPasswordLength: passwordLength.min, maxPasswordLength: passwordLength.max },
    advanced: { database: { generateId: () => randomSecret(16), validateSchema: false } },
    ...columns,
  }).$context;
  const addIdentity: Identities['addIdentity'] = (db, { user, provider, account, password: hash }) =>
    dialect.within(db, async () => {
      const secret = hash === null ? {} : { password: hash };
      await internalAdapter.linkAccount({ userId: user, providerId: provider, accountId: account, ...secret });
    });
  return {
    addIdentity,
    createUser: (db, { name, email, verified, now }) =>
      dialect.within(db, async () => {
        const at = new Date(now);
        const row = { name, email, emailVerified: verified, createdAt: at, updatedAt: at };
        return (await internalAdapter.createUser(row, { method: 'credential' })).id;
      }),
    setPassword: async (db, user, hash) => {
      const accounts = await dialect.within(db, () => internalAdapter.findAccounts(user));
      if (accounts.some(({ providerId }) => providerId === credential))
        await dialect.within(db, () => internalAdapter.updatePassword(user, hash));
      else await addIdentity(db, { user, provider: credential, account: user, password: hash });
    },
    startSession: async (db, session) => {
      const token = randomSecret(32);
      await dialect.within(db, () => internalAdapter.createSession(session.user, false, rowOf(session, token), true));
      return token;
    },
    hashPassword: (text) => password.hash(text),
    passwordFits: async (text, hash) => {
      if (hash !== null) return password.verify({ password: text, hash });
      await password.hash(text);
      return false;
    },
  };
}

/** The identity that is a password of ours. */
const credential = 'credential';

function rowOf({ address, agent, now }: NewSession, token: string) {
  const at = new Date(now);
  return {
    token: hashOf(token),
    ipAddress: address,
    userAgent: agent.slice(0, longestAgent),
    createdAt: at,
    updatedAt: at,
    expiresAt: new Date(now + sessionLife.idleMs),
  };
}

const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** What better-auth calls things, and what our tables do. */
const columns = {
  user: { modelName: 'auth_user', fields: { emailVerified: 'email_verified', ...stamps } },
  session: {
    modelName: 'auth_session',
    fields: { userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...stamps },
  },
  account: {
    modelName: 'auth_identity',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...stamps,
    },
  },
  verification: { modelName: 'auth_verification', fields: { expiresAt: 'expires_at', ...stamps } },
} as const;
