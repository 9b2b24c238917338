import { describe, expect, it } from 'vitest';
import type { SimulatedOccurrence } from '../api/moments/simulation.ts';
import { SimulationReport } from './simulation-report.ts';

function occurrence(parts: Partial<SimulatedOccurrence> = {}): SimulatedOccurrence {
  return {
    account: 'acme',
    moment: 'kickoff',
    cause: { kind: 'phase', phase: 'onboarding', at: '2026-03-02T09:00:00.000Z' },
    openedAt: '2026-03-02T09:00:00.000Z',
    dueAt: '2026-03-12T09:00:00.000Z',
    state: 'open',
    doneAt: null,
    owner: 'kim',
    escalations: [],
    ...parts,
  };
}

function textOf(all: readonly SimulatedOccurrence[], load: Parameters<SimulationReport['end']>[0] = []): string {
  const report = new SimulationReport();
  for (const one of all) report.add(one);
  report.end(load, 2);
  return report.lines().join('\n');
}

describe('the report of a simulation', () => {
  it('shows each occurrence in order, and leaves out what was no work', () => {
    const text = textOf([
      occurrence({ openedAt: '2026-03-09T09:00:00.000Z', moment: 'later' }),
      occurrence({ state: 'done', doneAt: '2026-03-04T10:30:00.000Z' }),
      occurrence({ moment: 'planned', openedAt: null, state: 'planned' }),
      occurrence({ moment: 'before', state: 'done', doneAt: '2026-03-01T00:00:00.000Z' }),
    ]);
    expect(text).toContain('2 moments would have opened for 2 accounts.');
    expect(text).toMatch(/kickoff +2026-03-02 09:00 +2026-03-12 09:00 +done 2026-03-04 10:30 +kim\n.*later/);
    expect(text).not.toMatch(/planned|before/);
  });

  it('says sums where there is too much to read', () => {
    const text = textOf(
      Array.from({ length: 300 }, (_, index) => occurrence({ account: index % 3 ? 'acme' : 'bolt' })),
    );
    expect(text).toContain('Name accounts with --account');
    expect(text).toMatch(/acme +200 +0 +0 +0 +200\nbolt +100/);
  });

  it('says whose week would have been too short', () => {
    const week = { week: '2026-03-02', owner: 'kim', occurrences: 9, minutes: 900, capacity: 600 };
    expect(textOf([occurrence()], [week, { ...week, week: '2026-03-09', minutes: 10 }])).toContain(
      'kim would have had too much in 1 of 2 weeks; the fullest is that of 2026-03-02: 900 of 600 minutes.',
    );
    expect(textOf([occurrence()], [{ ...week, minutes: 600 }])).toContain('Nobody would have had more');
    expect(textOf([occurrence()], [{ ...week, owner: null, capacity: null }])).toContain('There is no team yet');
    expect(textOf([])).toBe('No moment would have opened for 2 accounts.');
  });
});
