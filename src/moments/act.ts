import {
  hasEnded,
  type Journey,
  type MomentModel,
  type Occurrence,
  type OccurrenceChange,
  type Reason,
} from './journey.ts';
import { change, verdict } from './look.ts';

/** What a person does with an occurrence. */
export type Act = {
  readonly occurrence: string;
  readonly member: string;
  /** What happened, or why; a skip needs one. */
  readonly note: string;
  /** The key that acts for the member. */
  readonly through?: string;
  /** The event that wrote the contact down. */
  readonly interaction?: string;
} & (
  | { readonly kind: 'complete' | 'skip' | 'reopen' }
  | { readonly kind: 'snooze'; readonly until: number }
  /** To a member. */
  | { readonly kind: 'assign'; readonly to: string }
);

export type ActResult =
  | { readonly kind: 'applied'; readonly journey: Journey; readonly changes: readonly OccurrenceChange[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly message: string };

/** Why an act is refused. */
export type Refusal =
  | 'unknownOccurrence'
  | 'unknownMoment'
  | 'alreadyEnded'
  | 'notEnded'
  | 'reasonMissing'
  | 'notLater';

/**
 * Applies a person's act. It does not decide: a journey should be decided as of `now` before, and again after it, since a
 * completed moment can end a phase.
 */
export function applyAct(model: MomentModel, journey: Journey, act: Act, now: number): ActResult {
  const one = journey.occurrences.find(({ id }) => id === act.occurrence);
  const refusal = one === undefined ? 'unknownOccurrence' : refusalOf(model, one, act, now);
  if (one === undefined || refusal !== null) {
    const code = refusal ?? 'unknownOccurrence';
    return { kind: 'refused', refusal: code, message: messages[code] };
  }
  const { member, note, through, interaction } = act;
  const by: Reason = {
    kind: 'person',
    member,
    note,
    ...(through === undefined ? {} : { through }),
    ...(interaction === undefined ? {} : { interaction }),
  };
  return { kind: 'applied', ...verdict(journey, [change(one, effectOf(one, act, by, now), by)], Infinity) };
}

const messages: Readonly<Record<Refusal, string>> = {
  unknownOccurrence: 'There is no such occurrence.',
  unknownMoment: 'The model does not have this moment any more.',
  alreadyEnded: 'It has ended. Open it again first.',
  notEnded: 'It has not ended.',
  reasonMissing: 'Say why it is skipped.',
  notLater: 'It can only be put off until a later time.',
};

function refusalOf({ moments }: MomentModel, one: Occurrence, act: Act, now: number): Refusal | null {
  if (act.kind === 'reopen') {
    if (!hasEnded(one)) return 'notEnded';
    return moments.some(({ id }) => id === one.moment) ? null : 'unknownMoment';
  }
  if (hasEnded(one)) return 'alreadyEnded';
  if (act.kind === 'skip' && act.note.trim() === '') return 'reasonMissing';
  return act.kind === 'snooze' && act.until <= now ? 'notLater' : null;
}

function effectOf(one: Occurrence, act: Act, by: Reason, now: number): Partial<Occurrence> {
  switch (act.kind) {
    case 'complete':
      return { state: 'done', endedAt: now, endedBy: by, snoozedUntil: null };
    case 'skip':
      return { state: 'skipped', endedAt: now, endedBy: by, snoozedUntil: null };
    case 'snooze':
      return { snoozedUntil: act.until, touched: true };
    case 'assign':
      return { assignedTo: act.to, touched: true };
    case 'reopen': {
      const early = one.openedAt === null && one.opensAt > now;
      const opened = early
        ? ({ state: 'planned' } as const)
        : ({ state: 'open', openedAt: one.openedAt ?? now } as const);
      return { ...opened, endedAt: null, endedBy: null, reopenedAt: now, touched: true };
    }
  }
}
