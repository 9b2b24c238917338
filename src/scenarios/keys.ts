/** What stands at a key. `part`: a map of these keys, `list`: a list of such maps. */
export type Kind =
  | { readonly kind: Plain }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'part' | 'list'; readonly part: string };

type Plain = 'text' | 'number' | 'truth' | 'instant' | 'duration' | 'traits' | 'range';

/** A key of the format, with what it says. */
export type Key = Kind & { readonly meaning: string; readonly needed: boolean };

const key =
  (kind: Plain) =>
  (meaning: string): Key => ({ kind, meaning, needed: false });
const text = key('text');
const number = key('number');
const truth = key('truth');
const instant = key('instant');
const duration = key('duration');
const traits = key('traits');
const range = key('range');
const word = (words: readonly string[], meaning: string): Key => ({ kind: 'word', words, meaning, needed: false });
const part = (name: string, meaning: string): Key => ({ kind: 'part', part: name, meaning, needed: false });
const list = (name: string, meaning: string): Key => ({ kind: 'list', part: name, meaning, needed: false });
const needed = (one: Key): Key => ({ ...one, needed: true });

/** States of an occurrence. */
export const states = ['planned', 'open', 'done', 'missed', 'skipped', 'cancelled'] as const;
export const bands = ['engaged', 'neutral', 'disengaged', 'unknown'] as const;
/** What can end an occurrence. */
export const endings = [
  'event',
  'condition',
  'deadline',
  'person',
  'phase',
  'segment',
  'schedule',
  'model',
  'policy',
  'notWithin',
] as const;
/** What can happen in a step: one of these. */
export const actions = ['track', 'group', 'identify', 'complete', 'skip', 'snooze', 'assign', 'reopen'] as const;

const act = {
  moment: needed(text('Its moment.')),
  by: needed(text('The member who does it.')),
};
const note = text('What happened, or why.');

/** Every key of a scenario file by the part it stands in; the reference page and the JSON schema are made of this. */
export const keys = {
  file: {
    model: needed(
      text('The model that is tested: a path from this file, such as `./b2b-saas.yaml`, or a shipped name.'),
    ),
    start: instant('When scenarios start that do not say it themselves: an instant such as `2026-03-02T09:00:00Z`.'),
    scenarios: needed(list('scenario', 'The scenarios. Each is a world of its own.')),
  },
  scenario: {
    name: needed(text('What it shows, as a sentence. Unique in the file.')),
    start: instant('When it starts: offsets count from here.'),
    live: instant(
      'When the model goes live and the traits of the accounts are known; left out: at the start. What happened before is history, and nothing is decided about it then.',
    ),
    account: part('account', 'The account it is about.'),
    accounts: list('account', 'The accounts, when there are several. Steps then say which one they mean.'),
    steps: needed(list('step', 'What happens and what is expected, in order of time.')),
  },
  account: {
    id: needed(text('Its id.')),
    traits: traits('Its traits when the model goes live.'),
  },
  step: {
    at: needed(
      instant(
        'When: an offset from the start (`8d`, `2h 30m`, `0d`, `-30d`), or an instant. Before the model is live events can be tracked, as a history that was brought in. With nothing else in it, only time passes.',
      ),
    ),
    every: duration('The step is repeated with this distance.'),
    until: instant('Up to this offset or instant, which is the last possible repetition.'),
    account: text('The account it is about; needed when the scenario has several.'),
    track: part('track', 'Somebody does something: an event of the catalog.'),
    group: part('group', 'Traits of the account change. Where accounts are people, `identify` does that.'),
    identify: part(
      'identify',
      'Somebody becomes known. Where accounts are people the traits are those of the account.',
    ),
    complete: part('complete', 'A person completes an occurrence.'),
    skip: part('skip', 'A person skips an occurrence.'),
    snooze: part('snooze', 'A person puts an occurrence off.'),
    assign: part('assign', 'A person hands an occurrence to a member.'),
    reopen: part('reopen', 'A person opens an occurrence again that ended.'),
    expect: part('expect', 'What is true afterwards. It only looks: nothing is decided because of it.'),
  },
  track: {
    event: needed(text('Its name.')),
    user: text('Who does it. Left out: somebody; where accounts are people, the account.'),
    properties: traits('Its properties, in the types of the catalog.'),
    time: instant('When it happened, when that was before the step: it is received at the step.'),
  },
  group: { traits: needed(traits('Traits of the account; null removes one.')) },
  identify: {
    user: text('Who. Left out: somebody; where accounts are people, the account.'),
    traits: traits('Traits of the person.'),
  },
  complete: { ...act, note },
  skip: { ...act, note: needed(note) },
  snooze: {
    ...act,
    note,
    for: duration('For how long, such as `3d`.'),
    until: instant('Or until when: an offset from the start, or an instant.'),
  },
  assign: { ...act, to: needed(text('The member who gets it.')), note },
  reopen: { ...act, note },
  expect: {
    phase: text('The phase it is in, or `none`.'),
    segment: text('Its segment.'),
    band: word(bands, 'Its band, with the dwell of the model.'),
    score: range(
      'Its score as of the step: a number as people see it (`62.5`), or `{ above: 40, below: 70 }`; one of the two is enough.',
    ),
    coverage: range('Its coverage from 0 to 1, written in the same way.'),
    occurrences: list(
      'occurrence',
      'Its occurrences that are open, and those that ended since the last expectation of occurrences. Exactly those: what is not listed must not be there. What is planned may be listed.',
    ),
    others: word(['allowed'], '`allowed`: occurrences that are not listed are fine.'),
  },
  occurrence: {
    moment: needed(text('Its moment.')),
    state: needed(word([...states, 'none'], 'Its state. `none`: nothing of it is open or has ended.')),
    overdue: truth('Whether it is open and its deadline has come.'),
    snoozed: truth('Whether a person has put it off.'),
    role: text('The role that has it: the first of the moment, or the one that an escalation gave it to.'),
    playbook: text('The playbook that does it, where touch is low.'),
    assigned: text('The member whom a person handed it to.'),
    escalated: number('How many steps of its escalation were taken.'),
    opens: instant('When it opened or will open, as an offset or instant.'),
    due: instant('Its deadline, as an offset or instant.'),
    ended: instant('When it ended, as an offset or instant.'),
    because: word(endings, 'What ended it.'),
  },
  range: { above: number('More than this.'), below: number('Less than this.') },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Key>>>>;

export type Part = keyof typeof keys;

/** The keys of a part by name. */
export function keysOf(name: Part): Readonly<Record<string, Key>> {
  return keys[name];
}
