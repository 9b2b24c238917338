import { quoteIdentifier } from '../src/compile/identifier.ts';
import type { CompiledModel } from '../src/compile/compile.ts';
import { backfill, ensureRollup, rollupTable } from '../src/evaluate/rollup.ts';
import { evaluateStream } from '../src/evaluate/evaluate.ts';
import { createMemory, type EvaluationMemory } from '../src/evaluate/memory.ts';
import type { Stores } from '../src/store/open.ts';
import { benchModel, columnOf } from './support/bench-model.ts';
import { type Bench, compared, type Figure, median, timed } from './support/report.ts';
import { fill, withStores } from './support/stores.ts';

const end = Date.UTC(2026, 5, 1);
const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const days = 100;

/** Everything about everybody, against one query that somebody would write by hand over the same rollup. */
export const evaluation: Bench = {
  name: 'evaluation',
  about: `all of ${accounts.toLocaleString('en')} accounts as of a midnight, ${days} days of events`,
  run: (say) =>
    withStores(async (stores) => {
      const compiled = benchModel();
      say('filling 1 event per account-day');
      await prepare(stores, compiled, { workspace: 'thin', eventsPerDay: 1, accounts });
      say('evaluating');
      const [ours, byHand] = await compared(
        () => drain(evaluateAll(stores, compiled, 'thin', null)),
        () => drain(stores.events.stream(handWritten(stores, compiled, 'thin'))),
      );
      const fewer = Math.round(accounts / 10);
      say('filling 10 events per account-day');
      await prepare(stores, compiled, { workspace: 'sparse', eventsPerDay: 1, accounts: fewer });
      await prepare(stores, compiled, { workspace: 'dense', eventsPerDay: 10, accounts: fewer });
      const [dense, sparse] = await compared(
        () => drain(evaluateAll(stores, compiled, 'dense', null)),
        () => drain(evaluateAll(stores, compiled, 'sparse', null)),
      );
      say('evaluating 50 accounts at an odd instant');
      const few = Array.from({ length: 50 }, (_, at) => `account-${at * 97}`);
      const memory = createMemory();
      const times: number[] = [];
      for (let run = 0; run < 20; run++) {
        times.push(await timed(() => drain(evaluateAll(stores, compiled, 'thin', few, end - 12_345_678, memory))));
      }
      return [
        against('evaluate everybody', ours, 'hand-written query', byHand, 1.3),
        against('10 × events per account-day', dense, '1 ×', sparse, 1.3),
        { name: 'evaluate 50 accounts live', value: median(times), unit: 'ms' },
      ];
    }),
};

function against(name: string, value: number, baseline: string, other: number, limit: number): Figure {
  const ratio = value / other;
  return {
    name,
    value,
    unit: 'ms',
    baseline: { name: baseline, value: other },
    ratio,
    promise: `≤ ${limit} ×`,
    kept: ratio <= limit,
  };
}

async function prepare(
  stores: Stores,
  compiled: CompiledModel,
  size: { workspace: string; eventsPerDay: number; accounts: number },
): Promise<void> {
  await fill(stores, { ...size, days, end });
  await ensureRollup(stores.events, size.workspace, [compiled]);
  await backfill(stores.events, size.workspace, [compiled]);
  await stores.events.define(`OPTIMIZE TABLE ${stores.events.table(rollupTable(size.workspace))} FINAL`);
}

function evaluateAll(
  stores: Stores,
  compiled: CompiledModel,
  workspace: string,
  some: string[] | null,
  asOf = end,
  memory?: EvaluationMemory,
) {
  const known = memory === undefined ? {} : { memory };
  return evaluateStream(stores.events, { compiled, workspace, asOf, accounts: some, source: 'rollup', ...known });
}

async function drain(blocks: AsyncIterable<readonly unknown[]>): Promise<number> {
  let rows = 0;
  for await (const block of blocks) rows += block.length;
  return rows;
}

/** The same measures, points and score, for this one model, written as a person would who knows the tables. */
function handWritten(stores: Stores, compiled: CompiledModel, workspace: string) {
  const c = (measure: string) => quoteIdentifier(columnOf(compiled, measure));
  const points = (x: string, a: number, b: number, z: number) =>
    `50 + 50 * greatest(-1, least(1, if((${x} - ${b}) * ${z - a} < 0, (${x} - ${b}) / ${Math.abs(b - a)}, (${x} - ${b}) / ${Math.abs(z - b)}) * ${z > a ? 1 : -1}))`;
  return {
    name: 'hand-written-evaluation',
    params: { workspace, asOf: end / 1000 },
    row: (raw: Record<string, unknown>) => raw,
    sql: `
SELECT account, people, active, week, month, minutes, longest, seen, cases, arr, seats,
  ${points('people / seats', 0.1, 0.35, 0.7)} AS p1, ${points('active', 1, 6, 15)} AS p2, ${points('week', 0, 3, 10)} AS p3,
  ${points('week / month', 0.05, 0.2, 0.4)} AS p4, ${points('minutes / seats', 1, 10, 60)} AS p5, ${points('longest', 1, 10, 30)} AS p6,
  ${points('(toUnixTimestamp64Milli(toDateTime64({asOf:UInt32}, 3)) - seen) / 86400000', 30, 14, 3)} AS p7, ${points('cases', 8, 3, 0)} AS p8,
  0.5 * (6 * p1 + 3 * p2 + 3 * p3 + 2 * p4 + 4 * p7) / 18 + 0.3 * (4 * p5 + p6) / 5 + 0.2 * p8 AS score
FROM (
  SELECT account,
    uniqExactArrayIf(${c('active_people')}, day >= d - 28) AS people, uniqExactArrayIf(${c('active_days')}, day >= d - 28) AS active,
    sumIf(${c('logins_7d')}, day >= d - 7) AS week, sumIf(${c('logins_28d')}, day >= d - 28) AS month,
    toFloat64(sumIf(tupleElement(${c('minutes_28d')}, 'total'), day >= d - 28)) / 1e9 AS minutes, maxIf(${c('longest')}, day >= d - 84) AS longest,
    toUnixTimestamp64Milli(max(${c('last_seen')})) AS seen, sumIf(${c('cases_84d')}, day >= d - 84) AS cases,
    toDate(fromUnixTimestamp({asOf:UInt32})) AS d
  FROM ${stores.events.table(rollupTable(workspace))} FINAL WHERE day < toDate(fromUnixTimestamp({asOf:UInt32})) GROUP BY account
) AS days
LEFT JOIN (
  SELECT id AS account, maxIf(number, trait = 'arr') AS arr, maxIf(number, trait = 'seats') AS seats
  FROM ${stores.events.table('traits')} FINAL WHERE workspace = {workspace:String} AND kind = 'account' GROUP BY id
) AS traits USING account
ORDER BY account`,
  };
}
