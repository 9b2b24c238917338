import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Evaluation, IndicatorEvaluation } from './evaluation.ts';
import { explainScore } from './why.ts';

const at = { file: 'model.yaml', line: 3, column: 1 };
const ids = ['a', 'b', 'c'];

const model: ResolvedModel = {
  name: 'why',
  hash: 'hash',
  timezone: 'UTC',
  account: 'group',
  catalog: {},
  traits: { account: {}, person: {} },
  sources: [],
  releases: [],
  segments: [],
  audiences: [],
  outcomes: [],
  measures: [],
  indicators: ids.map((id) => ({
    id,
    at,
    domain: 'adoption',
    label: id,
    value: { kind: 'literal', type: 'number', value: 1 },
    points: { kind: 'direct' },
    weight: 1,
    halfLife: null,
    fadesWith: null,
    segments: null,
    sources: [],
    cohort: null,
    evidence: null,
    builtin: null,
  })),
  awaiting: [],
  score: {
    domains: [{ id: 'adoption', weight: 30, at }],
    bands: { engaged: { enter: 70, leave: 65 }, disengaged: { enter: 40, leave: 45 }, dwell: 0 },
    limit: { weight: 10, below: 25, cap: 69 },
    coverage: { unknown: 0.5, badge: 0.75 },
    hardTriggers: [{ id: 'notice', when: { kind: 'literal', type: 'bool', value: true }, cap: 39, at }],
  },
  roles: [],
  calendars: [],
  phases: [],
  policy: null,
  moments: [],
};

function evaluations(): fc.Arbitrary<Evaluation> {
  const one = fc.record({
    points: fc.double({ min: 0, max: 100, noNaN: true }),
    share: fc.integer({ min: 1, max: 9 }),
  });
  return fc.record({ all: fc.tuple(one, one, one), capped: fc.boolean() }).map(({ all, capped }) => {
    const total = all.reduce((sum, { share }) => sum + share, 0);
    const entries = all.map(({ points, share }, index): [string, IndicatorEvaluation] => {
      const weight = share / total;
      return [ids[index] ?? '', { value: points, points, state: 'ok', weight, contribution: weight * points }];
    });
    // As the engine does it: the same but for the order of the sum, so that doubles round in another way.
    const raw = all.reduce((sum, { points, share }) => sum + share * points, 0) / total;
    return {
      account: 'acme',
      asOf: '2026-06-01T00:00:00.000Z',
      modelHash: 'hash',
      segment: 'all',
      audiences: [],
      score: capped ? Math.min(raw, 39) : raw,
      band: 'neutral',
      coverage: 1,
      domains: { adoption: raw },
      indicators: Object.fromEntries(entries),
      measures: {},
      limits: [],
      hardTriggers: capped ? ['notice'] : [],
    };
  });
}

describe('why', () => {
  it('takes every score and every change of it apart without a rest', () => {
    fc.assert(
      fc.property(evaluations(), evaluations(), (now, then) => {
        const why = explainScore(compile(model), now, then);
        expect(Math.abs(why.rawScore + why.caps - now.score)).toBeLessThan(1e-9);
        expect(Math.abs(why.domains.reduce((sum, one) => sum + one.contribution, 0) - why.rawScore)).toBeLessThan(1e-9);
        const parts = why.change?.indicators.reduce((sum, { delta }) => sum + delta, why.change.caps) ?? Number.NaN;
        expect(Math.abs(parts - (now.score - then.score))).toBeLessThan(1e-9);
      }),
    );
  });

  it('says that caps took exactly nothing where they took nothing', () => {
    const uncapped = evaluations().filter((one) => !(one.hardTriggers.length > 0 && one.score === 39));
    fc.assert(
      fc.property(uncapped, uncapped, (now, then) => {
        const why = explainScore(compile(model), now, then);
        expect([why.caps, why.change?.caps]).toEqual([0, 0]);
      }),
    );
  });

  it('names the model line of every domain, indicator and hard trigger', () => {
    const [now] = fc.sample(
      evaluations().filter(({ hardTriggers }) => hardTriggers.length > 0),
      1,
    );
    if (now === undefined) throw new Error('nothing was generated');
    const why = explainScore(compile(model), now, null);
    expect(why.hardTriggers).toEqual([{ id: 'notice', cap: 39, at }]);
    expect(why.domains[0]?.indicators.map((one) => one.at.line)).toEqual([3, 3, 3]);
    expect(why.change).toBeNull();
  });
});
