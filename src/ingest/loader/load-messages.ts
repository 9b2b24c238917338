import type { DropReason } from '../reasons.ts';
import { type LoadDeps, newBatch } from './batch.ts';
import { dayName } from './day.ts';
import type { SegmentMessage } from './message.ts';
import { runSteps } from './steps.ts';

/** A chunk of messages that does not come through the spool: imports and the demo. */
export interface MessagesToLoad {
  readonly workspace: string;
  /** Shown with the events, as 'import:orders'. */
  readonly source: string;
  /** Names the chunk. The same chunk again under the same name changes nothing. */
  readonly segment: string;
  readonly messages: readonly SegmentMessage[];
  /** Epoch milliseconds, or null: history, received at its own time. */
  readonly receivedAt: number | null;
}

/** What the load did to the stores. */
export interface LoadReport {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly reason: DropReason; readonly detail: string }[];
  /** Accounts whose events changed. */
  readonly accounts: readonly string[];
  /** Account-days that changed. */
  readonly days: readonly { readonly account: string; readonly day: string }[];
}

/** Loads messages by the same steps as the spool's segments, under the same lock. Chunks of 50,000 to 100,000 are fast. */
export async function loadMessages(deps: LoadDeps, given: MessagesToLoad): Promise<LoadReport> {
  const { workspace, segment, source, receivedAt } = given;
  const shared = { envelope: {}, type: null, receivedAt, source, route: 'import', refused: null, raw: null };
  const items = given.messages.map((value, index) => ({ ...shared, value, index }));
  const now = deps.clock.now();
  const batch = newBatch({ workspace, segment, fresh: false, isHistory: receivedAt === null, now, records: [], items });
  await deps.state.exclusively(`load:${workspace}`, () => runSteps(batch, deps));
  return {
    accepted: batch.messages.filter(({ id }) => !batch.stored.has(id)).length,
    duplicates: batch.duplicates.length + batch.messages.filter(({ id }) => batch.stored.has(id)).length,
    rejected: batch.rejected.map(({ index, reason, detail }) => ({ index, reason, detail })),
    accounts: [...batch.marks.keys()],
    days: [...batch.marks].flatMap(([account, { days }]) => [...days].map((day) => ({ account, day: dayName(day) }))),
  };
}
