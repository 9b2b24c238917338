import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.ts';
import { type Deciding, decidingPart } from '../../evaluate/deciding.ts';
import { AccountHistory } from '../../evaluate/in-process/account-history.ts';
import { instantAt } from '../../evaluate/in-process/instants.ts';
import type { ReceivedEvent } from '../../evaluate/in-process/raw-event.ts';
import { reducer } from '../../evaluate/in-process/reduce.ts';
import { loadModelText } from '../../model/load.ts';
import type { ResolvedModel } from '../../model/resolved.ts';
import { type Standing, Walk, type WalkSetting } from './walk.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 2, 9, 9);
const span = 30 * dayMs;

const model = modelOf(`
rapport: 1
name: Walks
catalog: { Deal Won: {}, Signed In: {}, Case Opened: { severity: string }, Page Read: { minutes: number } }
traits: { account: { seats: number } }
segments: { everybody: { otherwise: true, touch: high } }
measures:
  logins: { count: Signed In, within: 3d }
  reading: { sum: properties.minutes, of: Page Read, within: 9d }
indicators:
  logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 }
  reading: { domain: adoption, value: measures.reading, cuts: [0, 9, 30], weight: 1 }
score: { domains: { adoption: 100 }, bands: { engaged: { enter: 70, leave: 65 }, disengaged: { enter: 40, leave: 45 }, dwell: 2d } }
phases: { onboarding: { starts: { on: Deal Won } } }
moments:
  first_login: { phase: onboarding, objective: In, due: 2d, done: { on: Signed In }, escalate: [{ after: 1d, to: manager }] }
  severe: { objective: React, on: Case Opened, where: 'properties.severity == "sev1"', within: 4h }
  silence: { objective: Ask, absent: { of: Signed In, for: 4d, since: known } }
  weekly: { phase: onboarding, objective: Talk, schedule: { rrule: FREQ=WEEKLY, from: phase, prepare: 1d } }
  quiet: { objective: Ask, when: measures.logins < 2, for: 1d, done: { when: measures.logins >= 3 } }
`);

function modelOf(yaml: string): ResolvedModel {
  const { model: loaded, diagnostics } = loadModelText(yaml, 'model.yaml');
  if (loaded === null) throw new Error(diagnostics.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return loaded;
}

function settingOf(deciding: Deciding): WalkSetting {
  const { compiled } = deciding;
  const heartbeats = (asOf: number) => new Map([['Signed In', { first: 0, last: asOf }]]);
  const shared = { compiled, subject: 'account', reduce: reducer(compiled), heartbeats, cohorts: () => [] } as const;
  return { workspace: 'ws', deciding, version: 1, from: start, instantAt: (asOf) => instantAt(shared, asOf) };
}

function historyOf(events: readonly ReceivedEvent[], { compiled }: Deciding): AccountHistory {
  return new AccountHistory('acme', { events, traits: [] }, reducer(compiled));
}

function event(name: string, time: number, delay = 0, texts: Record<string, string> = {}): ReceivedEvent {
  const id = `${name} ${time} ${delay}`;
  return {
    id,
    name,
    time,
    receivedAt: time + delay,
    kind: 'track',
    person: 'ada',
    texts,
    numbers: { minutes: 4 },
    times: {},
  };
}

/** What happens from a while before the model is published; some of it comes in late. */
const stories = fc
  .array(
    fc.tuple(
      fc.constantFrom('Signed In', 'Signed In', 'Signed In', 'Page Read', 'Case Opened', 'Deal Won'),
      fc.integer({ min: -10 * dayMs, max: span }),
      fc.constantFrom(0, 0, 0, hourMs, 30 * hourMs, 9 * dayMs),
      fc.constantFrom('sev1', 'sev2'),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((some) => some.map(([name, after, delay, severity]) => event(name, start + after, delay, { severity })));

const end = start + span;
const needed = decidingPart(model);

describe('a walk', () => {
  it('is the same in pieces: it goes on from where it stood', () => {
    const setting = settingOf(needed);
    fc.assert(
      fc.property(stories, fc.array(fc.integer({ min: 0, max: span }), { maxLength: 4 }), (events, cuts) => {
        const whole = new Walk(setting, historyOf(events, needed));
        const changes = whole.until(end);
        let standing: Standing | undefined;
        const pieces = [...cuts.map((cut) => start + cut).toSorted((a, b) => a - b), end].flatMap((until) => {
          const walk = new Walk(setting, historyOf(events, needed), standing);
          const some = walk.until(until);
          standing = JSON.parse(JSON.stringify(walk.standing)) as Standing;
          return some;
        });
        expect(pieces).toEqual(changes);
        expect(standing).toEqual(whole.standing);
      }),
      { numRuns: 100 },
    );
  });

  it('up to an instant sees nothing that came in later', () => {
    const setting = settingOf(needed);
    fc.assert(
      fc.property(stories, fc.integer({ min: 0, max: span }), (events, after) => {
        const known = events.filter(({ receivedAt }) => receivedAt <= start + after);
        const honest = new Walk(setting, historyOf(known, needed)).until(start + after);
        expect(new Walk(setting, historyOf(events, needed)).until(start + after)).toEqual(honest);
      }),
      { numRuns: 100 },
    );
  });

  it('decides the same with all of the model and a look at everything that comes in', () => {
    const all = { ...needed, compiled: compile(model), seesBand: true, matters: () => true };
    expect(needed.compiled.model.indicators).toEqual([]);
    fc.assert(
      fc.property(stories, (events) => {
        const found = new Walk(settingOf(all), historyOf(events, all)).until(end);
        expect(new Walk(settingOf(needed), historyOf(events, needed)).until(end)).toEqual(found);
      }),
      { numRuns: 60 },
    );
  });

  it('opens, escalates and ends when one would say by hand', () => {
    const events = [
      event('Deal Won', start - dayMs), // a day before anybody watches
      event('Case Opened', start + 2 * dayMs, 3 * hourMs, { severity: 'sev1' }), // three hours on its way
      event('Case Opened', start + 3 * dayMs, 8 * dayMs, { severity: 'sev1' }), // too late to react
      event('Signed In', start + 5 * dayMs),
      event('Signed In', start + 5 * dayMs + hourMs),
      event('Signed In', start + 5 * dayMs + 2 * hourMs),
    ];
    const told = new Walk(settingOf(needed), historyOf(events, needed))
      .until(start + 10 * dayMs)
      .map(
        ({ at, change: { after } }) =>
          `${hours(at)} ${after.moment} ${after.state} ${after.escalation} ${hours(after.dueAt)}`,
      );
    expect(told.filter((line) => !line.includes('weekly'))).toEqual([
      '0 first_login open 0 24', // due two days after the deal
      '24 quiet open 0 -', // nobody came for a day
      '48 first_login open 1 24', // overdue for a day
      '51 severe open 0 52', // when it came in; due four hours after it happened
      '72 silence open 0 -', // four days after the first thing that was known
      '120 silence cancelled 0 -',
      '120 first_login done 1 24',
      '122 quiet done 0 -', // three logins
      '217 quiet open 0 -', // a day after the second of them was three days ago
      '218 silence open 0 -', // four days after the last one
    ]);
  });
});

function hours(at: number | null): string {
  return at === null ? '-' : String((at - start) / hourMs);
}
