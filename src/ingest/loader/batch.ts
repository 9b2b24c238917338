import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { EventStore } from '../../store/events/store.ts';
import type { State, StateStore } from '../../store/state/store.ts';
import type { Identity } from '../identity/attribution.ts';
import type { AliasFact } from '../identity/aliases.ts';
import type { Timeline } from '../identity/memberships.ts';
import type { StoredEvent } from '../identity/stored-events.ts';
import type { IngestCounters } from '../reasons.ts';
import type { SpoolRecord } from '../spool/frame.ts';
import type { Tail } from '../tail.ts';
import type { Item, Message, Rejected } from './message.ts';
import type { Draft } from './shape.ts';

/** Account → its touched days (numbers as of `dayOf`), and when the oldest event behind the mark was received. */
export type Marks = ReadonlyMap<string, { readonly days: ReadonlySet<number>; readonly receivedAt: number }>;

/** What loading needs from outside. */
export interface LoadDeps {
  readonly events: EventStore;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: IngestCounters;
  readonly tail: Tail;
  /** Called before each step; measures and tests hang here. */
  readonly onStep?: (step: string, batch: LoadBatch) => void;
  /** What the rest of Rapport does with a load, within the transaction that remembers it. */
  readonly follow?: (batch: LoadBatch, state: State) => Promise<Followed>;
}

/** What followed a load. */
export interface Followed {
  /** Accounts that are evaluated already and need no mark. */
  readonly evaluated: ReadonlySet<string>;
  /** Called once the transaction is committed. */
  readonly committed: () => void;
}

/** A stored event that belongs to somebody else than was known when it was stored. */
export interface Move {
  readonly event: StoredEvent;
  readonly account: string;
  readonly person: string;
}

/** What the messages say about who is who, compared with what was known. */
export interface IdentityChange {
  readonly links: readonly AliasFact[];
  /** Every id of the people concerned → its canonical person now. */
  readonly people: ReadonlyMap<string, string>;
  /** Canonical person → timeline, where the stored one says something else. */
  readonly timelines: ReadonlyMap<string, Timeline>;
}

/** The events of one workspace in one segment, on their way. Each step fills in its part; the order is in `steps.ts`. */
export interface LoadBatch {
  readonly workspace: string;
  readonly segment: string;
  /** No earlier try to load it can have stored anything that matters. `dedupe` may find that out. */
  fresh: boolean;
  /** Events count as received at their own time. */
  readonly isHistory: boolean;
  /** Epoch milliseconds at the start of the load. */
  readonly now: number;
  readonly records: readonly { readonly record: SpoolRecord; readonly position: number }[];
  items: Item[];
  drafts: (Draft | null)[];
  messages: Message[];
  rejected: Rejected[];
  /** Indexes of messages whose id is stored already, by another segment or earlier in this one. */
  duplicates: number[];
  /** Ids that an earlier try of this very segment has stored. */
  stored: ReadonlySet<string>;
  identity: Identity;
  change: IdentityChange;
  /** Stored events of the people concerned. */
  known: readonly StoredEvent[];
  /** Where any version of them ever lay, if an earlier try may have moved them without leaving marks. */
  places: readonly { readonly account: string; readonly time: number }[];
  moves: Move[];
  /** Rows that an interrupted move should have removed. */
  leftovers: readonly StoredEvent[];
  /** JSON lines; those of new events are written while they are inserted. */
  rows: { moves: string[]; traits: string[]; deadLetters: string[] };
  marks: Marks;
  /** The revision that this batch gave to each marked account. */
  revisions: ReadonlyMap<string, number>;
}

/** A batch before the first step. */
export function newBatch(
  given: Pick<LoadBatch, 'workspace' | 'segment' | 'fresh' | 'isHistory' | 'now' | 'records'> & {
    readonly items?: Item[];
  },
): LoadBatch {
  return {
    items: [],
    ...given,
    drafts: [],
    messages: [],
    rejected: [],
    duplicates: [],
    stored: new Set(),
    identity: {
      accountKind: 'group',
      links: new Map(),
      timelines: new Map(),
      accounts: new Map(),
      byDomain: new Map(),
    },
    change: { links: [], people: new Map(), timelines: new Map() },
    known: [],
    places: [],
    moves: [],
    leftovers: [],
    rows: { moves: [], traits: [], deadLetters: [] },
    marks: new Map(),
    revisions: new Map(),
  };
}
