import type { AccountEvent, AccountTrait } from '../evaluate/in-process/evaluate-events.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { typed } from '../model/typed.ts';
import type { Message } from './messages.ts';

/** An event with when it came. */
export type TakenEvent = AccountEvent & { readonly receivedAt: number };

const names = { group: 'Group', identify: 'Identify' } as const;

/**
 * A message as the loader would store it: an event, and the traits of its account that it sets. Scenarios name their
 * accounts, so nobody has to be found.
 */
export function takeIn(
  { account: kind }: ResolvedModel,
  message: Message,
  receivedAt: number,
): { readonly event: TakenEvent; readonly traits: readonly AccountTrait[] } {
  const { id, account, user, values, time } = message;
  const event: TakenEvent = {
    id,
    account,
    time,
    receivedAt,
    kind: message.kind,
    name: message.kind === 'track' ? message.event : names[message.kind],
    person: user,
    ...typed(values),
  };
  const setsTraits = message.kind === (kind === 'person' ? 'identify' : 'group');
  return { event, traits: setsTraits ? traitsOf(message) : [] };
}

function traitsOf({ id, account, values, time }: Message): readonly AccountTrait[] {
  const { texts, numbers, times } = typed(values);
  const given = Object.entries(texts).map(([name, text]): AccountTrait => ({
    account,
    name,
    row: [time, id, text, numbers[name] ?? null, times[name] ?? null, 1],
  }));
  const removed = Object.keys(values).filter((name) => values[name] === null);
  return [...given, ...removed.map((name): AccountTrait => ({ account, name, row: [time, id, '', null, null, 0] }))];
}
