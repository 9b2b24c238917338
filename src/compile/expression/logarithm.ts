import { numberLiteral } from '../parameters.ts';

const [high, low] = [6.9314718036912381649e-1, 1.90821492927058770002e-10].map(numberLiteral);
const odd = [6.66666666666673513e-1, 2.857142874366239149e-1, 1.818357216161805012e-1, 1.479819860511658591e-1].map(
  numberLiteral,
);
const even = [3.999999999940941908e-1, 2.222219843214978396e-1, 1.531383769920937332e-1].map(numberLiteral);

/**
 * The natural logarithm, to the last bit as `Math.log`: both are the fdlibm algorithm, of plain arithmetic. The engine's own
 * differs in one value of a hundred. Null for what is not above 0.
 */
export function logarithmSql(x: string): string {
  const tiny = `if(x < 2.2250738585072014e-308, x * 18014398509481984e0, x)`;
  const r = `(z * z * (${even[0]} + z * z * (${even[1]} + z * z * ${even[2]})) + z * (${odd[0]} + z * z * (${odd[1]} + z * z * (${odd[2]} + z * z * ${odd[3]}))))`;
  // R = t2 + t1; addition commutes, so that the order of the two does not show.
  const close = `f * f * (0.5e0 - 0.33333333333333333e0 * f) - k * ${low}`;
  const middle = `0.5e0 * f * f - (s * (0.5e0 * f * f + r) + k * ${low})`;
  const otherwise = `s * (f - r) - k * ${low}`;
  const branch = `multiIf(bitAnd(2 + h, 1048575) < 3, ${close}, h >= 398458 AND h <= 440401, ${middle}, ${otherwise})`;
  const sum = `k * ${high} - (${branch} - f)`;
  const reduced = `arrayMap(r -> ${sum}, [${r}])[1]`;
  const divided = `arrayMap((s, z) -> ${reduced}, [f / (2e0 + f)], [f / (2e0 + f) * (f / (2e0 + f))])[1]`;
  const fraction = `reinterpretAsFloat64(bitOr(bitAnd(b, 4503599627370495), bitShiftLeft(bitXor(c, toUInt64(1072693248)), 32))) - 1e0`;
  const exponent = `toFloat64(toInt64(bitShiftRight(b, 52)) - 1023 + toInt64(bitShiftRight(c, 20)) - if(x < 2.2250738585072014e-308, 54, 0))`;
  const parts = `arrayMap((f, k, h) -> ${divided}, [${fraction}], [${exponent}], [toInt64(bitAnd(bitShiftRight(b, 32), 1048575))])[1]`;
  const carry = `bitAnd(bitAnd(bitShiftRight(b, 32), 1048575) + 614244, 1048576)`;
  const carried = `arrayMap(c -> ${parts}, [toUInt64(${carry})])[1]`;
  const bits = `arrayMap(b -> ${carried}, [reinterpretAsUInt64(${tiny})])[1]`;
  return `if(ifNull(${x} > 0, 0), toNullable(arrayMap(x -> ${bits}, [ifNull(${x}, 1e0)])[1]), NULL)`;
}
