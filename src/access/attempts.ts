import { sql } from 'kysely';
import type { State, StateStore } from '../store/state/store.ts';

/** How often something may be tried: `most` times in `windowMs` from the first try. */
export interface Limit {
  readonly most: number;
  readonly windowMs: number;
}

const minuteMs = 60_000;

/**
 * An address that guesses passwords of one person is stopped soon; of many, later; a whole botnet guessing one person's
 * gets a hundred an hour, which is nothing against ten characters, while locking that person out costs it a hundred too.
 */
export const limits = {
  signInOfOne: { most: 10, windowMs: 10 * minuteMs },
  signInOfAddress: { most: 50, windowMs: 10 * minuteMs },
  signInOfPerson: { most: 100, windowMs: 60 * minuteMs },
  mailToPerson: { most: 3, windowMs: 60 * minuteMs },
  mailOfAddress: { most: 20, windowMs: 60 * minuteMs },
  inviteOfWorkspace: { most: 200, windowMs: 60 * minuteMs },
  linkOfAddress: { most: 60, windowMs: 10 * minuteMs },
} as const satisfies Record<string, Limit>;

/** Too many attempts; they may go on in so many milliseconds. */
export class TooMany extends Error {
  override readonly name = 'TooMany';
  readonly waitMs: number;
  constructor(waitMs: number) {
    super('Too many attempts.');
    this.waitMs = waitMs;
  }
}

/** Named attempts with their limits. */
export type Attempts = readonly (readonly [name: string, limit: Limit])[];

/**
 * Counts one attempt under each name, for every process together; throws `TooMany` when one is over its limit. Counted
 * before the attempt and in a transaction of its own, so that many at the same time do not slip through.
 */
export async function countAttempt(state: StateStore, attempts: Attempts, now: number): Promise<void> {
  // In order of their names: two requests that count the same ones do not wait for each other in a circle.
  const inOrder = [...attempts].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const waits = await state.everywhere(async (db) => {
    await db
      .deleteFrom('auth_rate_limit')
      .where('ends_at', '<', new Date(now - 60 * minuteMs))
      .execute();
    const found: number[] = [];
    for (const [name, limit] of inOrder) found.push(await countOne(db, name, limit, now));
    return found;
  });
  const longest = Math.max(...waits);
  if (longest > 0) throw new TooMany(longest);
}

/** Takes back what led to success: only failures use up attempts. */
export async function forgiveAttempt(db: State, attempts: Attempts): Promise<void> {
  const names = attempts.map(([name]) => name);
  await db
    .updateTable('auth_rate_limit')
    .set((eb) => ({ count: eb('count', '-', 1) }))
    .where('key', 'in', names)
    .where('count', '>', 0)
    .execute();
}

async function countOne(db: State, name: string, { most, windowMs }: Limit, now: number): Promise<number> {
  const at = new Date(now);
  const row = await db
    .insertInto('auth_rate_limit')
    .values({ key: name, count: 1, ends_at: new Date(now + windowMs) })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        count: sql<number>`CASE WHEN auth_rate_limit.ends_at <= ${at} THEN 1 ELSE auth_rate_limit.count + 1 END`,
        ends_at: sql<Date>`CASE WHEN auth_rate_limit.ends_at <= ${at} THEN ${eb.ref('excluded.ends_at')} ELSE auth_rate_limit.ends_at END`,
      })),
    )
    .returning(['count', 'ends_at'])
    .executeTakeFirstOrThrow();
  return row.count > most ? row.ends_at.getTime() - now : 0;
}
