import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLiveCompany } from './live.ts';
import { Random } from './random.ts';
import { type Customer, simulateCompany, simulateCustomers, startOf } from './simulate.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 17, 9, 30);
const customers = simulateCustomers({ seed: 7, now });
const from = startOf(now, 18);
const churned = customers.filter(({ fate }) => fate.churnedAt !== null && fate.churnedAt <= now);
const stayed = customers.filter(({ fate }) => fate.churnedAt === null);

/** Sessions per person and week in [start, end). */
function sessions({ profile, messages }: Customer, start: number, end: number): number {
  const count = messages.filter(
    (message) => message.type === 'track' && message.event === 'Signed In' && within(message.timestamp, start, end),
  ).length;
  return count / profile.people.length / ((end - start) / (7 * day));
}

function within(timestamp: string, start: number, end: number): boolean {
  const time = Date.parse(timestamp);
  return time >= start && time < end;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function hashOf(seed: number): string {
  const hash = createHash('sha256');
  for (const message of simulateCompany({ seed, now, accounts: 40 })) hash.update(JSON.stringify(message));
  return hash.digest('hex');
}

describe('the simulated company', () => {
  it('is byte-identical for the same seed, and another one for another seed', () => {
    expect(hashOf(7)).toBe(hashOf(7));
    expect(hashOf(8)).not.toBe(hashOf(7));
  });

  it('has 300 accounts, a few hundred thousand messages in order of time, and no message twice or after now', () => {
    const messages = [...simulateCompany({ seed: 7, now })];
    expect(new Set(customers.map(({ profile }) => profile.id)).size).toBe(300);
    expect(messages.length).toBeGreaterThan(120_000);
    expect(messages.length).toBeLessThan(350_000);
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(messages.length);
    expect(messages.every(({ timestamp }, index) => timestamp >= (messages[index - 1]?.timestamp ?? ''))).toBe(true);
    expect(Date.parse(messages.at(-1)?.timestamp ?? '')).toBeLessThanOrEqual(now);
  });

  it('loses between a tenth and a quarter of its customers, for several causes', () => {
    expect(churned.length).toBeGreaterThan(30);
    expect(churned.length).toBeLessThan(75);
    const causes = churned
      .map(({ fate }) => fate.decisions.at(-1))
      .map((one) => (one?.kind === 'churned' ? one.cause : ''));
    for (const cause of ['never adopted', 'sponsor left', 'unresolved problem', 'poor value', 'other']) {
      expect(causes).toContain(cause);
    }
  });

  it('shows churn in use before it happens: less than others, on the same days', () => {
    const ratios = churned
      .filter(({ fate, profile }) => Math.min(fate.churnedAt ?? 0, now) - Math.max(profile.dealAt, from) > 120 * day)
      .map((customer) => {
        const end = customer.fate.churnedAt ?? now;
        const others = stayed.filter(
          ({ profile }) => profile.size === customer.profile.size && profile.dealAt < end - 120 * day,
        );
        return {
          own: sessions(customer, end - 60 * day, end),
          others: mean(others.map((one) => sessions(one, end - 60 * day, end))),
        };
      });
    expect(ratios.length).toBeGreaterThan(15);
    expect(mean(ratios.map(({ own }) => own))).toBeLessThan(0.7 * mean(ratios.map(({ others }) => others)));
    // Not a law: some leave who used it well.
    expect(ratios.filter(({ own, others }) => own > others).length).toBeGreaterThan(0);
  });

  it('reaches most milestones of onboarding in time, some late, and few never but where it does not take hold', () => {
    const reached = (event: string, kind: string, days: number, fails: boolean): { inTime: number; ever: number } => {
      const some = customers.filter(
        ({ profile, fate }) =>
          profile.onboardingFails === fails && Math.min(fate.churnedAt ?? now, now) - profile.dealAt > 120 * day,
      );
      const first = some.map(({ profile, messages }) => {
        const found = messages.find(
          (one) => one.type === 'track' && one.event === event && (kind === '' || one.properties?.['kind'] === kind),
        );
        return (Date.parse(found?.timestamp ?? '9999-01-01') - profile.dealAt - 10 * 3_600_000) / day;
      });
      const share = (most: number): number => first.filter((one) => one <= most).length / first.length;
      return { inTime: share(days), ever: share(3_000) };
    };
    for (const [event, kind, days] of [
      ['Meeting Held', 'kickoff', 10],
      ['Training Completed', '', 21],
      ['Meeting Held', 'metrics_review', 45],
      ['Checkpoint Passed', 'self_sufficiency', 60],
    ] as const) {
      const good = reached(event, kind, days, false);
      expect(good.inTime, `${event} ${kind}`).toBeGreaterThan(0.7);
      expect(good.ever - good.inTime, `${event} ${kind}`).toBeGreaterThan(0.02);
      expect(good.ever, `${event} ${kind}`).toBeGreaterThan(0.85);
      expect(reached(event, kind, days, true).inTime, `${event} ${kind}`).toBeLessThan(0.5 * good.inTime);
    }
  });

  it('meets less and less with customers that are about to leave', () => {
    const meetings = ({ messages }: Customer, start: number, end: number): number =>
      messages.filter(
        (one) => one.type === 'track' && one.event === 'Meeting Held' && within(one.timestamp, start, end),
      ).length;
    const before = churned.flatMap((customer) => {
      const end = customer.fate.churnedAt ?? now;
      const others = stayed.filter(
        ({ profile }) => profile.size === customer.profile.size && profile.dealAt < end - 240 * day,
      );
      if (end - Math.max(customer.profile.dealAt, from) < 240 * day || others.length === 0) return [];
      return [
        {
          own: meetings(customer, end - 60 * day, end),
          others: mean(others.map((one) => meetings(one, end - 60 * day, end))),
        },
      ];
    });
    expect(before.length).toBeGreaterThan(15);
    expect(mean(before.map(({ own }) => own))).toBeLessThan(0.6 * mean(before.map(({ others }) => others)));
  });

  it('shows use fall after a sponsor left who is not replaced', () => {
    const orphans = customers.filter(({ fate, profile }) => {
      const left = fate.sponsorLeftAt ?? 0;
      const until = Math.min(fate.sponsorReplacedAt ?? now, fate.churnedAt ?? now, now);
      return left - Math.max(profile.dealAt, from) > 120 * day && until - left > 84 * day;
    });
    expect(orphans.length).toBeGreaterThan(8);
    const change = orphans.map((customer) => {
      const left = customer.fate.sponsorLeftAt ?? 0;
      return sessions(customer, left + 42 * day, left + 84 * day) / sessions(customer, left - 56 * day, left);
    });
    expect(mean(change)).toBeLessThan(0.75);
  });

  it('says nothing of a customer after it cancelled', () => {
    for (const { fate, messages } of churned) {
      const last = messages.reduce((latest, { timestamp }) => Math.max(latest, Date.parse(timestamp)), 0);
      expect(last).toBeLessThanOrEqual((fate.churnedAt ?? 0) + 20 * day); // answers to what was sent before
      const sessionsAfter = messages.filter(
        ({ timestamp, ...rest }) =>
          'event' in rest && rest.event === 'Signed In' && Date.parse(timestamp) > (fate.churnedAt ?? 0) + day,
      );
      expect(sessionsAfter).toEqual([]);
    }
  });

  it('knows weekends and the quiet end of the year', () => {
    const perDay = new Map<string, number>();
    for (const { messages } of stayed) {
      for (const { timestamp } of messages)
        perDay.set(timestamp.slice(0, 10), (perDay.get(timestamp.slice(0, 10)) ?? 0) + 1);
    }
    const on = (text: string): number => perDay.get(text) ?? 0;
    expect(on('2026-05-10')).toBeLessThan(0.4 * on('2026-05-12'));
    expect(on('2025-12-29')).toBeLessThan(0.6 * on('2025-12-08'));
  });
});

describe('the running company', () => {
  it('goes on with plausible events, the same for the same second', () => {
    const live = createLiveCompany({ seed: 7, now, accounts: 40 });
    const seconds = Array.from({ length: 60 }, (_, index) => live.next(now + index * 1000, 5));
    const count = seconds.flat().length;
    expect(count).toBeGreaterThan(150);
    expect(count).toBeLessThan(450);
    expect(live.next(now, 5)).toEqual(seconds[0]);
    expect(new Set(seconds.flat().map(({ messageId }) => messageId)).size).toBe(count);
  });
});

describe('the random numbers', () => {
  it('equal the outputs of the C reference implementation of xoshiro128**', () => {
    const random = new Random([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0]);
    const outputs = Array.from({ length: 4 }, () => random.unit() * 2 ** 32);
    expect(outputs).toEqual([0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70]);
  });

  it('cover [0, 1) evenly', () => {
    const random = new Random(1);
    const draws = Array.from({ length: 20_000 }, () => random.unit());
    expect(mean(draws)).toBeCloseTo(0.5, 1);
    expect(draws.filter((draw) => draw < 0.1).length / draws.length).toBeCloseTo(0.1, 1);
  });
});
