import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, type CompiledModel } from '../../src/compile/compile.ts';
import { plan, type Plan, type Vantage } from '../../src/compile/plan.ts';
import { ingredientQueries, traitDays } from '../../src/compile/queries/ingredients.ts';
import { vantageOf } from '../../src/evaluate/evaluate.ts';
import { answerer } from '../../src/evaluate/in-process/answer.ts';
import { type Ingredients, readIngredients } from '../../src/evaluate/in-process/ingredients.ts';
import type { Slice } from '../../src/evaluate/in-process/merge.ts';
import { reducer } from '../../src/evaluate/in-process/reduce.ts';
import { traitStates } from '../../src/evaluate/in-process/trait-states.ts';
import type { EventRow } from '../../src/store/events/tables.ts';
import { useStores } from '../support/engines.ts';
import { accountTrait, dayMs, event, measure, model } from './build.ts';
import { base, instants } from './generate.ts';
import { oddWorlds } from './odd.ts';
import type { World } from './oracle.ts';

const stores = useStores();
const moments = fc.oneof(fc.constantFrom(base, base + dayMs / 2 + 17), instants());
let workspaces = 0;

/** What is asked about a world that is stored in a workspace of its own. */
interface Asked {
  readonly compiled: CompiledModel;
  readonly vantage: Vantage;
  readonly planned: Plan;
}

async function settle({ model: resolved, events, traits }: World, asOf: number): Promise<Asked> {
  workspaces += 1;
  const workspace = `ws_reduce_${workspaces}`;
  const own = <Row>(rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, workspace }));
  await stores.events.insert('events', own(events));
  await stores.events.insert('traits', own(traits));
  const compiled = compile(resolved);
  const request = { compiled, workspace, asOf, accounts: null, source: 'raw', cohorts: [] } as const;
  const vantage = await vantageOf(stores.events, request);
  return { compiled, vantage, planned: plan(compiled, vantage) };
}

/** Slices, rising, of every account; all days made of raw events, as the engine makes those that windows cut. */
async function slicesOfEngine({ compiled, vantage, planned }: Asked, events: readonly EventRow[]) {
  const edgeDays = [...new Set(events.map(({ time }) => Math.floor((time - 1) / dayMs) * dayMs))];
  const queries = ingredientQueries(compiled, { ...vantage, source: 'rollup' }, { ...planned, edgeDays });
  const query = queries.slices[1]; // the first asks for whole days, and there are none
  if (query === undefined) return new Map<string, Slice[]>();
  const rows = await stores.events.query({ ...query, row: (raw) => raw['slice'] as [string, number, ...unknown[]] });
  const slices = rows
    .map(([account, start, ...cells]) => ({ account, slice: { start, cells } }))
    .toSorted((a, b) => a.slice.start - b.slice.start);
  return mapValues(perAccount(slices), (own) => own.map(({ slice }) => slice));
}

function slicesInProcess({ compiled, vantage, planned }: Asked, events: readonly EventRow[]): Map<string, Slice[]> {
  const happened = events.filter(({ account, time }) => account !== '' && time <= vantage.asOf);
  const reduce = reducer(compiled);
  return mapValues(perAccount(happened), (own) => reduce(own, planned.cuts));
}

function perAccount<Row extends { readonly account: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return new Map([...Map.groupBy(rows, ({ account }) => account)].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): Map<Key, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

/** By account and trait; nothing where no value was given by T. */
function traitsInProcess({ vantage, planned }: Asked, rows: World['traits']) {
  const known = rows.filter(({ time }) => time <= vantage.asOf).map((row) => ({ ...row, account: row.id }));
  return mapValues(perAccount(known), (own) =>
    mapValues(
      Map.groupBy(own, ({ trait }) => trait),
      (history) => {
        const values = history.map((row) => accountTrait(row).row);
        return traitStates(values, vantage.asOf, traitDays(planned));
      },
    ),
  );
}

/** Ingredients made in process, of everybody that is known at T. */
function ingredientsInProcess(asked: Asked, world: World): Ingredients[] {
  const slices = slicesInProcess(asked, world.events);
  const traits = traitsInProcess(asked, world.traits);
  const accounts = [...new Set([...slices.keys(), ...traits.keys()])].toSorted();
  return accounts.map((account) => ({
    account,
    slices: slices.get(account) ?? [],
    traits: traits.get(account) ?? new Map(),
  }));
}

describe('what is made in process of raw rows', () => {
  it('are the slices of the engine, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(oddWorlds(), moments, async (world, asOf) => {
        const asked = await settle(world, asOf);
        expect(slicesInProcess(asked, world.events)).toEqual(await slicesOfEngine(asked, world.events));
      }),
      { numRuns: 40 },
    );
  });

  it('are the traits of the engine, and the answers that it makes of its own slices', async () => {
    await fc.assert(
      fc.asyncProperty(oddWorlds(), moments, async (world, asOf) => {
        const asked = await settle(world, asOf);
        const { compiled, vantage, planned } = asked;
        const read = await readIngredients(stores.events, compiled, vantage, planned);
        const made = ingredientsInProcess(asked, world);
        expect(made.map(({ account, traits }) => ({ account, traits }))).toEqual(
          read.map(({ account, traits }) => ({ account, traits })),
        );
        const answer = answerer({ compiled, vantage, plan: planned });
        const answers = (some: readonly Ingredients[]) => some.map((one) => answer(one).answer);
        expect(answers(made)).toEqual(answers(read));
      }),
      { numRuns: 40 },
    );
  });

  it('takes of several versions of an event the last one, and none that was removed', async () => {
    const [first, second] = [event({ account: 'acme', time: base }), event({ account: 'acme', time: base })];
    const changed = { ...first, person: 'ann', version: 1 };
    const world: World = {
      model: model({ measures: [measure('people', { aggregate: { kind: 'unique', property: null } })] }),
      events: [first, second, changed, { ...second, version: 1, deleted: 1 }],
      traits: [],
    };
    const asked = await settle(world, base);
    // The reducer is given what FINAL leaves: telling versions apart is not its work.
    expect(slicesInProcess(asked, [changed])).toEqual(await slicesOfEngine(asked, world.events));
  });
});
