import { reduceSql } from '../columns/reduce.ts';
import type { CompiledModel, RollupColumn } from '../compile.ts';
import { quoteIdentifier } from '../identifier.ts';
import type { Parameters } from '../parameters.ts';
import type { Plan, Vantage } from '../plan.ts';
import { origin, type Step } from '../step.ts';
import { midnightOf } from '../columns/merge.ts';

const dayMs = '86400000';

/**
 * The account-days up to T, each with the instant of its start; days in which a window ends are cut there, so that every
 * row lies wholly inside or outside of every window.
 */
export function slicesSteps(compiled: CompiledModel, vantage: Vantage, plan: Plan, parameters: Parameters): Step[] {
  const { columns } = compiled.rollup;
  const notes = columns.flatMap(({ name, measure }) =>
    measure.usedBy.map(({ id, at }) => origin(name, `measures.${id}`, at)),
  );
  if (vantage.source === 'raw')
    return [
      {
        name: 'slices',
        title: 'account-days made from raw events, cut where windows end',
        notes,
        body: rawSlices(columns, vantage, plan, null, parameters),
      },
    ];
  const days: Step = {
    name: 'slices',
    title: 'stored account-days up to T',
    notes,
    body: storedDays(columns, vantage, plan, parameters),
  };
  if (plan.cuts.length === 0) return [days];
  return [
    { ...days, name: 'days', title: 'stored account-days up to T, without those in which a window ends' },
    {
      name: 'edges',
      title: 'the days in which a window ends, from raw events, cut there',
      notes: [],
      body: rawSlices(columns, vantage, plan, plan.edgeDays, parameters),
    },
    {
      name: 'slices',
      title: 'whole days and parts of days',
      notes: [],
      body: 'SELECT * FROM days\nUNION ALL\nSELECT * FROM edges',
    },
  ];
}

export function storedDays(
  columns: readonly RollupColumn[],
  vantage: Vantage,
  plan: Plan,
  parameters: Parameters,
): string {
  const where = [
    `day < ${parameters.bind('Date', isoDay(midnightOf(vantage.asOf)))}`,
    ...(plan.edgeDays.length === 0 ? [] : [`day NOT IN ${parameters.days(plan.edgeDays)}`]),
    ...(vantage.accounts === null ? [] : [`account IN ${parameters.texts(vantage.accounts)}`]),
  ];
  const selected = ['account', `toInt64(day) * ${dayMs} AS start`, ...columns.map(({ name }) => quoteIdentifier(name))];
  return `SELECT\n  ${selected.join(',\n  ')}\nFROM ${vantage.tables.rollup} FINAL\nWHERE ${where.join(' AND ')}`;
}

export function rawSlices(
  columns: readonly RollupColumn[],
  vantage: Vantage,
  plan: Plan,
  days: readonly number[] | null,
  parameters: Parameters,
): string {
  const selected = columns.map(({ name, measure }) => `${reduceSql(measure, parameters)} AS ${quoteIdentifier(name)}`);
  const subject = subjectSql(vantage, parameters);
  // What all versions of a row share may be looked at before they are told apart: the maps of other accounts stay unread.
  const early = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    ...(vantage.subject === 'account' ? subject.where : []),
    ...(days === null ? [] : [`day IN ${parameters.days(days)}`]),
    `time <= ${parameters.instant(vantage.asOf)}`,
  ];
  const late = [
    ...(vantage.subject === 'account' ? [] : subject.where),
    ...(vantage.knownAt === null ? [] : [`received_at <= ${parameters.instant(vantage.knownAt)}`]),
  ];
  return [
    `SELECT\n  ${[`${subject.column} AS account`, `${startSql(plan.cuts, parameters)} AS start`, ...selected].join(',\n  ')}`,
    `FROM ${vantage.tables.events} AS events FINAL`,
    `PREWHERE ${early.join('\n  AND ')}`,
    ...(late.length === 0 ? [] : [`WHERE ${late.join('\n  AND ')}`]),
    'GROUP BY account, start',
  ].join('\n');
}

/** Start of the part of the day in which an event lies: midnight, or the last cut before it. */
function startSql(cuts: readonly number[], parameters: Parameters): string {
  const midnight = `toInt64(day) * ${dayMs}`;
  if (cuts.length === 0) return midnight;
  const bound = parameters.bind('Array(Int64)', cuts);
  return `greatest(${midnight}, arrayMax(arrayFilter(cut -> cut < toUnixTimestamp64Milli(time), ${bound})))`;
}

/** Who an event is counted for: its account, or its person when the model is about persons and the workspace is not. */
function subjectSql(vantage: Vantage, parameters: Parameters): { column: string; where: string[] } {
  const column = vantage.subject === 'person' ? 'events.person' : 'events.account';
  return {
    column,
    where: [
      `${column} != ''`,
      ...(vantage.accounts === null ? [] : [`${column} IN ${parameters.texts(vantage.accounts)}`]),
    ],
  };
}

function isoDay(start: number): string {
  return new Date(start).toISOString().slice(0, 10);
}
