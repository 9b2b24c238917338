import type { Mistake } from './diagnostics.cases.testing.ts';

/** The beginning of a model that only lacks phases and moments. */
export const head = `rapport: 1
name: Test
catalog:
  Deal Won: { arr: number }
  Signed In: {}
  Meeting Held: { kind: string }
  Case Opened: { severity: string }
traits: { account: { seats: number, plan: string, renewal_at: time } }
indicators: { use: [active_days] }
segments: { big: { when: 'account.seats > 100', touch: high }, rest: { otherwise: true, touch: low } }
`;
const phases = (text: string): string => `${head}phases:\n${text}`;
/** Phases of which one starts by what is written here. */
const starts = (text: string): string =>
  phases(`  onboarding: { starts: { on: Deal Won }, ends: { after: 60d } }\n  ongoing: { starts: ${text} }\n`);
const ends = (text: string): string => phases(`  onboarding: { starts: { on: Deal Won }, ends: ${text} }\n`);

/** Mistakes around roles, calendars and phases, as in diagnostics.cases.testing.ts. */
export const phaseMistakes: readonly Mistake[] = [
  {
    code: 'model/long-duration',
    yaml: `${head}measures: { m: { count: Signed In, within: ⟨99999999d⟩ } }\n`,
    message: '"99999999d" is more than 100 years',
    hint: 'at most 36500d; without within a measure counts all there ever was',
  },
  {
    code: 'model/long-duration',
    yaml: starts('{ after: onboarding }').replace('60d', '⟨999999999999999999d⟩'),
    message: '"999999999999999999d" is more than 100 years',
    hint: 'at most 36500d',
  },
  {
    code: 'model/long-duration',
    yaml: `${head}measures: { m: { count: Signed In, every: ⟨7000d⟩, for: 26 } }\n`,
    message: '26 blocks of 7000d are more than 100 years',
    hint: 'shorter or fewer blocks',
  },
  {
    code: 'model/long-duration',
    yaml: starts('{ after: onboarding }').replace('60d', '⟨36501d⟩'),
    message: '"36501d" is more than 100 years',
    hint: 'at most 36500d',
  },
  {
    code: 'model/bad-name',
    yaml: `${head}roles: { ⟨account manager⟩: {} }\n`,
    message: '"account manager" cannot be a name here',
    hint: 'letters, digits, _ and -; the first one is a letter',
  },
  {
    code: 'model/wrong-type',
    yaml: `${head}calendars: { team: { workdays: [mo, ⟨tuesday⟩] } }\n`,
    message: 'this must be one of mo, tu, we, th, fr, sa, su',
  },
  {
    code: 'model/bad-time',
    yaml: `${head}calendars: { team: { holidays: [12-25, ⟨02-30⟩, 2026-12-24] } }\n`,
    message: '"02-30" is not a day',
    hint: 'write 2026-12-25, or 12-25 for every year',
  },
  {
    code: 'model/missing-key',
    yaml: phases('  ⟨onboarding⟩: { ends: { after: 60d } }\n'),
    message: '"starts" is missing',
    hint: 'say what starts it: on, after, when, at or known',
  },
  {
    code: 'phase/no-start',
    yaml: starts('{}').replace('starts: {}', '⟨starts⟩: {}'),
    message: 'nothing says what starts phase ongoing',
    hint: 'give it one of on, after, when, at, known',
  },
  {
    code: 'phase/two-starts',
    yaml: starts('{ on: Signed In, ⟨after⟩: onboarding }'),
    message: 'on already says what starts phase ongoing',
    hint: 'keep one of them',
  },
  {
    code: 'phase/no-end',
    yaml: ends('{}').replace('ends: {}', '⟨ends⟩: {}'),
    message: 'nothing says what ends phase onboarding',
    hint: 'give it one of on, when, completed, after',
  },
  {
    code: 'phase/two-ends',
    yaml: ends('{ after: 60d, ⟨when⟩: account.seats > 5 }'),
    message: 'after already says what ends phase onboarding',
    hint: 'keep one of them',
  },
  {
    code: 'model/not-applicable',
    yaml: starts("{ after: onboarding, ⟨where⟩: 'properties.arr > 1' }"),
    message: 'where only filters the events of on',
  },
  {
    code: 'model/unknown-event',
    yaml: starts('{ on: [Signed In, ⟨Meeting held⟩] }'),
    message: 'there is no event "Meeting held" in the catalog',
    hint: 'did you mean Meeting Held?',
  },
  {
    code: 'model/unknown-property',
    yaml: starts('{ on: Meeting Held, where: \'⟨properties.knd⟩ == "kickoff"\' }'),
    message: 'there is no property "knd"',
    hint: 'did you mean kind?',
  },
  {
    code: 'model/unknown-phase',
    yaml: starts('{ after: ⟨onbording⟩ }'),
    message: 'there is no phase "onbording"',
    hint: 'did you mean onboarding?',
  },
  {
    code: 'model/unknown-phase',
    yaml: starts('{ when: \'phase == ⟨"onbording"⟩ && account.seats > 5\' }'),
    message: 'there is no phase "onbording"',
    hint: 'did you mean onboarding?',
  },
  {
    code: 'model/unknown-moment',
    yaml: ends('{ completed: ⟨self_sufficient⟩ }'),
    message: 'there is no moment "self_sufficient"',
  },
  {
    code: 'model/unknown-trait',
    yaml: starts('{ at: ⟨account.renewal⟩ }'),
    message: 'there is no trait "renewal"',
    hint: 'did you mean renewal_at?',
  },
  {
    code: 'model/unknown-trait',
    yaml: starts('{ at: ⟨renewal_at⟩ }'),
    message: '"renewal_at" is not a trait of the account',
    hint: 'write account.<trait>',
  },
  {
    code: 'cel/type',
    yaml: starts('{ at: ⟨account.plan⟩ }'),
    message: 'a time is needed here, "plan" is a text',
    hint: 'known: renewal_at',
  },
  {
    code: 'cel/not-here',
    yaml: `${head}audiences: { x: { when: '⟨phase⟩ == "onboarding"' } }\n`,
    message: "phase is not known in an audience's condition",
    hint: 'known here: account.…, measures.…, indicators.…, now, segment, band, score, coverage',
  },
  {
    code: 'model/never-true',
    yaml: starts("{ when: ⟨'account.seats > 5 && 1 > 2'⟩ }"),
    message: 'this is never true, whatever the account',
  },
  {
    code: 'phase/cycle',
    yaml: starts('{ after: ⟨ongoing⟩ }'),
    message: 'phase ongoing waits for its own end',
    hint: 'let one of them start by an event or a condition',
  },
  {
    code: 'phase/cycle',
    yaml: phases(
      '  a: { starts: { after: ⟨c⟩ }, ends: { after: 1d } }\n  b: { starts: { after: a }, ends: { after: 1d } }\n  c: { starts: { after: b } }\n',
    ),
    message: 'phases a, c, b, a wait for each other in a circle',
    hint: 'let one of them start by an event or a condition',
  },
  {
    code: 'phase/unreachable',
    yaml: phases(
      '  ongoing: { starts: { after: ⟨onboarding⟩ } }\n  onboarding: { starts: { on: Deal Won }, ends: { after: 60d } }\n',
    ),
    message: 'onboarding stands after ongoing, and accounts only move forward',
    hint: 'put ongoing behind onboarding',
  },
  {
    code: 'phase/unreachable',
    yaml: phases('  onboarding: { starts: { on: Deal Won } }\n  ongoing: { starts: { after: ⟨onboarding⟩ } }\n'),
    message: 'onboarding has no end of its own, so ongoing never starts',
    hint: 'give onboarding an end: ends: { completed: <moment> }',
  },
  {
    code: 'phase/unreachable',
    yaml: starts('{ ⟨known⟩: true }'),
    message: 'every account is in ongoing at once, so none gets into onboarding before it',
    hint: 'put ongoing first',
  },
  {
    code: 'phase/foreign-moment',
    yaml: `${ends('{ completed: ⟨go_live⟩ }')}  ongoing: { starts: { on: Signed In } }
moments: { go_live: { objective: Good, phase: ongoing, due: 3d } }\n`,
    message: 'go_live belongs to phase ongoing, so it does not happen in onboarding',
    hint: 'name a moment of onboarding',
  },
];
