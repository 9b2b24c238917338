import { Engine } from 'json-rules-engine';
import { sql } from 'kysely';
import { backfill, ensureRollup, rollupTable } from '../src/evaluate/rollup.ts';
import { evaluate } from '../src/evaluate/evaluate.ts';
import type { Evaluation } from '../src/evaluate/evaluation.ts';
import { connectPostgres } from './support/postgres.ts';
import { benchModel } from './support/bench-model.ts';
import { type Bench, median, timed } from './support/report.ts';
import { fill, withStores } from './support/stores.ts';

const end = Date.UTC(2026, 5, 1);
const accounts = Number(process.env['BENCH_COMPARE_ACCOUNTS'] ?? 10_000);
const size = { workspace: 'compare', accounts, days: 100, eventsPerDay: 2, end };

/** What else one would reach for: a rules engine in process, and PostgreSQL alone. */
export const comparison: Bench = {
  name: 'comparison',
  about: `${accounts.toLocaleString('en')} accounts, ${(accounts * size.days * size.eventsPerDay).toLocaleString('en')} events, the same measures and indicators`,
  run: (say) =>
    withStores(async (stores, dataDir) => {
      const compiled = benchModel();
      say('filling');
      await fill(stores, size);
      await ensureRollup(stores.events, size.workspace, [compiled]);
      await backfill(stores.events, size.workspace, [compiled]);
      await stores.events.define(`OPTIMIZE TABLE ${stores.events.table(rollupTable(size.workspace))} FINAL`);
      const request = { compiled, workspace: size.workspace, asOf: end, accounts: null, source: 'rollup' } as const;
      const evaluations = await evaluate(stores.events, request);
      const ours = median(await repeated(5, () => evaluate(stores.events, request)));

      say('json-rules-engine: the points of eight indicators from measures that are already computed');
      const sample = evaluations.slice(0, 2000);
      const rules = (median(await repeated(3, () => rulesEngine(sample))) * evaluations.length) / sample.length;

      say('PostgreSQL: copying the events');
      const postgres = await connectPostgres(dataDir);
      try {
        const rows = await copyEvents(stores, postgres);
        say(`PostgreSQL: the eight measures over ${rows.toLocaleString('en')} events`);
        const alone = median(await repeated(3, () => postgres.execute(postgresMeasures)));
        return [
          {
            name: 'events to scores, all accounts',
            value: ours,
            unit: 'ms',
            baseline: { name: 'json-rules-engine, points only', value: rules },
            ratio: ours / rules,
          },
          {
            name: 'events to scores, all accounts',
            value: ours,
            unit: 'ms',
            baseline: { name: 'PostgreSQL, measures only', value: alone },
            ratio: ours / alone,
          },
        ];
      } finally {
        await postgres.close();
      }
    }),
};

async function repeated(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(work));
  return times;
}

/** Each indicator as three rules (bad, fair, good), its measures as facts; that is how such engines are used. */
async function rulesEngine(evaluations: readonly Evaluation[]): Promise<void> {
  const cuts: Record<string, [number, number, number]> = {
    active_people_share: [0.1, 0.35, 0.7],
    active_days: [1, 6, 15],
    logins: [0, 3, 10],
    rhythm: [0.05, 0.2, 0.4],
    depth: [1, 10, 60],
    longest: [1, 10, 30],
    recency: [-30, -14, -3],
    cases: [-8, -3, 0],
  };
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const [fact, [low, middle, high]] of Object.entries(cuts)) {
    const above = (value: number) => ({ fact, operator: 'greaterThanInclusive', value });
    const below = (value: number) => ({ fact, operator: 'lessThan', value });
    engine.addRule({ conditions: { all: [below(middle)] }, event: { type: fact, params: { points: 0, from: low } } });
    engine.addRule({
      conditions: { all: [above(middle), below(high)] },
      event: { type: fact, params: { points: 50 } },
    });
    engine.addRule({ conditions: { all: [above(high)] }, event: { type: fact, params: { points: 100 } } });
  }
  for (const { indicators } of evaluations) {
    const facts = Object.fromEntries(
      Object.entries(indicators).map(([id, { value }]) => [
        id,
        ['recency', 'cases'].includes(id) ? -(value ?? 0) : (value ?? 0),
      ]),
    );
    await engine.run(facts);
  }
}

type Stores = Parameters<Parameters<typeof withStores>[0]>[0];
type Postgres = Awaited<ReturnType<typeof connectPostgres>>;

async function copyEvents(stores: Stores, postgres: Postgres): Promise<number> {
  await postgres.execute(
    sql`CREATE TABLE bench_event (account text NOT NULL, time timestamptz NOT NULL, name text NOT NULL, person text NOT NULL, minutes double precision)`,
  );
  let rows = 0;
  const blocks = stores.events.stream({
    name: 'bench-copy',
    sql: `SELECT account, toUnixTimestamp64Milli(time) AS time, name, person, if(mapContains(numbers, 'minutes'), numbers['minutes'], NULL) AS minutes
          FROM ${stores.events.table('events')} FINAL WHERE workspace = {workspace:String}`,
    params: { workspace: size.workspace },
    row: (raw) => raw,
  });
  for await (const block of blocks) {
    rows += block.length;
    const column = (name: string) => block.map((row) => row[name] ?? null);
    await postgres.execute(sql`
      INSERT INTO bench_event SELECT a, to_timestamp(t / 1000.0), n, p, m
      FROM unnest(${column('account')}::text[], ${column('time').map(Number)}::double precision[], ${column('name')}::text[], ${column('person')}::text[], ${column('minutes')}::double precision[]) AS u(a, t, n, p, m)`);
  }
  await postgres.execute(sql`CREATE INDEX ON bench_event (account, time)`);
  await postgres.execute(sql`ANALYZE bench_event`);
  return rows;
}

const at = sql`to_timestamp(${end / 1000})`;
const postgresMeasures = sql`
  SELECT account,
    count(DISTINCT person) FILTER (WHERE time > ${at} - interval '28 days') AS people,
    count(DISTINCT (time AT TIME ZONE 'UTC')::date) FILTER (WHERE time > ${at} - interval '28 days') AS active,
    count(*) FILTER (WHERE name = 'Signed In' AND time > ${at} - interval '7 days') AS week,
    count(*) FILTER (WHERE name = 'Signed In' AND time > ${at} - interval '28 days') AS month,
    sum(minutes) FILTER (WHERE name = 'Report Viewed' AND time > ${at} - interval '28 days') AS minutes,
    max(minutes) FILTER (WHERE name = 'Report Viewed' AND time > ${at} - interval '84 days') AS longest,
    max(time) AS seen,
    count(*) FILTER (WHERE name = 'Case Opened' AND time > ${at} - interval '84 days') AS cases
  FROM bench_event WHERE time <= ${at} GROUP BY account`;
