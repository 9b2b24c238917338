import type { Mistake } from './diagnostics.cases.testing.ts';
import { head } from './diagnostics.phase-cases.testing.ts';

const lifecycle = `${head}phases:
  onboarding: { starts: { on: Deal Won }, ends: { after: 60d } }
  ongoing: { starts: { after: onboarding } }
`;
/** A model with one moment, whose keys are written here beside its objective. */
const moment = (keys: string, more = ''): string => `${lifecycle}${more}moments:\n  x: { objective: Good, ${keys} }\n`;
const schedule = (rrule: string, more = ''): string =>
  moment(`schedule: { rrule: ${rrule}, from: account.renewal_at${more} }`);

/** Mistakes around moments and the contact policy, as in diagnostics.cases.testing.ts. */
export const momentMistakes: readonly Mistake[] = [
  {
    code: 'model/missing-key',
    yaml: `${lifecycle}moments: { ⟨x⟩: { on: Deal Won } }\n`,
    message: '"objective" is missing',
    hint: 'say what is different afterwards',
  },
  {
    code: 'model/unknown-key',
    yaml: moment('on: Deal Won, ⟨escalte⟩: []'),
    message: 'moments.x has no key "escalte"',
    hint: 'did you mean escalate?',
  },
  {
    code: 'model/unknown-key',
    yaml: moment('on: Deal Won, appeals: { logos: first this, ⟨then that⟩ }'),
    message: 'moments.x.appeals has no key "then that"',
    hint: 'a text with a comma stands in quotes here',
  },
  {
    code: 'moment/no-trigger',
    yaml: moment('minutes: 60').replace('  x:', '  ⟨x⟩:'),
    message: 'nothing says what opens moment x',
    hint: 'give it one of due, schedule, on, absent, when',
  },
  {
    code: 'moment/two-triggers',
    yaml: moment('on: Deal Won, ⟨when⟩: account.seats > 3'),
    message: 'on already says what opens moment x',
    hint: 'keep one of them',
  },
  {
    code: 'model/unknown-phase',
    yaml: moment('on: Deal Won, phase: ⟨ongoin⟩'),
    message: 'there is no phase "ongoin"',
    hint: 'did you mean ongoing?',
  },
  {
    code: 'model/unknown-segment',
    yaml: moment('on: Deal Won, segments: [big, ⟨res⟩]'),
    message: 'there is no segment "res"',
    hint: 'did you mean rest?',
  },
  {
    code: 'model/unknown-role',
    yaml: moment('on: Deal Won, owner: [csm, ⟨manger⟩]'),
    message: 'there is no role "manger"',
    hint: 'did you mean manager?',
  },
  {
    code: 'model/unknown-role',
    yaml: moment('on: Deal Won', 'roles: { lead: {} }\n').replace('  x:', '  ⟨x⟩:'),
    message: 'moment x has no owner, and there is no role csm',
    hint: 'add owner: <role>',
  },
  {
    code: 'model/unknown-playbook',
    yaml: moment('on: Deal Won, touch: { low: { playbook: ⟨nudge⟩ } }'),
    message: 'there is no playbook "nudge"',
  },
  {
    code: 'model/unknown-calendar',
    yaml: schedule('FREQ=WEEKLY', ', calendar: ⟨tema⟩').replace('moments:', 'calendars: { team: {} }\nmoments:'),
    message: 'there is no calendar "tema"',
    hint: 'did you mean team?',
  },
  {
    code: 'model/unknown-moment',
    yaml: moment('on: Deal Won', 'policy: { atMost: 3, per: 7d, exempt: [x, ⟨xy⟩] }\n'),
    message: 'there is no moment "xy"',
    hint: 'did you mean x?',
  },
  {
    code: 'model/unknown-moment',
    yaml: moment('on: Deal Won, notWithin: { of: [⟨review⟩], days: 3 }'),
    message: 'there is no moment "review"',
    hint: 'known: x',
  },
  {
    code: 'model/wrong-type',
    yaml: moment('on: Deal Won', 'policy: { atMost: ⟨0⟩, per: 7d }\n'),
    message: 'at least 1 is needed here',
  },
  {
    code: 'model/unknown-name',
    yaml: moment('when: \'⟨segmnt⟩ == "big"\''),
    message: 'there is no name "segmnt"',
    hint: 'did you mean segment?',
  },
  {
    code: 'model/not-applicable',
    yaml: moment("when: account.seats > 3, ⟨where⟩: 'true'"),
    message: 'where means nothing without on',
  },
  {
    code: 'model/not-applicable',
    yaml: moment('absent: { of: Signed In, for: 30d }, ⟨for⟩: 30d'),
    message: 'for means nothing without when',
    hint: 'write for inside absent',
  },
  {
    code: 'model/not-applicable',
    yaml: moment('phase: onboarding, due: 3d, ⟨within⟩: 4h'),
    message: 'within means nothing without on, absent, when',
    hint: 'due says when it is due',
  },
  {
    code: 'model/not-applicable',
    yaml: moment('when: account.seats > 3, ⟨atMostOncePer⟩: 1d'),
    message: 'atMostOncePer means nothing without on',
  },
  {
    code: 'model/not-applicable',
    yaml: moment('on: Deal Won, notWithin: { of: ⟨x⟩, days: 3 }'),
    message: 'only a schedule can keep a distance from itself',
    hint: 'use atMostOncePer',
  },
  {
    code: 'model/not-applicable',
    yaml: moment("phase: onboarding, due: 3d, done: { when: account.seats > 3, ⟨where⟩: 'true' }"),
    message: 'where only filters the events of on',
  },
  {
    code: 'moment/no-phase',
    yaml: moment('⟨due⟩: 10d'),
    message: 'a milestone counts from the start of its phase, and x has none',
    hint: 'add phase: <phase>',
  },
  {
    code: 'moment/no-phase',
    yaml: moment('schedule: { rrule: FREQ=WEEKLY, ⟨from⟩: phase }'),
    message: 'a schedule from phase counts from the start of its phase, and x has none',
    hint: 'add phase: <phase>',
  },
  {
    code: 'moment/no-phase',
    yaml: moment('absent: { of: Signed In, for: 30d, ⟨since⟩: phase }'),
    message: 'a silence since phase counts from the start of its phase, and x has none',
    hint: 'add phase: <phase>',
  },
  {
    code: 'moment/no-due',
    yaml: moment('on: Deal Won, ⟨expires⟩: 7d'),
    message: 'expires counts from when x was due, and it has no deadline',
    hint: 'add within: <duration>',
  },
  {
    code: 'moment/no-due',
    yaml: moment('when: account.seats > 3, ⟨escalate⟩: [{ after: 3d, to: csm }]'),
    message: 'escalate counts from when x was due, and it has no deadline',
    hint: 'add within: <duration>',
  },
  {
    code: 'model/negative-duration',
    yaml: moment('phase: onboarding, due: ⟨-3d⟩'),
    message: '"-3d" lies before what it counts from',
    hint: 'write it without the minus',
  },
  {
    code: 'model/bad-duration',
    yaml: moment('on: Deal Won, within: ⟨0d⟩'),
    message: '"0d" is not a duration above 0',
    hint: 'a number and a unit, such as 4h, 28d or 2w',
  },
  {
    code: 'model/never-true',
    yaml: moment("when: ⟨'1 > 2'⟩"),
    message: 'this is never true, whatever the account',
  },
  {
    code: 'model/never-true',
    yaml: moment('segments: [rest], when: ⟨\'segment == "big" && account.seats > 3\'⟩'),
    message: 'this is never true in the phase and segments it is for',
  },
  {
    code: 'model/never-true',
    yaml: moment('phase: ongoing, when: ⟨\'account.seats > 3 && phase in ["onboarding"]\'⟩'),
    message: 'this is never true in the phase and segments it is for',
  },
  {
    code: 'model/never-true',
    yaml: moment("on: Deal Won, where: ⟨'properties.arr > 3 && false'⟩"),
    message: 'this is never true, whatever the account',
  },
  {
    code: 'moment/never',
    yaml: moment('segments: [big], on: Deal Won, ⟨touch⟩: { high: { skip: true } }'),
    message: 'every account of its segments skips x, so it never happens',
    hint: 'take the moment out, or name who does it',
  },
  {
    code: 'moment/not-one',
    yaml: moment('on: Deal Won, touch: { high: { owner: csm, ⟨skip⟩: true } }'),
    message: 'owner already says who does x with high touch',
    hint: 'keep one of them',
  },
  {
    code: 'moment/not-one',
    yaml: moment('on: Deal Won, ⟨done⟩: {}'),
    message: 'nothing says what completes moment x',
    hint: 'give it one of on, when',
  },
  {
    code: 'moment/unused-touch',
    yaml: moment('on: Deal Won, touch: { ⟨self⟩: { skip: true } }'),
    message: 'no segment has self touch',
  },
  {
    code: 'moment/unused-touch',
    yaml: moment('segments: [big], on: Deal Won, touch: { ⟨low⟩: { skip: true } }'),
    message: 'no segment of x has low touch',
  },
  {
    code: 'moment/done-at-once',
    yaml: moment('phase: onboarding, due: 3d, ⟨done⟩: { on: [Signed In, Deal Won] }'),
    message: 'what opens x also completes it',
    hint: 'name what happens afterwards',
  },
  {
    code: 'moment/done-at-once',
    yaml: moment("when: account.seats > 3, ⟨done⟩: { when: 'account.seats > 3.0' }"),
    message: 'what opens x also completes it',
    hint: 'name what happens afterwards',
  },
  {
    code: 'moment/empty-step',
    yaml: moment('phase: onboarding, due: 3d, escalate: [{ after: 1d, to: csm }, ⟨{ after: 2d }⟩]'),
    message: 'this step does nothing',
    hint: 'give it to: <role> or playbook: <playbook>',
  },
  {
    code: 'moment/escalation-order',
    yaml: moment('phase: onboarding, due: 3d, escalate: [{ after: 2d, to: csm }, { after: ⟨48h⟩, to: manager }]'),
    message: 'this step does not come after the one before it',
    hint: 'order the steps by after',
  },
  {
    code: 'moment/escalation-order',
    yaml: moment('phase: onboarding, due: 3d, expires: 2d, escalate: [{ after: ⟨2d⟩, to: manager }]'),
    message: 'it is missed 2d after it was due, before this step',
    hint: 'let it expire later, or escalate earlier',
  },
  {
    code: 'schedule/bad-rule',
    yaml: schedule("'FREQ=WEEKLY;⟨BYDAY=MO,2X⟩;INTERVAL=2'"),
    message: 'BYDAY cannot be 2X',
    hint: 'write weekdays such as TU, 2TU (the second Tuesday) or -1FR (the last Friday)',
  },
  {
    code: 'schedule/no-date',
    yaml: schedule("⟨'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2'⟩"),
    message: 'this rule never has a date',
  },
  {
    code: 'schedule/no-date',
    yaml: moment("schedule: { rrule: ⟨'FREQ=WEEKLY;UNTIL=20251231'⟩, from: 2026-01-05 }"),
    message: 'this rule has no date from 2026-01-05 on',
  },
  {
    code: 'schedule/no-date',
    yaml: moment("phase: ongoing, schedule: { rrule: ⟨'FREQ=WEEKLY;COUNT=1'⟩, from: phase }"),
    message: 'this rule never has a date',
    hint: 'COUNT begins with the day on which the phase starts, which is no date itself',
  },
  {
    code: 'schedule/date-for-some',
    yaml: schedule("⟨'FREQ=DAILY;INTERVAL=7;BYDAY=TU'⟩"),
    message: 'an account that starts on a day like 2024-01-01 never has a date',
    hint: 'let the rule pick its days itself: BYMONTH with BYMONTHDAY or BYDAY, without INTERVAL',
  },
  {
    code: 'schedule/prepare-too-long',
    yaml: schedule('FREQ=MONTHLY;BYMONTHDAY=1', ', prepare: ⟨90d⟩'),
    message: 'its dates are about 30d apart, so one opens before the one before it is due',
    hint: 'write 30d or less',
  },
  {
    code: 'model/unknown-trait',
    yaml: moment('schedule: { rrule: FREQ=YEARLY, from: ⟨account.renewal_ad⟩ }'),
    message: 'there is no trait "renewal_ad"',
    hint: 'did you mean renewal_at?',
  },
  {
    code: 'model/bad-time',
    yaml: moment('schedule: { rrule: FREQ=YEARLY, from: ⟨phases⟩ }'),
    message: '"phases" is not a start',
    hint: 'write phase, account.<trait>, or a local time such as 2026-01-05T09:00',
  },
  {
    code: 'model/bad-time',
    yaml: moment('schedule: { rrule: FREQ=YEARLY, from: ⟨2026-01-05T09:00Z⟩ }'),
    message: "a schedule follows the account's time zone, this has one of its own",
    hint: 'write phase, account.<trait>, or a local time such as 2026-01-05T09:00',
  },
];
