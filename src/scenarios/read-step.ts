import { type Located, placeOf } from '../model/source/tree.ts';
import { diagnostic } from '../model/diagnostics.ts';
import { readDuration, readInstant } from './instant.ts';
import { actions } from './keys.ts';
import { momentCode, readExpectation } from './read-expect.ts';
import { mistake, readMap, readName, readText, type Values, whereIs } from './read-part.ts';
import { readValues } from './read-values.ts';
import { accountTraits, isAboutPeople, personTraits, propertiesOf, type Reading } from './reading.ts';
import type { Action, PersonAction, Step } from './scenario.ts';

/** More steps than this are a mistake in `every`. */
const mostSteps = 10_000;

/** Reads one authored step as the steps it stands for: several when it is repeated. */
export function readStep(located: Located, reading: Reading): readonly Step[] {
  const { report, start, live } = reading;
  const get = readMap(located, 'step', report);
  if (get === null) return [];
  const account = readAccount(get, located, reading);
  const [kind, ...more] = actions.filter((one) => get(one) !== null);
  for (const other of more) {
    const at = get(other);
    if (at !== null)
      mistake(report, at, 'scenario/two-things', `a step is ${kind} or ${other}, not both`, 'make a step of each');
  }
  const at = readInstant(get('at'), start, report);
  const given = kind === undefined ? null : get(kind);
  const expected = get('expect');
  const expect = expected === null ? null : readExpectation(expected, reading);
  const times = at === null ? [null] : readRepetitions(get, at, located, reading);
  if (at !== null && at < live) refuseHistory(kind, located, get, reading);
  const place = whereIs(located);
  return times.flatMap((time): Step[] => {
    // What a step does can count from its instant. Once is enough to tell what is wrong with it.
    const silent = time === times[0] ? reading : { ...reading, report: () => {} };
    const action =
      given === null || kind === undefined ? null : readAction(kind, given, time ?? start, account ?? '', silent);
    if (time === null || account === null) return [];
    return [{ at: time, place, account, action, expect }];
  });
}

function readAccount(get: Values, located: Located, { report, accounts }: Reading): string | null {
  const at = get('account');
  if (at !== null)
    return readName(at, accounts, { code: 'scenario/accounts', what: 'account of the scenario' }, report);
  if (accounts.length > 1)
    return mistake(
      report,
      located,
      'scenario/accounts',
      'the step does not say which account it is about',
      `account: one of ${accounts.join(', ')}`,
    );
  return accounts[0] ?? null;
}

/** Before the model is live nothing is decided, so things can only have happened. */
function refuseHistory(kind: string | undefined, located: Located, get: Values, { report }: Reading): void {
  const hint = 'a step before that is history: it tracks events that are known when the model goes live';
  if (kind !== 'track')
    mistake(report, located, 'scenario/history', 'only `track` is possible before the model is live', hint);
  const expected = get('expect');
  if (expected !== null)
    mistake(report, expected, 'scenario/history', 'nothing is decided before the model is live', hint);
}

function readRepetitions(get: Values, at: number, located: Located, { report, start }: Reading): readonly number[] {
  const every = readDuration(get('every'), report);
  const until = readInstant(get('until'), start, report);
  const [first, last] = [get('every'), get('until')];
  if ((first === null) !== (last === null)) {
    const missing = first === null ? 'every' : 'until';
    const from = { ...placeOf(located.span), length: 1 };
    report(
      diagnostic(
        'model/missing-key',
        from,
        `${JSON.stringify(missing)} is missing`,
        'a step is repeated with `every` and `until`',
      ),
    );
  }
  if (every === null || until === null) return [at];
  if (last !== null && until < at) mistake(report, last, 'scenario/order', '`until` is before `at`');
  const count = Math.floor((until - at) / every) + 1;
  if (first !== null && count > mostSteps) {
    mistake(report, first, 'scenario/too-many-steps', `these are ${count} steps; a scenario has at most ${mostSteps}`);
    return [at];
  }
  return Array.from({ length: Math.max(1, count) }, (_, index) => at + index * every);
}

function readAction(
  kind: (typeof actions)[number],
  located: Located,
  at: number,
  account: string,
  reading: Reading,
): Action | null {
  const { report, names, start } = reading;
  const get = readMap(located, kind, report);
  if (get === null) return null;
  switch (kind) {
    case 'track':
      return readTrack(get, at, account, reading);
    case 'group':
      if (isAboutPeople(names))
        mistake(report, located, 'model/not-applicable', 'accounts of this model are people', 'use `identify`');
      return { kind, traits: readValues(get('traits'), accountTraits(names), start, report) };
    case 'identify': {
      const declared = isAboutPeople(names) ? accountTraits(names) : personTraits(names);
      return {
        kind,
        user: readUser(get, account, reading),
        traits: readValues(get('traits'), declared, start, report),
      };
    }
    case 'complete':
    case 'skip':
    case 'snooze':
    case 'assign':
    case 'reopen':
      return readAct(kind, get, located, at, reading);
  }
}

function readTrack(get: Values, at: number, account: string, reading: Reading): Action | null {
  const { report, names, start } = reading;
  const known = names === null ? null : Object.keys(names.model.catalog);
  const event = readName(get('event'), known, { code: 'model/unknown-event', what: 'event' }, report);
  const time = readInstant(get('time'), start, report);
  const given = get('time');
  if (given !== null && time !== null && time > at)
    mistake(
      report,
      given,
      'scenario/order',
      'an event cannot be received before it happens',
      'it happens at the step or before',
    );
  const user = readUser(get, account, reading);
  if (event === null) return null;
  const properties = readValues(get('properties'), propertiesOf(names, event), start, report);
  return { kind: 'track', event, user, properties, time: time ?? at };
}

function readUser(get: Values, account: string, { report, names }: Reading): string {
  const at = get('user');
  const user = readText(at, report);
  if (!isAboutPeople(names)) return user ?? 'somebody';
  if (at !== null && user !== null && user !== account)
    mistake(report, at, 'model/not-applicable', 'accounts of this model are people: the user is the account');
  return account;
}

function readAct(
  kind: PersonAction['kind'],
  get: Values,
  located: Located,
  at: number,
  { report, names, start }: Reading,
): Action | null {
  const moment = readName(get('moment'), names?.moments ?? null, momentCode, report);
  const by = readText(get('by'), report);
  const note = readText(get('note'), report) ?? '';
  const to = readText(get('to'), report);
  const [span, until] = [readDuration(get('for'), report), readInstant(get('until'), start, report)];
  if (kind === 'snooze' && (get('for') === null) === (get('until') === null))
    mistake(report, located, 'model/not-applicable', 'a snooze says either `for` or `until`', 'for example for: 3d');
  const end = get('until');
  if (kind === 'snooze' && end !== null && until !== null && until <= at)
    mistake(report, end, 'scenario/order', 'it can only be put off until a later time');
  if (moment === null || by === null) return null;
  const shared = { moment, by, note };
  if (kind === 'snooze') return { ...shared, kind, until: until ?? at + (span ?? 0) };
  if (kind === 'assign') return to === null ? null : { ...shared, kind, to };
  return { ...shared, kind };
}
