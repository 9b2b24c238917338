import type { Message } from '../loader/message.ts';
import type { AliasFact } from './aliases.ts';

/** Who is who, as messages say: identify and alias calls link ids. */
export function aliasFacts(messages: readonly Message[]): AliasFact[] {
  const facts: AliasFact[] = [];
  for (const { kind, userId, anonymousId, previousId, time } of messages) {
    if (kind === 'identify' && userId !== '' && anonymousId !== '') {
      facts.push({ alias: anonymousId, personId: userId, linkedAt: time });
    } else if (kind === 'alias') {
      facts.push({ alias: previousId, personId: userId || anonymousId, linkedAt: time });
    }
  }
  return facts;
}

/** Who belongs where, as a group call says: the sender joins the group. Null for other calls. */
export function membershipFact(event: {
  readonly kind: string;
  readonly userId: string;
  readonly anonymousId: string;
  readonly groupId: string;
  readonly time: number;
}): { sender: string; joinedAt: number; accountId: string } | null {
  const sender = event.userId || event.anonymousId;
  if (event.kind !== 'group' || sender === '' || event.groupId === '') return null;
  return { sender, joinedAt: event.time, accountId: event.groupId };
}
