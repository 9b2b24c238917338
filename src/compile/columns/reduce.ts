import type { PropertyType } from '../../model/resolved.ts';
import type { BaseKind, BaseMeasure } from '../base-measure.ts';
import { columnTypes, conditionSql } from '../expression.ts';
import type { Parameters } from '../parameters.ts';
import { eventScope, propertySql } from './property.ts';

/** ClickHouse type of a base measure's column. Every type has a default that says "nothing". */
export function columnType(base: BaseKind): string {
  switch (base.kind) {
    case 'count':
      return 'UInt64';
    case 'days':
      return 'Array(Date)';
    case 'first':
    case 'last':
      return `Nullable(DateTime64(3, 'UTC'))`;
    case 'sum':
      return 'Tuple(total Int128, events UInt64)';
    case 'min':
    case 'max':
      return 'Nullable(Float64)';
    case 'latest':
      return `Tuple(time DateTime64(3, 'UTC'), id String, value ${columnTypes[base.propertyType]})`;
    case 'unique':
      return 'Array(String)';
    case 'open':
      return 'Tuple(pairs Array(String), transitions Array(Int64))';
  }
}

/** The column of a base measure over the raw events of a group (an account-day or a part of one). */
export function reduceSql(measure: BaseMeasure, parameters: Parameters): string {
  return `CAST(${aggregateSql(measure, parameters)}, ${quoted(columnType(measure.base))})`;
}

/** The events a base measure takes, as a condition; identify, group and alias calls never count. */
export function matchSql(measure: BaseMeasure, parameters: Parameters): string {
  const parts = [`kind IN ('track', 'page', 'screen')`];
  if (measure.base.kind === 'open') {
    const opens = [`name = ${parameters.text(measure.base.from)}`, ...whereSql(measure, parameters)].join(' AND ');
    parts.push(`(name = ${parameters.text(measure.base.to)} OR (${opens}))`);
    parts.push(`mapContains(texts, ${parameters.text(measure.base.by)})`);
    return parts.join(' AND ');
  }
  if (measure.events !== null) parts.push(`name IN ${parameters.texts(measure.events)}`);
  return [...parts, ...whereSql(measure, parameters)].join(' AND ');
}

function whereSql(measure: BaseMeasure, parameters: Parameters): string[] {
  return measure.where === null ? [] : [conditionSql(measure.where, eventScope(parameters))];
}

function aggregateSql(measure: BaseMeasure, parameters: Parameters): string {
  const { base } = measure;
  const match = matchSql(measure, parameters);
  switch (base.kind) {
    case 'count':
      return `countIf(${match})`;
    case 'days':
      return `arraySort(groupUniqArrayIf(toDate(time), ${match}))`;
    case 'first':
      return `minOrNullIf(time, ${match})`;
    case 'last':
      return `maxOrNullIf(time, ${match})`;
    case 'sum':
      return sumSql(base.property, match, parameters);
    case 'min':
    case 'max':
      return `${base.kind}OrNullIf(${propertySql(base.property, 'number', parameters)}, ${match})`;
    case 'latest':
      return latestSql(base.property, base.propertyType, match, parameters);
    case 'unique': {
      const value = base.property === null ? `nullIf(person, '')` : propertySql(base.property, 'string', parameters);
      return `arraySort(groupUniqArrayIf(assumeNotNull(${value}), ${match} AND isNotNull(${value})))`;
    }
    case 'open': {
      // One number per transition, so that the newest wins and at the same instant the close does.
      const closes = `toInt64(name = ${parameters.text(base.to)})`;
      const transition = `toUnixTimestamp64Milli(time) * 2 + ${closes}`;
      return `maxMapIf([texts[${parameters.text(base.by)}]], [${transition}], ${match})`;
    }
  }
}

/** Exact: billionths as integers, so that the order of rows never shows. Beyond ±1e15 a number is not taken. */
function sumSql(property: string, match: string, parameters: Parameters): string {
  const key = parameters.text(property);
  const number = `numbers[${key}]`; // 0 where it is missing
  const taken = `${match} AND mapContains(numbers, ${key}) AND abs(${number}) <= 1e15`;
  // Numbers are converted in all rows, also in those that are not taken, and the engine refuses infinity (1e300 × 1e9).
  const billionths = `floor(if(abs(${number}) <= 1e15, ${number}, 0e0) * 1e9 + 0.5)`;
  // In two parts: by itself the engine converts through 64 bits, which loses billionths from 2^64 (a number of 1.8e10) on.
  const [high, low] = [`floor(b / 4294967296e0)`, `b - floor(b / 4294967296e0) * 4294967296e0`];
  const whole = `arrayMap(b -> toInt128(toInt64(${high})) * 4294967296 + toInt64(${low}), [${billionths}])[1]`;
  return `(sumIf(${whole}, ${taken}), countIf(${taken}))`;
}

function latestSql(property: string, type: PropertyType, match: string, parameters: Parameters): string {
  const value = propertySql(property, type, parameters);
  return `argMaxIf((time, id, ${value}), (time, id), ${match} AND isNotNull(${value}))`;
}

function quoted(type: string): string {
  return `'${type.replaceAll("'", "\\'")}'`;
}
