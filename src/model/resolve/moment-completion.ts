import type { Completion, Trigger } from '../resolved-moments.ts';
import { alwaysHolds } from './constant.ts';
import { isBroken, type Resolving, reportKey } from './context.ts';
import { conditionAt, eventTestAt, isCovered } from './event-test.ts';
import type { MomentParts } from './moment-context.ts';
import { accountNames } from './names.ts';
import { oneOf } from './one-of.ts';

/** Reads what completes a moment besides a person; null: nothing, undefined after a mistake. */
export function completionOf(
  resolving: Resolving,
  parts: MomentParts,
  trigger: Trigger | null,
): Completion | null | undefined {
  const { authored } = parts;
  if (authored.done === undefined) return null;
  const done = readDone(resolving, parts, authored.done);
  if (done === undefined || trigger === null) return done;
  const isAtOnce =
    done.kind === 'condition'
      ? alwaysHolds(done.when) || openers(trigger, parts).some((one) => isSame(one, done))
      : openers(trigger, parts).some((one) => one.kind === 'event' && isCovered(one.test, done.test));
  if (!isAtOnce) return done;
  reportKey(
    resolving,
    [...parts.path, 'done'],
    'moment/done-at-once',
    `what opens ${parts.id} also completes it`,
    'name what happens afterwards',
  );
  return undefined;
}

function readDone(
  resolving: Resolving,
  { id, path: momentPath, known }: MomentParts,
  authored: NonNullable<MomentParts['authored']['done']>,
): Completion | undefined {
  const path = [...momentPath, 'done'];
  const kind = oneOf(resolving, path, authored, ['on', 'when'], {
    what: `moment ${id}`,
    does: 'what completes',
    none: 'moment/not-one',
    several: 'moment/not-one',
  });
  if (authored.where !== undefined && authored.on === undefined && !isBroken(resolving, [...path, 'on']))
    reportKey(resolving, [...path, 'where'], 'model/not-applicable', 'where only filters the events of on');
  if (kind === 'on') {
    const events = { events: authored.on, where: authored.where };
    const test = eventTestAt(resolving, known.vocabulary, path, 'on', events);
    return test === null ? undefined : { kind: 'event', test };
  }
  if (kind === null) return undefined;
  const names = accountNames("a moment's condition", known, ['segment', 'band', 'score', 'coverage', 'phase']);
  const when = conditionAt(resolving, [...path, 'when'], authored.when ?? '', names);
  return when === null ? undefined : { kind: 'condition', when };
}

/** What is true or has just happened when the moment opens. After an event it is the next one that completes. */
function openers(trigger: Trigger, { authored, phases }: MomentParts): Completion[] {
  if (trigger.kind === 'condition') return [{ kind: 'condition', when: trigger.when }];
  if (trigger.kind !== 'milestone') return [];
  const starts = phases.find((one) => one.id === authored.phase)?.starts;
  return starts?.kind === 'event' || starts?.kind === 'condition' ? [starts] : [];
}

function isSame(one: Completion, other: Completion): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
