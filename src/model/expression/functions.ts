import type { Operator, Type } from './expression.ts';

/** One way to call a function: types of its arguments and of its result. */
export interface Signature {
  readonly args: readonly Type[];
  /** The last type may repeat any number of times. */
  readonly more?: boolean;
  readonly result: Type;
}

/** A function of the expression language, as documented and checked. */
export interface FunctionSpec {
  readonly operator: Operator;
  readonly usage: string;
  readonly meaning: string;
  /** Null: the checker has its own rule for it. */
  readonly signatures: readonly Signature[] | null;
  /** Only as the whole value of an indicator, because its result depends on the other accounts. */
  readonly topOnly?: boolean;
}

const numeric = (operator: Operator, usage: string, meaning: string): FunctionSpec => ({
  operator,
  usage,
  meaning,
  signatures: [{ args: ['number'], result: 'number' }],
});

const onTexts = (operator: Operator, usage: string, meaning: string): FunctionSpec => ({
  operator,
  usage,
  meaning,
  signatures: [{ args: ['string', 'string'], result: 'bool' }],
});

/** All functions by name; `timestamp`, `daysUntil` and `cusum` are written differently but mean one of these. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  has: { operator: 'has', usage: 'has(x)', meaning: 'true when x is known, never null', signatures: null },
  coalesce: {
    operator: 'coalesce',
    usage: 'coalesce(a, b, …)',
    meaning: 'the first of its arguments that is known, all of one type',
    signatures: null,
  },
  contains: {
    operator: 'contains',
    usage: 'contains(list, text) or contains(text, part)',
    meaning: 'the list has that element, or the text has that part; upper and lower case differ',
    signatures: [
      { args: ['list', 'string'], result: 'bool' },
      { args: ['string', 'string'], result: 'bool' },
    ],
  },
  startsWith: onTexts('startsWith', 'startsWith(text, part)', 'the text starts with that part'),
  endsWith: onTexts('endsWith', 'endsWith(text, part)', 'the text ends with that part'),
  lower: {
    operator: 'lower',
    usage: 'lower(text)',
    meaning: 'the text in lower case, one letter for one letter',
    signatures: [{ args: ['string'], result: 'string' }],
  },
  size: {
    operator: 'size',
    usage: 'size(list) or size(text)',
    meaning: 'number of elements of a list, of Unicode code points of a text',
    signatures: [
      { args: ['list'], result: 'number' },
      { args: ['string'], result: 'number' },
    ],
  },
  ln: numeric('ln', 'ln(x)', 'natural logarithm; null for zero and below'),
  sqrt: numeric('sqrt', 'sqrt(x)', 'square root; null below zero'),
  abs: numeric('abs', 'abs(x)', 'x without its sign'),
  round: numeric('round', 'round(x)', 'nearest whole number, halves away from zero: sign(x)·floor(|x| + 0.5)'),
  floor: numeric('floor', 'floor(x)', 'largest whole number not above x'),
  ceil: numeric('ceil', 'ceil(x)', 'smallest whole number not below x'),
  min: {
    operator: 'min',
    usage: 'min(a, b, …)',
    meaning: 'the smallest; null when one of them is null',
    signatures: [{ args: ['number', 'number'], more: true, result: 'number' }],
  },
  max: {
    operator: 'max',
    usage: 'max(a, b, …)',
    meaning: 'the largest; null when one of them is null',
    signatures: [{ args: ['number', 'number'], more: true, result: 'number' }],
  },
  daysSince: {
    operator: 'daysSince',
    usage: 'daysSince(time)',
    meaning: 'days of 24 hours from that instant to now, with fractions; negative for a time to come',
    signatures: [{ args: ['time'], result: 'number' }],
  },
  before: {
    operator: 'before',
    usage: 'before(account.trait, days)',
    meaning: 'the trait as it was that many days ago; null when it was not known then',
    signatures: null,
  },
  releasesBehind: {
    operator: 'releasesBehind',
    usage: 'releasesBehind(version)',
    meaning: 'number of releases of the model published by now whose version is higher',
    signatures: [{ args: ['version'], result: 'number' }],
  },
  onTime: {
    operator: 'onTime',
    usage: 'onTime(doneTime, startTime, days)',
    meaning:
      'points: 100 when done within `days` of the start, from there linear to 50 at twice the time and 50 after; 0 when undone and overdue; null while not yet due or without a start',
    signatures: [{ args: ['time', 'time', 'number'], result: 'number' }],
  },
  rate: {
    operator: 'rate',
    usage: 'rate(x, n)',
    meaning:
      'share of n that is x, drawn towards the segment’s median m as if four more had been seen: (x + 4m) ÷ (n + 4), so that one of one is not 100 %',
    signatures: [{ args: ['number', 'number'], result: 'number' }],
    topOnly: true,
  },
  trend: {
    operator: 'trend',
    usage: 'trend(series)',
    meaning:
      'mean of the last 4 blocks ÷ mean of the 12 before, relative to the median account; 0 when a CUSUM found a drop in the last 4 blocks; null with too little history',
    signatures: [{ args: ['series'], result: 'number' }],
    topOnly: true,
  },
};

/** Names that are accepted too, with what they mean. */
export const aliases: Readonly<Record<string, string>> = { cusum: 'trend' };

/** Functions that the checker rewrites into others. */
export const rewritten: Readonly<Record<string, { usage: string; meaning: string }>> = {
  timestamp: { usage: "timestamp('2026-01-31T00:00:00Z')", meaning: 'a fixed instant, written in ISO 8601' },
  daysUntil: { usage: 'daysUntil(time)', meaning: 'days from now to that instant; negative when it has passed' },
};
