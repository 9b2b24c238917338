import type { LocatedScalar, Span } from './tree.ts';

/**
 * The stretch of the file that shows characters `start`–`end` of a scalar's value, whatever way it is quoted or folded.
 * The two texts are walked together: escapes and folded line breaks are the places where they differ.
 */
export function spanInText(scalar: LocatedScalar, start: number, end: number): Span {
  const { file, start: from, end: to } = scalar.span;
  const offsets = walk(String(scalar.value), file.text.slice(from, to));
  const first = offsets[Math.min(start, offsets.length - 1)] ?? 0;
  const last = end > start ? (offsets[Math.min(end, offsets.length) - 1] ?? first) + 1 : first;
  return { file, start: from + first, end: Math.min(to, from + Math.max(first, last)) };
}

/** For each character of `value`, and for the end of it, its offset in `source`. */
function walk(value: string, source: string): number[] {
  const offsets: number[] = [];
  const quote = source[0] === '"' || source[0] === "'" ? source[0] : null;
  let at = quote === null ? 0 : 1;
  if (/^[|>]/.test(source)) at = source.indexOf('\n') + 1;
  for (const wanted of value.split('')) {
    if (isSpace(wanted) ? !isSpace(source[at]) : isSpace(source[at])) at = skipSpace(source, at);
    offsets.push(at);
    at += quote === null || isSpace(wanted) ? 1 : written(source, at, quote);
    if (isSpace(wanted) && source[at - 1] !== wanted) at = skipSpace(source, at);
  }
  offsets.push(Math.min(at, source.length));
  return offsets;
}

const isSpace = (letter: string | undefined): boolean =>
  letter === ' ' || letter === '\n' || letter === '\r' || letter === '\t';

function skipSpace(source: string, at: number): number {
  let next = at;
  while (next < source.length && isSpace(source[next])) next += 1;
  return next;
}

/** How many characters of the source stand for one character of the value. */
function written(source: string, at: number, quote: string): number {
  if (quote === "'") return source[at] === "'" && source[at + 1] === "'" ? 2 : 1;
  if (source[at] !== '\\') return 1;
  const lengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
  return lengths[source[at + 1] ?? ''] ?? 2;
}
