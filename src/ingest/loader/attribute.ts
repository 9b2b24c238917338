import { attribute } from '../identity/attribution.ts';
import type { LoadBatch } from './batch.ts';

/** Step 7: whose each event is; and which stored events belong elsewhere now. */
export function attributeAll(batch: LoadBatch): void {
  const { identity } = batch;
  for (const message of batch.messages) {
    const { person, account } = attribute(identity, message);
    message.person = person;
    message.account = account;
  }
  for (const event of batch.known) {
    const { person, account } = attribute(identity, {
      userId: event.user_id,
      anonymousId: event.anonymous_id,
      groupId: event.group_id,
      time: event.time,
    });
    // A removed row as the newest one: its move was interrupted, so it is put where it belongs.
    if (event.account !== account || event.person !== person || event.deleted === 1) {
      batch.moves.push({ event, account, person });
    }
  }
}
