import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { evaluateEvents, type EvaluateEventsRequest } from '../../src/evaluate/in-process/evaluate-events.ts';
import { loadModelText } from '../../src/model/load.ts';
import { useStores } from '../support/engines.ts';
import { accountTrait, dayMs, event, indicator, measure, model, trait } from './build.ts';
import { crowd } from './crowd.ts';
import { base, instants } from './generate.ts';
import { oddWorlds } from './odd.ts';
import type { World } from './oracle.ts';

const stores = useStores();
const moments = fc.oneof(fc.constantFrom(base, base + dayMs / 2 + 17), instants());
let workspaces = 0;

async function store({ events, traits }: World): Promise<string> {
  workspaces += 1;
  const workspace = `ws_plain_${workspaces}`;
  const own = <Row>(rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, workspace }));
  await stores.events.insert('events', own(events));
  await stores.events.insert('traits', own(traits));
  return workspace;
}

/** A world in which the model is about persons; they are the accounts, or people of the companies that are. */
function aboutPersons(world: World, accountKind: 'group' | 'person'): World {
  const people = new Map(Object.entries({ acme: 'ann', bolt: 'bob' }));
  const id = (account: string): string => (accountKind === 'group' ? (people.get(account) ?? account) : account);
  return {
    events: world.events,
    traits: world.traits.map((row) => ({ ...row, kind: 'person', id: id(row.id) })),
    model: { ...world.model, account: 'person' },
  };
}

async function compare(world: World, asOf: number, accountKind?: 'group' | 'person'): Promise<void> {
  const compiled = compile(world.model);
  const workspace = await store(world);
  const kind = accountKind === undefined ? {} : { accountKind };
  const asked = await evaluate(stores.events, { compiled, workspace, asOf, accounts: null, source: 'raw', ...kind });
  const given = { events: world.events.toReversed(), traits: world.traits.map(accountTrait) };
  expect(evaluateEvents({ compiled, asOf, ...given, ...kind })).toEqual(asked);
}

describe('a workspace that is given as plain data', () => {
  it('is evaluated as the engine evaluates the same when it is stored, to the last bit', async () => {
    const about = fc.constantFrom(undefined, undefined, 'group', 'person');
    await fc.assert(
      fc.asyncProperty(oddWorlds(), moments, about, (world, asOf, kind) =>
        compare(kind === undefined ? world : aboutPersons(world, kind), asOf, kind),
      ),
      { numRuns: 15 },
    );
  });

  it('has the cohorts, rates and trends of everybody in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(0, dayMs / 2 + 17), (seed, after) =>
        compare(crowd(seed), base + after),
      ),
      { numRuns: 2 },
    );
  });

  it('takes heartbeats and cohorts that are known from elsewhere', () => {
    const compiled = compile(
      model({
        sources: [{ id: 'ratings', events: ['Rated'], freshness: dayMs, at: { file: '', line: 1, column: 1 } }],
        measures: [measure('rated', { events: ['Rated'], sources: ['ratings'] })],
        indicators: [
          indicator('rated', {
            sources: ['ratings'],
            points: { kind: 'percentile', quantiles: [0.1, 0.5, 0.9] },
            cohort: 'percentile',
          }),
        ],
      }),
    );
    const events = [event({ account: 'acme', time: base - 2 * dayMs, name: 'Rated' })];
    const rated = (parts: Partial<EvaluateEventsRequest>) =>
      evaluateEvents({ compiled, asOf: base, events, traits: [], ...parts })[0]?.indicators['rated'];
    const cohorts = [{ segment: 'all', indicator: 'rated', accounts: 30, low: 0, middle: 1, high: 2 }];
    const heartbeats = new Map([['Rated', { first: 0, last: base }]]);
    expect(rated({})?.state).toBe('never'); // one account is no cohort
    expect(rated({ cohorts })?.state).toBe('stale');
    expect(rated({ cohorts, heartbeats })).toMatchObject({ state: 'ok', value: 1, points: 50 });
  });

  it('says nothing of the users planned for an account in its first 7 days, as the engine does', async () => {
    const yaml = 'rapport: 1\nname: Users\nindicators: { use: [users_created_vs_plan, active_days] }\n';
    const { model: loaded } = loadModelText(yaml, 'users.yaml');
    if (loaded === null) throw new Error('the model has errors');
    const begins = { acme: 6.99, bolt: 7, cold: 30 };
    const world: World = {
      model: loaded,
      events: Object.entries(begins).flatMap(([account, days]) => [
        event({ account, time: base - days * dayMs, name: 'Deal Won' }),
        event({ account, time: base - dayMs, name: 'Account Added User' }),
      ]),
      traits: ['acme', 'bolt'].flatMap((account) => [
        trait(account, 'planned_users', base - 40 * dayMs, 8),
        trait(account, 'planned_days', base - 40 * dayMs, 28),
      ]),
    };
    await compare(world, base);
    const traits = world.traits.map(accountTrait);
    const found = evaluateEvents({ compiled: compile(loaded), asOf: base, events: world.events, traits });
    expect(found.map(({ account, indicators }) => [account, indicators['users_created_vs_plan']])).toMatchObject([
      ['acme', { value: null, state: 'na', points: null, weight: 0 }],
      ['bolt', { value: 0.5, state: 'ok' }],
      ['cold', { value: null, state: 'never', points: 50 }],
    ]);
  });
});
