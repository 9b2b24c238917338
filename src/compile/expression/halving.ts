import { numberLiteral } from '../parameters.ts';

/** 1, −ln 2, (ln 2)²/2 …: the series of 2^(−x), for x from 0 to 1 exact to the last bits. */
const series = Array.from({ length: 19 }, (_, power) => power).reduce<number[]>(
  (terms, power) => [...terms, power === 0 ? 1 : ((terms[power - 1] ?? 0) * -Math.LN2) / power],
  [],
);

/** 2^(−x) for x ≥ 0, of plain arithmetic: the engine's own differs from JavaScript's in the last bit, this does not. */
export function halved(x: number): number {
  const whole = Math.floor(x);
  if (whole > 1000) return 0;
  const rest = x - whole;
  return series.reduceRight((sum, term) => term + rest * sum, 0) * powerOfHalf(whole);
}

/** The same in SQL. */
export function halvedSql(x: string): string {
  const sum = series.reduceRight((text, term) => `(${numberLiteral(term)} + (x - floor(x)) * ${text})`, '0e0');
  const power = 'reinterpretAsFloat64(bitShiftLeft(toUInt64(1023 - toInt64(least(floor(x), 1000e0))), 52))';
  return `arrayMap(x -> if(floor(x) > 1000, 0e0, ${sum} * ${power}), [${x}])[1]`;
}

function powerOfHalf(whole: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, BigInt(1023 - whole) << 52n);
  return bits.getFloat64(0);
}
