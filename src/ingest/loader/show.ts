import type { TailEntry } from '../tail.ts';
import type { LoadBatch, LoadDeps } from './batch.ts';

/** Step 11: what happened, counted, and shown to whoever watches. */
export function publishTail(batch: LoadBatch, { counters, tail }: LoadDeps): void {
  counters.accepted += batch.messages.length - batch.messages.filter(({ id }) => batch.stored.has(id)).length;
  counters.duplicates += batch.duplicates.length;
  counters.reattributed += batch.moves.length;
  for (const { reason } of batch.rejected) counters.dropped[reason]++;
  if (!tail.isWatched(batch.workspace)) return;
  const accepted = batch.messages.map((message): TailEntry => ({
    workspace: batch.workspace,
    outcome: 'accepted',
    reason: null,
    detail: '',
    id: message.id,
    kind: message.kind,
    name: message.name,
    account: message.account,
    person: message.person,
    time: message.time,
    receivedAt: message.receivedAt,
    source: message.source,
  }));
  const rejected = batch.rejected.map(({ reason, detail, item, index, receivedAt }): TailEntry => ({
    workspace: batch.workspace,
    outcome: 'rejected',
    reason,
    detail,
    id: `${batch.segment}:${index}`,
    kind: item.type ?? '',
    name: '',
    account: '',
    person: '',
    time: null,
    receivedAt,
    source: item.source,
  }));
  tail.publish(batch.workspace, [...accepted, ...rejected]);
}
