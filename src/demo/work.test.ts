import { describe, expect, it } from 'vitest';
import { deedFor, type Work } from './work.ts';

const hour = 3_600_000;
const day = 24 * hour;
const since = Date.UTC(2026, 2, 2, 9, 17);

function share(parts: Partial<Work>, holds: (at: number, kind: string) => boolean): number {
  const all = Array.from({ length: 600 }, (_, index) =>
    deedFor(7, { account: `a${index}`, moment: 'm', since, dueAt: since + 14 * day, endsByEvent: false, ...parts }),
  );
  return all.filter((deed) => deed !== null && holds(deed.at, deed.kind)).length / all.length;
}

describe('the work of the demo team', () => {
  it('is done in time for the most part, late for some, and forgotten now and then', () => {
    const due = since + 14 * day;
    expect(share({}, (at, kind) => kind === 'complete' && at <= due)).toBeGreaterThan(0.6);
    expect(share({}, (at, kind) => kind === 'complete' && at > due)).toBeGreaterThan(0.08);
    expect(share({}, () => true)).toBeLessThan(0.99);
  });

  it('is done within hours where hours count, and not before somebody has it', () => {
    const dueAt = since + 4 * hour;
    expect(share({ dueAt }, (at, kind) => kind === 'complete' && at <= dueAt)).toBeGreaterThan(0.6);
    expect(share({ dueAt }, (at) => at < since)).toBe(0);
    const afternoon = since + 6 * hour;
    for (const due of [afternoon + 3 * day, since - 5 * day])
      expect(share({ since: afternoon, dueAt: due }, (at) => at < afternoon)).toBe(0);
  });

  it('waits for the event where one is expected', () => {
    expect(share({ endsByEvent: true }, (at) => at <= since + 14 * day)).toBe(0);
  });

  it('ends the same way each time, at whole milliseconds', () => {
    const work = { account: 'acme', moment: 'm', since, dueAt: null, endsByEvent: false };
    expect(deedFor(7, work)).toEqual(deedFor(7, work));
    expect(share({}, (at) => !Number.isInteger(at))).toBe(0);
  });
});
