import type { Why } from '../queries.ts';

const at = { file: 'model.yaml', line: 1, column: 1 };

type Given = Readonly<Record<string, Readonly<Record<string, readonly [before: number, after: number]>>>>;

/** A "why" of domains with indicators of equal weight, by their contributions then and now; `caps` likewise. */
export function whyOf(
  given: Given,
  caps: readonly [number, number] = [0, 0],
  knows: { since?: string | null } = {},
): Why {
  const all = Object.values(given).flatMap((indicators) => Object.values(indicators));
  const [then, now] = [0, 1].map((side) => all.reduce((sum, one) => sum + (one[side] ?? 0), 0) + (caps[side] ?? 0));
  const weight = 1 / all.length;
  const one = (contribution: number) => ({
    value: contribution,
    points: contribution / weight,
    state: 'ok' as const,
    weight,
    contribution,
  });
  const since = knows.since === undefined ? '2026-05-04T00:00:00.000Z' : knows.since;
  return {
    evaluation: {
      account: 'acme',
      asOf: '2026-06-01T00:00:00.000Z',
      modelHash: 'hash',
      segment: 'large',
      audiences: [],
      score: now ?? 0,
      band: 'neutral',
      coverage: 1,
      domains: {},
      indicators: {},
      measures: {},
      limits: [],
      hardTriggers: [],
    },
    rawScore: (now ?? 0) - caps[1],
    caps: caps[1],
    limits: [],
    hardTriggers: caps[1] < 0 ? [{ id: 'renewal_declined', cap: now ?? 0, at }] : [],
    domains: Object.entries(given).map(([id, indicators]) => ({
      id,
      at,
      points: 50,
      weight: weight * Object.keys(indicators).length,
      contribution: Object.values(indicators).reduce((sum, [, after]) => sum + after, 0),
      indicators: Object.entries(indicators).map(([name, [, after]]) => ({
        id: name,
        label: `The ${name}`,
        at,
        ...one(after),
        measures: [],
      })),
    })),
    change:
      since === null
        ? null
        : {
            since,
            score: (now ?? 0) - (then ?? 0),
            caps: caps[1] - caps[0],
            indicators: changesOf(given, one),
          },
  };
}

type Change = NonNullable<Why['change']>['indicators'][number];

function changesOf(given: Given, one: (contribution: number) => Change['before']): Change[] {
  return Object.entries(given).flatMap(([domain, indicators]) =>
    Object.entries(indicators).map(([id, [before, after]]) => ({
      id,
      domain,
      at,
      delta: after - before,
      before: one(before),
      after: one(after),
      measures: [],
    })),
  );
}
