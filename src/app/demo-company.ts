import { setTimeout as sleep } from 'node:timers/promises';
import { type Message } from '../demo/diary.ts';
import { simulateCompany } from '../demo/simulate.ts';
import { loadMessages } from '../ingest/loader/load-messages.ts';
import type { Core } from './core.ts';
import { hasModel, publishShipped } from './first-run.ts';
import type { Rapport } from './open.ts';

const seed = 20;
const chunkSize = 50_000;

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
    progress(`loading ${messages.length.toLocaleString('en')} events, ${percent} % done`);
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
  await publishShipped(core, workspace, 'b2b-saas');
  rapport.wake();
  progress('scoring every account');
  while (await isWaiting(core, workspace)) await sleep(100);
  return true;
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
const weekMs = 7 * 86_400_000;

/**
 * Keeps the demo alive: every few seconds something that a customer did last week happens again, now, through the same
 * door that an SDK uses. The returned function ends it.
 */
export function startTrickle(rapport: Rapport, writeKey: string, now: () => number): () => void {
  const start = now();
  const recent: Message[] = [];
  for (const message of simulateCompany({ seed, now: start })) {
    if (message.type === 'track' && Date.parse(message.timestamp) > start - weekMs) recent.push(message);
  }
  let turn = 0;
  const timer = setInterval(() => {
    const message = recent[(turn * 7_919) % Math.max(1, recent.length)]; // a prime steps through all of them
    turn += 1;
    if (!message) return;
    const instant = new Date(now()).toISOString();
    const event = { ...message, timestamp: instant, messageId: `demo-live-${start}-${turn}` };
    fetch(`${rapport.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
      body: JSON.stringify({ batch: [event], sentAt: instant }),
    }).then(
      (response) => response.body?.cancel(),
      () => {}, // the server is stopping
    );
  }, trickleMs);
  return () => clearInterval(timer);
}
