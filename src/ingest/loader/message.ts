import type { EventRow } from '../../store/events/tables.ts';
import type { DropReason, Flag } from '../reasons.ts';
import type { TypedProperties } from '../../model/typed.ts';

/** A message as the Segment specification has it; what imports hand in. Everything may be missing or wrong. */
export interface SegmentMessage {
  readonly type?: unknown;
  readonly messageId?: unknown;
  readonly userId?: unknown;
  readonly anonymousId?: unknown;
  readonly groupId?: unknown;
  readonly previousId?: unknown;
  readonly event?: unknown;
  readonly name?: unknown;
  readonly category?: unknown;
  readonly properties?: unknown;
  readonly traits?: unknown;
  readonly context?: unknown;
  /** ISO 8601, or epoch milliseconds or seconds. */
  readonly timestamp?: unknown;
  readonly originalTimestamp?: unknown;
  readonly sentAt?: unknown;
}

/** One event on its way through the steps. Shaped by `shape`; `time`, `person` and `account` are filled in by later steps. */
export interface Message {
  readonly kind: EventRow['kind'];
  readonly name: string;
  /** messageId, or made of segment and position. */
  readonly id: string;
  readonly userId: string;
  readonly anonymousId: string;
  /** '' when the sender named no account. */
  readonly groupId: string;
  /** Of an alias call. */
  readonly previousId: string;
  /** Properties, or the traits of identify and group. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Traits of the person that this message sets, or null. */
  readonly personTraits: Readonly<Record<string, unknown>> | null;
  readonly context: unknown;
  readonly timestamp: unknown;
  readonly sentAt: unknown;
  readonly receivedAt: number;
  readonly source: string;
  /** Where it stood in its segment. */
  readonly index: number;
  /** UTC, epoch milliseconds. */
  time: number;
  person: string;
  account: string;
  /** The properties as they are inserted; null until then, and for a row that an earlier try has inserted. */
  stored: TypedProperties | null;
}

/** An item of a segment before it is understood. */
export interface Item {
  readonly value: unknown;
  /** Batch-level fields that hold for every item. */
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly type: EventRow['kind'] | null;
  readonly receivedAt: number | null;
  readonly source: string;
  readonly route: string;
  readonly index: number;
  /** Set when the item must not be looked at: its batch is over the limit. */
  readonly refused: DropReason | null;
  /** The request as it came, for items that cannot be written out again. */
  readonly raw: Buffer | null;
}

/** An event that was refused. */
export interface Rejected {
  readonly index: number;
  readonly reason: DropReason;
  readonly detail: string;
  readonly item: Item;
  readonly receivedAt: number;
}

/** What a decision about one message comes to. */
export type Checked =
  | { readonly message: Message; readonly flags: readonly Flag[] }
  | { readonly reason: DropReason; readonly detail: string };
