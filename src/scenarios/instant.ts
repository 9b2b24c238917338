import { parseDuration } from '../lib/duration.ts';
import type { Located } from '../model/source/tree.ts';
import { timeOf } from '../model/typed.ts';
import { mistake, readText, type Report } from './read-part.ts';

/** An instant that stands for itself: ISO 8601. */
export function readStart(located: Located | null, report: Report): number | null {
  const text = readText(located, report);
  if (located === null || text === null) return null;
  const hint = 'an instant such as 2026-03-02T09:00:00Z';
  return (
    timeOf(text) ?? mistake(report, located, 'scenario/bad-instant', `${JSON.stringify(text)} is no instant`, hint)
  );
}

/** An instant of a scenario: an offset from its start (`8d`, `2h 30m`, `-30d`), or an instant that stands for itself. */
export function readInstant(located: Located | null, start: number, report: Report): number | null {
  const text = readText(located, report);
  if (located === null || text === null) return null;
  const instant = instantOf(text, start);
  if (instant !== null) return instant;
  const hint = 'an offset from the start such as 8d or 2h 30m, or an instant such as 2026-03-02T09:00:00Z';
  return mistake(report, located, 'scenario/bad-instant', `${JSON.stringify(text)} is no instant`, hint);
}

/** The instant that a text names; null when it names none. */
export function instantOf(text: string, start: number): number | null {
  const offset = offsetOf(text);
  return offset === null ? timeOf(text) : start + offset;
}

/** A duration above zero. */
export function readDuration(located: Located | null, report: Report): number | null {
  const text = readText(located, report);
  if (located === null || text === null) return null;
  const duration = offsetOf(text);
  if (duration !== null && duration > 0) return duration;
  return mistake(
    report,
    located,
    'model/bad-duration',
    `${JSON.stringify(text)} is no duration`,
    'for example 1d or 4h',
  );
}

/** Milliseconds of `8d`, `2h 30m` or `-30d`; null when the text is no such thing. */
function offsetOf(text: string): number | null {
  const sign = text.startsWith('-') ? -1 : 1;
  let sum = 0;
  for (const one of text.replace(/^-/, '').trim().split(/\s+/)) {
    const duration = parseDuration(one);
    if (duration === null) return null;
    sum += duration;
  }
  return sign * sum;
}

/** An instant as the offset from the start: `8d 2h`. */
export function offsetText(at: number, start: number): string {
  const parts: string[] = [];
  let rest = Math.abs(at - start);
  for (const [unit, size] of units) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return `${at < start ? '-' : ''}${parts.length === 0 ? '0d' : parts.join(' ')}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** An instant for people: offset, and to the minute in UTC. */
export function instantText(at: number, start: number): string {
  return `${offsetText(at, start)} (${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
}
