import { randomSecret } from '../lib/id.ts';
import type { State } from '../store/state/store.ts';
import { hashOf } from './secret.ts';

/** What a link that works once is for. */
export type Purpose = 'welcome' | 'reset' | 'oidc';

/** Makes a token that works once until `expiresAt` (epoch milliseconds); only its hash is kept, with `value`. */
export async function issueOnce(
  db: State,
  purpose: Purpose,
  { value, now, lifeMs }: { value: object; now: number; lifeMs: number },
): Promise<string> {
  const token = randomSecret(32);
  await db.deleteFrom('auth_verification').where('expires_at', '<', new Date(now)).execute();
  await db
    .insertInto('auth_verification')
    .values({
      id: randomSecret(16),
      identifier: identifierOf(purpose, token),
      value: JSON.stringify(value),
      expires_at: new Date(now + lifeMs),
    })
    .execute();
  return token;
}

/** What was kept with a token that can be used; null when it cannot. */
export async function lookAtOnce(db: State, purpose: Purpose, token: string, now: number): Promise<unknown> {
  const row = await db
    .selectFrom('auth_verification')
    .select('value')
    .where('identifier', '=', identifierOf(purpose, token))
    .where('expires_at', '>', new Date(now))
    .executeTakeFirst();
  return row ? JSON.parse(row.value) : null;
}

/** Uses a token up: of several that try at the same time one gets the value, the others null. */
export async function useOnce(db: State, purpose: Purpose, token: string, now: number): Promise<unknown> {
  const row = await db
    .deleteFrom('auth_verification')
    .where('identifier', '=', identifierOf(purpose, token))
    .where('expires_at', '>', new Date(now))
    .returning('value')
    .executeTakeFirst();
  return row ? JSON.parse(row.value) : null;
}

/** Ends every token of a purpose, or those that `concern` something in their value. */
export async function forgetOnce(db: State, purpose: Purpose, concern: object | null = null): Promise<void> {
  await db
    .deleteFrom('auth_verification')
    .where('identifier', 'like', `${purpose}:%`)
    .$if(concern !== null, (query) => query.where('value', '=', JSON.stringify(concern)))
    .execute();
}

function identifierOf(purpose: Purpose, token: string): string {
  return `${purpose}:${hashOf(token)}`;
}
