import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { waitFor } from '../../test/support/server.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { createMemory } from '../evaluate/memory.ts';
import { lifecycleReader } from './lifecycle.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';
import { refreshDays } from './rollups.ts';

const stores = useStores();
let processes: readonly TestRapport[];
let writeKey = '';

beforeAll(async () => {
  const first = await openTestRapport(stores, { firstModel: 'b2b-saas' });
  processes = [first, await openTestRapport(stores, { firstModel: 'b2b-saas' })];
  writeKey = await first.key('write');
});
afterAll(async () => {
  for (const one of processes) await one.close();
});

const hourMs = 3_600_000;
const account = fc.constantFrom('acme', 'globex', 'initech', 'umbrella');
const person = fc.constantFrom('ada', 'bob', 'eve', 'kim', 'zoe');
/** How long ago: mostly today; else on the days that windows of 7 and 28 days cut, and far back. */
const ago = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 26 * hourMs }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(7, 28, 84, 182), fc.integer({ min: -5, max: 5 }))
      .map(([d, h]) => (d * 24 + h) * hourMs),
  },
);
const event = fc.record({
  name: fc.constantFrom(
    'Signed In',
    'Report Viewed',
    'Case Opened',
    'Case Resolved',
    'Survey Responded',
    'Meeting Held',
  ),
  properties: fc.record({
    case_id: fc.constantFrom('c1', 'c2'),
    severity: fc.constantFrom('sev1', 'sev3'),
    kind: fc.constantFrom('nps', 'kickoff'),
    score: fc.integer({ min: -100, max: 100 }),
    minutes: fc.double({ noNaN: true, min: 0, max: 1e3 }),
  }),
});
const call = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('track' as const), account, person, ago, event }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('group' as const), account, person, seats: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('anonymous' as const), account, person, event }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('identify' as const), account, person }) },
);
type Call = typeof call extends fc.Arbitrary<infer One> ? One : never;

function messageOf(one: Call, now: number): object {
  switch (one.type) {
    case 'track': {
      const { name, properties } = one.event;
      const timestamp = new Date(now - one.ago).toISOString();
      return {
        type: 'track',
        userId: one.person,
        event: name,
        properties,
        timestamp,
        context: { groupId: one.account },
      };
    }
    case 'group':
      return {
        type: 'group',
        userId: one.person,
        groupId: one.account,
        traits: { seats: one.seats, arr: one.seats * 900 },
      };
    case 'anonymous':
      return {
        type: 'track',
        anonymousId: `anon-${one.person}`,
        event: one.event.name,
        properties: one.event.properties,
      };
    case 'identify':
      return { type: 'identify', userId: one.person, anonymousId: `anon-${one.person}`, traits: { role: 'user' } };
  }
}

async function send(to: TestRapport, some: readonly Call[]): Promise<void> {
  const response = await fetch(`${to.url}/v1/batch`, {
    method: 'POST',
    body: JSON.stringify({ writeKey, batch: some.map((one) => messageOf(one, to.core.clock.now())) }),
  });
  expect(response.status).toBe(200);
  await to.settled();
}

/** What the engine says, against what each process remembers. */
async function compare(): Promise<void> {
  const { core, firstRun } = processes[0] as TestRapport;
  const { workspace } = firstRun;
  const rows = await core.state.within(workspace, (db) =>
    db.selectFrom('account').select(['id', 'revision']).execute(),
  );
  const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
  const live = await core.models.live(workspace);
  if (!live) throw new Error('no model');
  const asOf = core.clock.now();
  await refreshDays(core, workspace, null);
  const shared = { compiled: live.compiled, workspace, asOf, accountKind: live.accountKind, memory: createMemory() };
  const asked = await evaluate(core.events, { ...shared, accounts: [...revisions.keys()], source: 'rollup' });
  for (const { core: own } of processes) {
    const refresh = (missing: readonly string[]): Promise<void> => refreshDays(own, workspace, missing);
    const readLifecycle = lifecycleReader(own, workspace, live);
    const known = await own.warm.evaluate(own.events, { ...shared, revisions, refresh, readLifecycle });
    expect(known.map(({ evaluation }) => evaluation)).toEqual(asked);
  }
}

describe('accounts that are remembered', () => {
  it('are evaluated as the engine evaluates them, to the last bit, whichever process loaded what and when', async () => {
    const load = fc.tuple(fc.nat(1), fc.array(call, { minLength: 1, maxLength: 4 }));
    const rounds = fc.array(fc.array(load, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        for (const loads of all) {
          for (const [which, some] of loads) await send(processes[which] as TestRapport, some);
          await compare();
        }
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);

  it('leave no account unscored and no mark behind', async () => {
    const { core, firstRun } = processes[0] as TestRapport;
    await waitFor(
      () =>
        core.state.within(firstRun.workspace, async (db) => {
          const marks = await db.selectFrom('dirty_account').select('account_id').execute();
          return marks.length === 0;
        }),
      20_000,
    );
    const rows = await core.state.within(firstRun.workspace, (db) =>
      db.selectFrom('account').select(['id', 'score', 'evaluated_at']).execute(),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { score } of rows) expect(score).not.toBeNull();
  });
});
