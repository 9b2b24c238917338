import { describe, expect, it } from 'vitest';
import { loadModelText } from './load.ts';
import type { Moment } from './resolved-moments.ts';
import type { ResolvedModel } from './resolved.ts';

const day = 86_400_000;
const hour = 3_600_000;

const base = `
rapport: 1
name: Base
timezone: Europe/Berlin
catalog:
  Deal Won: {}
  Signed In: {}
  Meeting Held: { kind: string }
  Case Opened: { severity: string }
traits: { account: { seats: int, renewal_at: time } }
segments: { big: { when: 'account.seats > 100', touch: high }, rest: { otherwise: true, touch: low } }
measures: { logins: { count: Signed In, within: 28d } }
indicators: { use: [active_days] }
calendars: { team: { holidays: ['12-25'] } }
phases:
  onboarding: { starts: { on: Deal Won }, ends: { completed: kickoff } }
  ongoing: { starts: { after: onboarding }, label: Ongoing use }
policy: { atMost: 3, per: 7d, exempt: [severe_case, review] }
moments:
  kickoff:
    objective: They could have met us
    phase: onboarding
    owner: [onboarding, csm]
    due: 10d
    done: { on: Meeting Held, where: 'properties.kind == "kickoff"' }
    escalate: [{ after: 0d, playbook: nudge }, { after: 3d, to: manager }]
  review:
    objective: They could see what they reached
    phase: ongoing
    segments: [big]
    schedule: { rrule: 'FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU', from: phase, prepare: 14d, calendar: team }
    notWithin: { of: [annual], days: 30 }
    minutes: 90
  annual: { objective: The year could be theirs, schedule: { rrule: FREQ=YEARLY, from: account.renewal_at } }
  weekly: { objective: We could talk, schedule: { rrule: FREQ=WEEKLY, from: '2026-01-05T14:30' } }
  severe_case:
    objective: They could feel heard
    on: Case Opened
    where: 'properties.severity == "sev1"'
    within: 4h
    atMostOncePer: 1d
    expires: 2d
  silent: { objective: We could ask, absent: { of: Case Opened, for: 90d } }
  dropped:
    objective: We could learn why
    when: measures.logins < 3
    for: 3d
    touch: { low: { playbook: nudge }, high: { owner: sponsor } }
    done: { when: measures.logins >= 3 }
    appeals: { logos: the numbers }
playbooks: { nudge: {} }
`;

function load(text: string, files: Readonly<Record<string, string>> = {}): ReturnType<typeof loadModelText> {
  const { model, diagnostics } = loadModelText(text, 'models/own.yaml', (path) => files[path] ?? base);
  return { model, diagnostics: diagnostics.filter((one) => one.code !== 'model/later-key') };
}

function modelOf(text: string): ResolvedModel {
  const { model, diagnostics } = load(text);
  expect(diagnostics).toEqual([]);
  if (model === null) throw new Error('no model');
  return model;
}

const own = (text: string): string => `extends: ./base.yaml\nrapport: 1\nname: Own\n${text}`;
const momentOf = (model: ResolvedModel, id: string): Moment => {
  const found = model.moments.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no moment ${id}`);
  return found;
};

describe('a model with moments', () => {
  const model = modelOf(base);
  const csm = { kind: 'person', roles: ['csm'] } as const;

  it('has its roles, calendars, phases and policy written out', () => {
    expect(model.roles.map((role) => role.id)).toEqual(['csm', 'onboarding', 'sponsor', 'support', 'sales', 'manager']);
    expect(model.calendars).toMatchObject([{ id: 'team', workdays: [1, 2, 3, 4, 5], holidays: ['12-25'] }]);
    expect(model.phases).toMatchObject([
      {
        id: 'onboarding',
        label: 'Onboarding',
        starts: { kind: 'event', test: { events: ['Deal Won'], where: null } },
        ends: { kind: 'completed', moment: 'kickoff' },
      },
      { id: 'ongoing', label: 'Ongoing use', starts: { kind: 'after', phase: 'onboarding' }, ends: null },
    ]);
    expect(model.policy).toEqual({ atMost: 3, per: 7 * day, exempt: ['severe_case', 'review'] });
  });

  it('has every default of a moment written out', () => {
    expect(momentOf(model, 'silent')).toEqual({
      id: 'silent',
      at: {
        file: 'models/own.yaml',
        line: base.split('\n').findIndex((line) => line.startsWith('  silent')) + 1,
        column: 3,
      },
      label: 'Silent',
      objective: 'We could ask',
      phase: null,
      segments: null,
      doneBy: { high: csm, low: csm, self: csm },
      trigger: {
        kind: 'absence',
        test: { events: ['Case Opened'], where: null },
        for: 90 * day,
        since: 'known',
        within: null,
      },
      done: null,
      expires: null,
      escalate: [],
      appeals: { ethos: null, pathos: null, logos: null },
      notWithin: null,
      minutes: 30,
    });
  });

  it('has milestones with their escalation', () => {
    const kickoff = momentOf(model, 'kickoff');
    expect(kickoff.trigger).toEqual({ kind: 'milestone', due: 10 * day });
    expect(kickoff.done).toMatchObject({ kind: 'event', test: { events: ['Meeting Held'], where: { kind: 'call' } } });
    expect(kickoff.doneBy.self).toEqual({ kind: 'person', roles: ['onboarding', 'csm'] });
    expect(kickoff.escalate).toEqual([
      { after: 0, to: null, playbook: 'nudge' },
      { after: 3 * day, to: 'manager', playbook: null },
    ]);
  });

  it('has schedules with their anchor and their time of day', () => {
    const triggers = ['review', 'annual', 'weekly'].map((id) => momentOf(model, id).trigger);
    expect(triggers).toEqual([
      {
        kind: 'schedule',
        rrule: 'FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
        from: { kind: 'phase' },
        prepare: 14 * day,
        calendar: 'team',
      },
      {
        kind: 'schedule',
        rrule: 'FREQ=YEARLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
        from: { kind: 'trait', trait: 'renewal_at' },
        prepare: 0,
        calendar: null,
      },
      {
        kind: 'schedule',
        rrule: 'FREQ=WEEKLY;BYHOUR=14;BYMINUTE=30;BYSECOND=0',
        from: { kind: 'fixed', local: '2026-01-05T14:30:00' },
        prepare: 0,
        calendar: null,
      },
    ]);
    expect(momentOf(model, 'review')).toMatchObject({ segments: ['big'], minutes: 90, notWithin: { span: 30 * day } });
  });

  it('has events and conditions, and who acts by touch', () => {
    expect(momentOf(model, 'severe_case')).toMatchObject({
      trigger: { kind: 'event', within: 4 * hour, atMostOncePer: day, test: { events: ['Case Opened'] } },
      expires: 2 * day,
    });
    expect(momentOf(model, 'dropped')).toMatchObject({
      trigger: { kind: 'condition', for: 3 * day, within: null },
      doneBy: {
        high: { kind: 'person', roles: ['sponsor'] },
        low: { kind: 'automation', playbook: 'nudge' },
        self: csm,
      },
      appeals: { ethos: null, pathos: null, logos: 'the numbers' },
    });
  });

  it('counts the use of measures in moments and phases', () => {
    expect(load(base.replace('logins >= 3', 'logins >= 4')).diagnostics).toEqual([]);
    const unused = base.replaceAll(/measures\.logins (?:< 3|>= 3)/g, (text) =>
      text.replace('measures.logins', 'account.seats'),
    );
    expect(load(unused).diagnostics.map((one) => one.code)).toEqual(['measure/unused']);
    const inPhase = unused.replace('starts: { on: Deal Won }', 'starts: { when: measures.logins > 0 }');
    expect(load(inPhase).diagnostics).toEqual([]);
  });

  it('may ask for every event, the key events, and what is known of an account', () => {
    const changed = base
      .replace('absent: { of: Case Opened', 'absent: { of: any')
      .replace('on: Case Opened', 'on: key')
      .replace('name: Base', 'name: Base\nkeyEvents: [Case Opened]')
      .replace(
        'when: measures.logins < 3',
        'when: \'phase != "onboarding" && band == "neutral" && daysSince(now) < score + coverage + indicators.active_days\'',
      );
    const { moments } = modelOf(changed);
    expect(moments.find((one) => one.id === 'silent')?.trigger).toMatchObject({ test: { events: null } });
    expect(moments.find((one) => one.id === 'severe_case')?.trigger).toMatchObject({
      test: { events: ['Case Opened'] },
    });
  });

  it('names people where an account is a person', () => {
    const changed = base
      .replace('name: Base', 'name: Base\naccount: person')
      .replace('from: account.renewal_at', 'from: person.renewal_at')
      .replace('traits: { account:', 'traits: { person:');
    expect(momentOf(modelOf(changed), 'annual').trigger).toMatchObject({
      from: { kind: 'trait', trait: 'renewal_at' },
    });
  });
});

describe('a model that extends one with moments', () => {
  it('overrides a moment by key, and keeps the rest of it', () => {
    const model = modelOf(
      own('moments: { kickoff: { due: 5d, label: Hello }, review: { schedule: { prepare: 7d } } }'),
    );
    expect(momentOf(model, 'kickoff')).toMatchObject({ trigger: { due: 5 * day }, label: 'Hello' });
    expect(momentOf(model, 'kickoff').escalate.length).toBe(2);
    expect(momentOf(model, 'review').trigger).toMatchObject({ prepare: 7 * day, from: { kind: 'phase' } });
  });

  it('replaces one trigger, start, completion or doer by another', () => {
    const model = modelOf(
      own(`moments:
  severe_case: { when: measures.logins == 0 }
  dropped: { on: Case Opened, done: { on: Signed In }, touch: { low: { skip: true } } }
phases: { onboarding: { starts: { known: true } } }`),
    );
    expect(momentOf(model, 'severe_case').trigger).toMatchObject({ kind: 'condition', for: 0, within: 4 * hour });
    expect(momentOf(model, 'dropped')).toMatchObject({ trigger: { kind: 'event' }, done: { kind: 'event' } });
    expect(momentOf(model, 'dropped').doneBy.low).toBeNull();
    expect(model.phases[0]?.starts).toEqual({ kind: 'known' });
  });

  it('keeps what stands beside a trigger that is named again', () => {
    const model = modelOf(
      own('moments: { severe_case: { on: [Case Opened, Case Reopened] } }\ncatalog: { Case Reopened: {} }'),
    );
    expect(momentOf(model, 'severe_case').trigger).toMatchObject({
      within: 4 * hour,
      atMostOncePer: day,
      test: { where: { kind: 'call' } },
    });
  });

  it('removes a moment with null, from the lists that name it too', () => {
    const model = modelOf(own('moments: { annual: null, severe_case: null }'));
    expect(model.moments.map((one) => one.id)).toEqual(['kickoff', 'review', 'weekly', 'silent', 'dropped']);
    expect(momentOf(model, 'review').notWithin).toBeNull();
    expect(model.policy?.exempt).toEqual(['review']);
  });

  it('must give a phase another end when it removes the moment that ended it', () => {
    expect(load(own('moments: { kickoff: null }')).diagnostics.map((one) => `${one.file} ${one.code}`)).toEqual([
      'models/base.yaml model/unknown-moment',
    ]);
    const model = modelOf(own('moments: { kickoff: null }\nphases: { onboarding: { ends: { after: 60d } } }'));
    expect(model.phases[0]?.ends).toEqual({ kind: 'elapsed', after: 60 * day });
  });

  it('can put a phase between two', () => {
    const phases =
      'phases: { onboarding: {}, growing: { starts: { on: Meeting Held } }, leaving: { starts: { at: account.renewal_at } } }';
    expect(modelOf(own(phases)).phases.map((one) => one.id)).toEqual(['onboarding', 'growing', 'leaving', 'ongoing']);
    const last = 'phases: { leaving: { starts: { at: account.renewal_at } } }';
    expect(modelOf(own(last)).phases.map((one) => one.id)).toEqual(['onboarding', 'ongoing', 'leaving']);
  });

  it('removes policy, roles and calendars with null', () => {
    const model = modelOf(
      own('policy: null\ncalendars: { team: null }\nmoments: { review: { schedule: { calendar: null } } }'),
    );
    expect(model.policy).toBeNull();
    expect(model.calendars).toEqual([]);
    expect(momentOf(model, 'review').trigger).toMatchObject({ calendar: null });
  });
});

describe('the hash of a model with moments', () => {
  const hash = (text: string): string => modelOf(text).hash;

  it('does not change with comments, places and the order of moments or roles', () => {
    const line = '  silent: { objective: We could ask, absent: { of: Case Opened, for: 90d } }\n';
    const reordered = base.replace(line, '').replace('moments:\n', `moments: # first\n${line}`);
    expect(reordered).not.toBe(base);
    expect(hash(reordered)).toBe(hash(base));
  });

  it('changes with what happens, when, by whom, and what people read', () => {
    const changes: readonly (readonly [string, string])[] = [
      ['due: 10d', 'due: 11d'],
      ['prepare: 14d', 'prepare: 13d'],
      ['BYDAY=2TU', 'BYDAY=3TU'],
      ['owner: [onboarding, csm]', 'owner: [csm, onboarding]'],
      ['They could have met us', 'They have met us'],
      ['logos: the numbers', 'logos: numbers'],
      ['atMost: 3', 'atMost: 2'],
      ["holidays: ['12-25']", "holidays: ['12-26']"],
      ['label: Ongoing use', 'label: Ongoing'],
      ['minutes: 90', 'minutes: 60'],
      ['ends: { completed: kickoff }', 'ends: { completed: silent }'],
      ['silent: { objective', 'silent: { label: Silence, objective'],
    ];
    const hashes = changes.map(([from, to]) => {
      expect(base).toContain(from);
      return hash(base.replace(from, to));
    });
    expect(new Set([hash(base), ...hashes]).size).toBe(changes.length + 1);
  });

  it('does not depend on roles and calendars where nothing happens', () => {
    const without = base.replace(/measures: .*\n/, '').replace(/phases:\n[\s\S]*(?=playbooks)/, '');
    expect(modelOf(without)).toMatchObject({ phases: [], moments: [], policy: null });
    expect(hash(without)).toBe(hash(without.replace(/calendars: .*\n/, '')));
    expect(hash(without)).toBe(hash(`${without}roles: { csm: {} }\n`));
  });
});

describe('the shipped model of a software company', () => {
  const kinds = (text: string): Record<string, string[]> => {
    const groups = Map.groupBy(modelOf(text).moments, (one) => one.trigger.kind);
    return Object.fromEntries([...groups].map(([kind, moments]) => [kind, moments.map((one) => one.id)]));
  };
  const shipped = (text: string): string => `extends: b2b-saas\nrapport: 1\nname: Own\n${text}`;

  it('has the moments of the essay on the customer engagement model', () => {
    expect(kinds(shipped(''))).toEqual({
      milestone: ['kickoff', 'first_login', 'first_training', 'accounts_created', 'first_metrics', 'self_sufficient'],
      schedule: ['quarterly_review', 'monthly_metrics', 'annual_review', 'weekly_meeting'],
      event: ['severe_case', 'product_release', 'sponsor_change', 'poor_survey'],
      absence: ['silent_support'],
      condition: ['usage_drop', 'key_usage_drop'],
    });
  });

  it('says for each what for, and who does it at each touch', () => {
    for (const one of modelOf(shipped('')).moments) {
      expect(one.objective, one.id).toContain('could');
      const segments = modelOf(shipped('')).segments.filter(({ id }) => one.segments?.includes(id) !== false);
      // Where touch is low, people only act on severe cases.
      const isLow = segments.some(({ touch }) => touch === 'low') && one.id !== 'severe_case';
      if (isLow) expect(one.doneBy.low?.kind, one.id).toBe('automation');
    }
  });

  it('can be had without any of them but the one that ends a phase', () => {
    for (const { id } of modelOf(shipped('')).moments.filter((one) => one.id !== 'self_sufficient')) {
      expect(load(shipped(`moments: { ${id}: null }`)).diagnostics.filter((one) => one.severity === 'error')).toEqual(
        [],
      );
    }
  });
});
