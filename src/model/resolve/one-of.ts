import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { Path } from '../source/tree.ts';
import { isBroken, type Resolving, reportKey, writtenNames } from './context.ts';

/** How to say that a part needs exactly one of some keys. */
export interface OneOf {
  /** What the part is called: "phase onboarding". */
  readonly what: string;
  /** What the keys say: "starts". */
  readonly does: string;
  readonly none: DiagnosticCode;
  readonly several: DiagnosticCode;
}

/** The one key of several that a part has; null after a mistake. */
export function oneOf<Key extends string>(
  resolving: Resolving,
  path: Path,
  part: Readonly<Partial<Record<Key, unknown>>>,
  keys: readonly Key[],
  { what, does, none, several }: OneOf,
): Key | null {
  const order = writtenNames(resolving, path);
  const found = keys.filter((key) => part[key] !== undefined);
  const [first, second] = found.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  if (first === undefined) {
    if (keys.some((key) => isBroken(resolving, [...path, key]))) return null;
    return reportKey(resolving, path, none, `nothing says ${does} ${what}`, `give it one of ${keys.join(', ')}`);
  }
  if (second === undefined) return first;
  return reportKey(resolving, [...path, second], several, `${first} already says ${does} ${what}`, 'keep one of them');
}
