import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, type CompiledModel } from '../../src/compile/compile.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import type { Evaluation } from '../../src/evaluate/evaluation.ts';
import { backfill, ensureRollup } from '../../src/evaluate/rollup.ts';
import type { Value } from '../../src/model/expression/expression.ts';
import type { EventStore } from '../../src/store/events/store.ts';
import { useStores } from '../support/engines.ts';
import { crowd } from './crowd.ts';
import { base, worlds } from './generate.ts';
import { dayMs } from './build.ts';
import { oracle, type Verdict, type World } from './oracle.ts';

const stores = useStores();
const numRuns = 25;
let workspaces = 0;

/** Puts a world into a workspace of its own. */
async function settle(events: EventStore, world: World): Promise<string> {
  workspaces += 1;
  const workspace = `ws_oracle_${workspaces}`;
  if (world.events.length > 0)
    await events.insert(
      'events',
      world.events.map((row) => ({ ...row, workspace })),
    );
  if (world.traits.length > 0)
    await events.insert(
      'traits',
      world.traits.map((row) => ({ ...row, workspace })),
    );
  const compiled = [compile(world.model)];
  await ensureRollup(events, workspace, compiled);
  await backfill(events, workspace, compiled);
  return workspace;
}

describe('the engine and a plain evaluator of arrays', () => {
  it('agree on every measure, point, state and score, from the rollup and from raw events', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(), async (world) => {
        const compiled = compile(world.model);
        const workspace = await settle(stores.events, world);
        for (const asOf of [base, base + dayMs / 2 + 17]) {
          const expected = oracle(world, asOf);
          const [rollup, raw] = await Promise.all(
            (['rollup', 'raw'] as const).map((source) =>
              evaluate(stores.events, { compiled, workspace, asOf, accounts: null, source }),
            ),
          );
          expect(raw).toEqual(rollup);
          await expectInProcess(stores.events, { compiled, workspace, asOf }, rollup ?? []);
          compare(rollup ?? [], expected, world);
        }
      }),
      { numRuns },
    );
  }, 300_000);
});

describe('a crowd with cohorts, rates, trends, deadlines, releases and audiences of a band', () => {
  it('is evaluated the same by the engine, in process and by the plain evaluator', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
        const world = crowd(seed);
        const compiled = compile(world.model);
        const workspace = await settle(stores.events, world);
        for (const asOf of [base, base + dayMs / 2 + 17]) {
          const found = await evaluate(stores.events, { compiled, workspace, asOf, accounts: null, source: 'rollup' });
          await expectInProcess(stores.events, { compiled, workspace, asOf }, found);
          compare(found, oracle(world, asOf), world);
        }
      }),
      { numRuns: 8 },
    );
  }, 300_000);
});

/** Computed in process, account by account or together, from the rollup or from raw events: the same to the last bit. */
async function expectInProcess(
  events: EventStore,
  ask: { compiled: CompiledModel; workspace: string; asOf: number },
  expected: readonly Evaluation[],
): Promise<void> {
  const accounts = [...expected.map(({ account }) => account), 'nobody'];
  for (const source of ['rollup', 'raw'] as const)
    expect(await evaluate(events, { ...ask, accounts, source }), source).toEqual(expected);
}

function compare(found: readonly Evaluation[], expected: readonly Verdict[], world: World): void {
  expect(found.map(({ account }) => account)).toEqual(expected.map(({ account }) => account));
  for (const [index, verdict] of expected.entries()) {
    const evaluation = found[index];
    if (evaluation === undefined) continue;
    const who = verdict.account;
    expect(evaluation.segment, who).toBe(verdict.segment);
    for (const { id, type } of world.model.measures)
      close(plain(evaluation.measures[id] ?? null, type), verdict.measures[id] ?? null, `${who} measures.${id}`);
    for (const [id, indicator] of Object.entries(verdict.indicators)) {
      expect(`${id} ${evaluation.indicators[id]?.state}`, who).toBe(`${id} ${indicator.state}`);
      close(evaluation.indicators[id]?.value ?? null, indicator.value, `${who} indicators.${id} value`);
      close(evaluation.indicators[id]?.points ?? null, indicator.points, `${who} indicators.${id} points`);
      close(
        evaluation.indicators[id]?.contribution ?? null,
        indicator.contribution,
        `${who} indicators.${id} contribution`,
      );
    }
    expect(Object.keys(evaluation.domains), who).toEqual(Object.keys(verdict.domains));
    close(evaluation.score, verdict.score, `${who} score`);
    close(evaluation.coverage, verdict.coverage, `${who} coverage`);
    expect(evaluation.audiences, who).toEqual(verdict.audiences);
  }
}

/** Measures of type time are shown as ISO 8601. */
function plain(value: Value, type: string): Value {
  return type === 'time' && typeof value === 'string' ? Date.parse(value) : value;
}

function close(found: Value, expected: Value, what: string): void {
  if (typeof found !== 'number' || typeof expected !== 'number') expect(found, what).toEqual(expected);
  else
    expect(Math.abs(found - expected), `${what}: ${found} and ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(expected)),
    );
}
