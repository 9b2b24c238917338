import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { testSettings } from '../../test/support/settings.ts';
import { fixedClock } from '../lib/clock.ts';
import { newBatch } from './loader/batch.ts';
import { runSteps, steps } from './loader/steps.ts';
import { createWorkspace, loadDeps, storedEvents } from './pipeline.testing.ts';

const stores = useStores();
const now = Date.UTC(2026, 2, 10);
const clock = fixedClock(now);

interface Sent {
  readonly type: 'track' | 'identify' | 'group' | 'alias';
  readonly messageId: string;
  readonly timestamp: number;
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly previousId?: string;
  readonly groupId?: string;
  readonly event?: string;
  readonly traits?: object;
}

const user = fc.constantFrom('u1', 'u2', 'u3');
const anonymous = fc.constantFrom('a1', 'a2');
const account = fc.constantFrom('acme', 'beta');
/** Few instants, so that they often coincide. */
const minute = fc.integer({ min: 0, max: 6 });
const call = fc.oneof(
  fc.record({ type: fc.constant('track'), who: fc.oneof(user, anonymous), minute }),
  fc.record({ type: fc.constant('track'), who: user, groupId: account, minute }),
  fc.record({ type: fc.constant('identify'), who: user, anonymousId: anonymous, minute }),
  fc.record({ type: fc.constant('group'), who: fc.oneof(user, anonymous), groupId: account, minute }),
  fc.record({ type: fc.constant('alias'), who: user, previousId: fc.oneof(user, anonymous), minute }),
);

function message(
  given: { type: string; who: string; minute: number; groupId?: string; anonymousId?: string; previousId?: string },
  at: number,
): Sent & { context?: object } {
  const { type, who, groupId, ...rest } = given;
  const sender = who.startsWith('a') ? { anonymousId: who } : { userId: who };
  const group = groupId === undefined ? {} : type === 'group' ? { groupId } : { context: { groupId } };
  const time = Date.UTC(2026, 2, 1 + given.minute, 12);
  const { minute: _minute, ...ids } = rest;
  return {
    type: type as Sent['type'],
    messageId: `m${at}`,
    timestamp: time,
    event: 'Did',
    traits: { n: at },
    ...ids,
    ...sender,
    ...group,
  };
}

/** Whose each event is, written down naively: look at all facts, follow them by hand. */
function model(all: readonly (Sent & { context?: { groupId?: string } })[]): Record<string, [string, string]> {
  const links = new Map<string, { to: string; at: number }>();
  for (const one of all) {
    const [alias, to] =
      one.type === 'identify'
        ? [one.anonymousId, one.userId]
        : one.type === 'alias'
          ? [one.previousId, one.userId]
          : [];
    if (!alias || !to || alias === to) continue;
    const known = links.get(alias);
    if (!known || one.timestamp < known.at || (one.timestamp === known.at && to < known.to))
      links.set(alias, { to, at: one.timestamp });
  }
  const canonical = (id: string): string => {
    const path = [id];
    for (let next = links.get(id)?.to; next; next = links.get(next)?.to) {
      if (path.includes(next)) return path.slice(path.indexOf(next)).toSorted()[0] ?? next;
      path.push(next);
    }
    return path.at(-1) ?? id;
  };
  const sender = (one: Sent): string => one.userId ?? one.anonymousId ?? '';
  const attributed = all.map((one): [string, [string, string]] => {
    const key = canonical(sender(one));
    const person = one.userId === undefined && key === one.anonymousId ? '' : key;
    const facts = all
      .filter((other) => other.type === 'group' && canonical(sender(other)) === key)
      .toSorted((a, b) => a.timestamp - b.timestamp || ((a.groupId ?? '') < (b.groupId ?? '') ? 1 : -1));
    const before = facts.filter(({ timestamp }) => timestamp <= one.timestamp).at(-1);
    const joined = before ?? facts.filter(({ timestamp }) => timestamp === facts[0]?.timestamp).at(-1);
    return [one.messageId, [one.groupId ?? one.context?.groupId ?? joined?.groupId ?? '', person]];
  });
  return Object.fromEntries(attributed);
}

async function load(
  workspace: string,
  segment: string,
  messages: readonly object[],
  fresh: boolean,
  stopBefore?: string,
): Promise<void> {
  const record = {
    workspace,
    source: 'k',
    receivedAt: now,
    route: '/v1/batch',
    body: Buffer.from(JSON.stringify({ batch: messages })),
  };
  const deps = {
    ...loadDeps(stores, clock),
    onStep: (step: string) => {
      if (step === stopBefore) throw new Error('killed');
    },
  };
  const batch = newBatch({ workspace, segment, fresh, isHistory: false, now, records: [{ record, position: 0 }] });
  const run = stores.state.exclusively(`load:${workspace}`, () => runSteps(batch, deps));
  if (stopBefore === undefined) await run;
  else await expect(run).rejects.toThrow('killed');
}

async function rollupMarks(workspace: string): Promise<Set<string>> {
  const rows = await stores.state.within(workspace, (state) =>
    state.selectFrom('stale_day').select(['account_id', 'day']).execute(),
  );
  return new Set(rows.map(({ account_id, day }) => `${account_id} ${day}`));
}

it(
  'any order, repetition, cut into segments and crash between two steps gives what a naive model says',
  { timeout: 600_000 },
  async () => {
    const names = steps.map(({ name }) => name).slice(1);
    const scenario = fc.record({
      calls: fc.array(call, { minLength: 1, maxLength: 14 }),
      order: fc.infiniteStream(fc.nat()),
      cuts: fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
      repeats: fc.array(fc.nat(), { maxLength: 4 }),
      crashes: fc.infiniteStream(fc.option(fc.constantFrom(...names), { freq: 2 })),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ calls, order, cuts, repeats, crashes }) => {
        const { workspace } = await createWorkspace(stores);
        const all = calls.map(message);
        const sent = [...all, ...repeats.map((at) => all[at % all.length])].map((one) => ({
          one,
          rank: order.next().value ?? 0,
        }));
        const shuffled = sent.toSorted((a, b) => a.rank - b.rank).map(({ one }) => one as object);
        const segments: object[][] = [];
        for (let at = 0; at < shuffled.length;) {
          const size = cuts.next().value ?? 1;
          segments.push(shuffled.slice(at, at + size));
          at += size;
        }
        for (const [index, segment] of segments.entries()) {
          const crash = crashes.next().value ?? null;
          if (crash !== null) await load(workspace, `s${index}`, segment, true, crash);
          await load(workspace, `s${index}`, segment, crash === null);
        }
        const rows = await storedEvents(stores, workspace);
        const found = Object.fromEntries(rows.map(({ id, account: of, person }) => [id, [of, person]]));
        expect(rows.length).toBe(all.length);
        expect(found).toEqual(model(all));
        const marks = await rollupMarks(workspace);
        for (const { account: of, at } of rows) {
          if (of !== '') expect(marks).toContain(`${of} ${new Date(at).toISOString().slice(0, 10)}`);
        }
        for (const [index, segment] of segments.entries()) await load(workspace, `s${index}`, segment, false);
        expect(await storedEvents(stores, workspace)).toEqual(rows);
      }),
      { numRuns: 5 * testSettings.tortureRounds },
    );
  },
);
