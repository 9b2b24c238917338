/**
 * A key that orders versions: (numbers without trailing zeros, 1 when it is no pre-release, its suffix).
 * Same rule as `compareVersions` of the model; tuples and arrays compare element by element.
 */
export function versionKey(text: string): string {
  const core = `extract(${text}, '^[vV]?([^-+]*)')`;
  const numbers = `arrayMap(part -> toFloat64OrZero(extract(part, '^[0-9]+')), splitByChar('.', ${core}))`;
  const trimmed = `arrayReverse(arrayFilter((n, seen) -> seen > 0, arrayReverse(${numbers}), arrayCumSum(arrayReverse(${numbers}))))`;
  const suffix = `extract(${text}, '^[^-+]*-([^+]*)')`;
  return `(${trimmed}, toUInt8(empty(${suffix})), ${suffix})`;
}
