import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { createLiveCompany } from '../demo/live.ts';
import { demoTeam } from '../demo/team.ts';
import { simulateCompany } from '../demo/simulate.ts';
import { loadMessages } from '../ingest/loader/load-messages.ts';
import type { Core } from './core.ts';
import { liveThrough } from './demo-past.ts';
import { dayMs, lastMidnight, today } from './days.ts';
import { hasModel, publishShipped } from './first-run.ts';
import { runNight } from './nightly.ts';
import type { Rapport } from './open.ts';
import { counted } from '../lib/counted.ts';

const seed = 20;
const chunkSize = 50_000;
/** The score history that is made at once: each week of twelve, and each of the last nights. */
const weeks = 12;
const nights = 3;
/** How long the demo company has been using its moments. */
const watchedDays = 90;

/** Tells how far the seeding is, for a progress line. */
export type SeedProgress = (step: string) => void;

/** Fills an empty workspace with the demo company: 300 accounts, 18 months up to `now`. False when something is there. */
export async function seedDemo(
  rapport: Rapport,
  workspace: string,
  now: number,
  progress: SeedProgress,
): Promise<boolean> {
  const { core, ingest } = rapport;
  if (await hasModel(core, workspace)) return false;
  progress('imagining 300 customers and 18 months of them');
  const messages = [...simulateCompany({ seed, now })];
  for (let start = 0; start < messages.length; start += chunkSize) {
    const percent = Math.round((100 * start) / messages.length);
    progress(`loading ${counted(messages.length, 'event')}, ${percent} % done`);
    await loadMessages(ingest, {
      workspace,
      source: 'demo',
      segment: `demo:${start}`,
      messages: messages.slice(start, start + chunkSize),
      receivedAt: null,
    });
  }
  // Last: so the rollup is filled in one go, and a seeding that was interrupted is seen to be.
  progress('publishing the model');
  await holdAll(core, workspace);
  await publishShipped(core, workspace, 'b2b-saas');
  await bringTeam(core, workspace, now);
  const newest = lastMidnight(now);
  await reserveNight(core, workspace, newest);
  const midnights = pastMidnights(newest);
  for (const [done, midnight] of midnights.entries()) {
    progress(`looking back: night ${done + 1} of ${midnights.length}`);
    if (midnight === newest) await forgetNight(core, workspace, newest);
    await runNight(core, workspace, midnight);
  }
  progress('living through the last months');
  await liveThrough(core, workspace, { seed, from: now - watchedDays * dayMs, to: now });
  await releaseAll(core, workspace);
  rapport.wake();
  progress('scoring every account');
  while (await isWaiting(core, workspace)) await sleep(100);
  return true;
}

/** The team, and moments since some months ago. */
export async function bringTeam(core: Core, workspace: string, now: number): Promise<void> {
  await core.state.within(workspace, async (db) => {
    const members = demoTeam.map(({ id, name, region, role }) => ({
      workspace_id: workspace,
      id,
      name,
      region,
      role,
      most_accounts: null,
      removed_at: null,
    }));
    await db.insertInto('member').values(members).execute();
    const pools = demoTeam.flatMap(({ id, pools: roles }) =>
      roles.map((role) => ({ workspace_id: workspace, role, member_id: id })),
    );
    await db.insertInto('pool_member').values(pools).execute();
    await db
      .updateTable('model_version')
      .set({ published_at: new Date(now - watchedDays * dayMs) })
      .execute();
  });
}

/** Once a week, then every night, oldest first. */
function pastMidnights(newest: number): number[] {
  const ages = [
    ...Array.from({ length: weeks }, (_, index) => 7 * (weeks - index)),
    ...Array.from({ length: nights }, (_, index) => nights - 1 - index),
  ];
  return [...new Set(ages)].map((age) => newest - age * dayMs);
}

/**
 * Nobody is evaluated as of now before the past is: a band is decided from the one before. And publishing fills the
 * whole rollup, so no day has to be rolled up besides.
 */
async function holdAll(core: Core, workspace: string): Promise<void> {
  await core.state.within(workspace, async (db) => {
    await db.deleteFrom('stale_day').where('day', '<', today(core.clock.now())).execute();
    await sql`insert into dirty_account (workspace_id, account_id, received_at, claimed_by, claimed_until)
      select workspace_id, id, now(), ${core.process}, now() + interval '10 minutes'
      from account where workspace_id = ${workspace}
      on conflict (workspace_id, account_id) do update
        set claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until`.execute(db);
  });
}

/** Counts as done until its turn comes: else whoever looks for missed nights would do the ones in between meanwhile. */
async function reserveNight(core: Core, workspace: string, midnight: number): Promise<void> {
  const model = await core.models.live(workspace);
  const now = new Date(core.clock.now());
  await core.state.within(workspace, (db) =>
    db
      .insertInto('evaluation_run')
      .values({
        workspace_id: workspace,
        as_of: new Date(midnight),
        model_version: model?.version ?? 1,
        claimed_by: core.process,
        claimed_until: now,
        finished_at: now,
        accounts: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

async function forgetNight(core: Core, workspace: string, midnight: number): Promise<void> {
  await core.state.within(workspace, (db) =>
    db.deleteFrom('evaluation_run').where('as_of', '=', new Date(midnight)).where('accounts', '=', 0).execute(),
  );
}

async function releaseAll(core: Core, workspace: string): Promise<void> {
  await core.state.within(workspace, (db) =>
    db.updateTable('dirty_account').set({ claimed_by: null, claimed_until: null }).execute(),
  );
}

async function isWaiting(core: Core, workspace: string): Promise<boolean> {
  const row = await core.state.within(workspace, (db) =>
    db.selectFrom('dirty_account').select('account_id').limit(1).executeTakeFirst(),
  );
  return row !== undefined;
}

/** An account worth a look, and what is striking about it. */
export interface Interesting {
  readonly account: string;
  readonly name: string;
  readonly score: number;
  readonly band: string;
  readonly reason: string;
}

/** Three accounts with a story: the weakest large one, the strongest, and the one least known about. */
export async function interestingAccounts({ core }: Rapport, workspace: string): Promise<Interesting[]> {
  const rows = await core.state.within(workspace, (db) =>
    db
      .selectFrom('account')
      .select(['id', 'name', 'score', 'band', 'coverage', 'segment'])
      .where('score', 'is not', null)
      .orderBy('score')
      .orderBy('id')
      .execute(),
  );
  const known = rows.filter(({ band }) => band !== 'unknown');
  const picked = [
    { row: known.find(({ segment }) => segment === 'enterprise') ?? known[0], reason: 'the weakest of the large ones' },
    { row: known.at(-1), reason: 'the strongest of all' },
    { row: known.find(({ band }) => band === 'neutral'), reason: 'could go either way' },
  ];
  return picked.flatMap(({ row, reason }) =>
    row ? [{ account: row.id, name: row.name, score: row.score ?? 0, band: row.band ?? 'unknown', reason }] : [],
  );
}

const trickleMs = 3_000;

/**
 * Keeps the demo alive: every few seconds some customer does something, through the same door that an SDK uses. The
 * returned function ends it.
 */
export function startTrickle(rapport: Rapport, writeKey: string, now: () => number): () => void {
  const company = createLiveCompany({ seed, now: now() });
  const timer = setInterval(() => {
    const at = now();
    const batch = company.next(at, 1);
    if (batch.length === 0) return;
    fetch(`${rapport.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
      body: JSON.stringify({ batch, sentAt: new Date(at).toISOString() }),
    }).then(
      (response) => response.body?.cancel(),
      () => {}, // the server is stopping
    );
  }, trickleMs);
  return () => clearInterval(timer);
}
