import type { Expression } from '../model/expression/expression.ts';
import type { Indicator, Measure } from '../model/resolved.ts';
import { baseMeasure } from './base-measure.ts';
import type { CompiledModel } from './compile.ts';
import { midnightOf, type Reach } from './columns/merge.ts';
import { traitBefore } from './expression.ts';
import { hashedName } from './identifier.ts';

/** From where an evaluation looks: all that the text of its query depends on, besides the model. */
export interface Vantage {
  readonly workspace: string;
  /** The column of `events` an account of the model stands in: `person` for a B2C model in a workspace of companies. */
  readonly subject: 'account' | 'person';
  readonly asOf: number;
  /** Only rows received by then; null: all. */
  readonly knownAt: number | null;
  /** Null: everybody. */
  readonly accounts: readonly string[] | null;
  readonly source: 'rollup' | 'raw';
  /** Qualified and quoted. */
  readonly tables: { readonly events: string; readonly traits: string; readonly rollup: string };
  /** Indicators of a stale source, with the heartbeat as of which they are computed. */
  readonly stale: ReadonlyMap<string, number>;
  /** Indicators none of whose events was ever seen in the workspace. */
  readonly unseen: ReadonlySet<string>;
  readonly cohorts: readonly Cohort[];
}

/** What the accounts of a segment look like to an indicator. For a trend `segment` is '*'. */
export interface Cohort {
  readonly segment: string;
  readonly indicator: string;
  readonly accounts: number;
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
}

/** A measure as of an instant: T, or the heartbeat of a stale source. */
export interface MeasureColumn {
  readonly measure: Measure;
  readonly base: string;
  /** Columns of its aggregate, its value, and whether it holds any event. */
  readonly state: string;
  readonly value: string;
  readonly filled: string;
  readonly reach: Reach;
}

/** A trait as it was `days` before T. */
export interface TraitColumn {
  readonly name: string;
  readonly type: Expression['type'];
  readonly days: number;
  readonly state: string;
  readonly value: string;
}

/** What one evaluation reads: columns, and the instants at which days must be cut. */
export interface Plan {
  readonly measures: readonly MeasureColumn[];
  readonly traits: readonly TraitColumn[];
  /** Ends of windows that are not midnights. */
  readonly cuts: readonly number[];
  /** Starts of the days that are read from raw rows, for those cuts. */
  readonly edgeDays: readonly number[];
}

/** Who an event is counted for, from what the model is about and what `events.account` holds; left out: the same. */
export function subjectOf({ model }: CompiledModel, accountKind?: 'group' | 'person'): Vantage['subject'] {
  return model.account === 'person' && accountKind === 'group' ? 'person' : 'account';
}

/** Decides which columns an evaluation needs and where days have to be cut. */
export function plan(compiled: CompiledModel, vantage: Vantage): Plan {
  const { model } = compiled;
  const measures = new Map<string, MeasureColumn>();
  const add = (measure: Measure, at: number): void => {
    const column = measureColumn(measure, at, vantage.asOf);
    measures.set(column.value, column);
  };
  for (const measure of model.measures) add(measure, vantage.asOf);
  for (const indicator of model.indicators) {
    const heartbeat = vantage.stale.get(indicator.id);
    if (heartbeat === undefined) continue;
    for (const measure of measuresOf(indicator, model.measures)) add(measure, heartbeat);
  }
  const columns = [...measures.values()];
  const cuts = cutsOf(columns, vantage.asOf);
  return {
    measures: columns,
    traits: remembered(traitsOf, compiled, () => traitColumns(compiled)),
    cuts,
    edgeDays: [...new Set(cuts.map(midnightOf))].toSorted((a, b) => a - b),
  };
}

type ColumnNames = Pick<MeasureColumn, 'base' | 'state' | 'value' | 'filled'>;

const namesOfPresent = new WeakMap<Measure, ColumnNames>();

/** The column names of a measure as of an instant. */
export function measureColumn(measure: Measure, at: number, asOf: number): MeasureColumn {
  return {
    measure,
    ...(at === asOf
      ? remembered(namesOfPresent, measure, () => columnNames(measure, measure.id))
      : columnNames(measure, `${measure.id}@${at}`)),
    reach: {
      from: measure.window === null ? null : at - measure.window,
      until: at === asOf ? null : at,
      midnight: midnightOf(at),
    },
  };
}

function columnNames(measure: Measure, identity: string): ColumnNames {
  return {
    base: baseMeasure(measure).column,
    state: hashedName('a', identity),
    value: hashedName('m', identity),
    filled: hashedName('f', identity),
  };
}

/** What depends on one object of a model alone is worked out once: a replay plans at every instant at which it looks. */
function remembered<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** The measures an indicator is computed from. */
export function measuresOf(indicator: Indicator, measures: readonly Measure[]): readonly Measure[] {
  const names = new Set<string>();
  visit(indicator.value, (node) => {
    if (node.kind === 'reference' && node.scope === 'measures') names.add(node.name);
  });
  if (indicator.fadesWith !== null) names.add(indicator.fadesWith);
  return measures.filter((measure) => names.has(measure.id));
}

/** Calls back for every node of an expression. */
export function visit(expression: Expression, see: (node: Expression) => void): void {
  see(expression);
  if (expression.kind === 'call') for (const arg of expression.args) visit(arg, see);
}

/** Every expression of a model that is computed per account. */
export function accountExpressions(model: CompiledModel['model']): readonly Expression[] {
  return [
    ...model.segments.flatMap((segment) => (segment.when === null ? [] : [segment.when])),
    ...model.indicators.map((indicator) => indicator.value),
    ...model.score.hardTriggers.map((trigger) => trigger.when),
    ...model.audiences.map((audience) => audience.when),
    ...momentExpressions(model),
  ];
}

/** What deciding moments asks of an account: conditions, and the traits that phases, dates, time zone and owner depend on. */
function momentExpressions({ phases, moments, traits }: CompiledModel['model']): readonly Expression[] {
  const trait = (name: string): Expression[] => {
    const type = traits.account[name];
    return type === undefined ? [] : [{ kind: 'reference', scope: 'account', name, type }];
  };
  if (moments.length === 0) return [];
  return [
    ...trait('timezone'),
    ...trait('region'),
    ...momentConditions({ phases, moments }),
    ...phases.flatMap(({ starts }) => (starts.kind === 'trait' ? trait(starts.trait) : [])),
    ...moments.flatMap(({ trigger }) =>
      trigger.kind === 'schedule' && trigger.from.kind === 'trait' ? trait(trigger.from.trait) : [],
    ),
  ];
}

/** The conditions of phases and moments. */
export function momentConditions({
  phases,
  moments,
}: Pick<CompiledModel['model'], 'phases' | 'moments'>): readonly Expression[] {
  return [
    ...phases.flatMap(({ starts, ends }) => [
      ...(starts.kind === 'condition' ? [starts.when] : []),
      ...(ends?.kind === 'condition' ? [ends.when] : []),
    ]),
    ...moments.flatMap(({ trigger, done }) => [
      ...(trigger.kind === 'condition' ? [trigger.when] : []),
      ...(done?.kind === 'condition' ? [done.when] : []),
    ]),
  ];
}

/** The columns of a trait as it was some days before T. */
export function traitColumn(name: string, type: Expression['type'], days: number): TraitColumn {
  const identity = `${name} ${type} ${days}`;
  return { name, type, days, state: hashedName('h', identity), value: hashedName('t', identity) };
}

const traitsOf = new WeakMap<CompiledModel, readonly TraitColumn[]>();

function traitColumns({ model }: CompiledModel): TraitColumn[] {
  const found = new Map<string, TraitColumn>();
  const add = (column: TraitColumn): void => void found.set(column.value, column);
  for (const expression of accountExpressions(model))
    visit(expression, (node) => {
      if (node.kind === 'reference' && node.scope === 'account') add(traitColumn(node.name, node.type, 0));
      if (node.kind !== 'call' || node.operator !== 'before') return;
      const trait = traitBefore(node);
      add(traitColumn(trait.name, trait.type, trait.days));
    });
  return [...found.values()];
}

function cutsOf(columns: readonly MeasureColumn[], asOf: number): number[] {
  const instants = [asOf];
  for (const { measure, reach } of columns) {
    if (measure.aggregate.kind === 'series') continue;
    if (reach.from !== null) instants.push(reach.from);
    if (reach.until !== null) instants.push(reach.until);
  }
  const cuts = instants.filter((instant) => instant !== midnightOf(instant) && instant <= asOf);
  return [...new Set(cuts)].toSorted((a, b) => a - b);
}
