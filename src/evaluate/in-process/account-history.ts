import { midnightOf } from '../../compile/columns/merge.ts';
import type { Deciding } from '../deciding.ts';
import type { ReceivedTrait, StoredHistory } from '../history.ts';
import type { Known } from './known.ts';
import type { Slice } from './merge.ts';
import type { ReceivedEvent } from './raw-event.ts';
import type { Reducer } from './reduce.ts';
import type { TraitRow } from './trait-states.ts';

const dayMs = 86_400_000;

/** A day (00:00, 24:00] with its events; the slice is made when the whole day is asked for. */
interface Day {
  readonly events: ReceivedEvent[];
  slice: Slice | null;
}

/**
 * The stored history of one account as it came in: at an instant only what was received by then is there. It moves forward
 * only. A day that is over is put together once, so that many looks cost little more than one.
 */
export class AccountHistory {
  readonly account: string;
  readonly #reduce: Reducer;
  readonly #events: readonly ReceivedEvent[];
  readonly #traits: readonly ReceivedTrait[];
  readonly #days = new Map<number, Day>();
  readonly #known = new Map<string, TraitRow[]>();
  #nextEvent = 0;
  #nextTrait = 0;
  #since = Infinity;

  constructor(account: string, { events, traits }: StoredHistory, reduce: Reducer) {
    this.account = account;
    this.#reduce = reduce;
    this.#events = events.toSorted((a, b) => a.receivedAt - b.receivedAt);
    this.#traits = traits.toSorted((a, b) => a.receivedAt - b.receivedAt);
  }

  /** The earliest instant that is known of by now; infinite before anything was received. */
  get knownSince(): number {
    return this.#since;
  }

  /** When anything came first; infinite when nothing ever did. */
  get firstArrival(): number {
    return Math.min(this.#events[0]?.receivedAt ?? Infinity, this.#traits[0]?.receivedAt ?? Infinity);
  }

  /** When something came in that can change what is decided, rising, each instant once. */
  arrivals({ matters, traits }: Pick<Deciding, 'matters' | 'traits'>): readonly number[] {
    let since = Infinity;
    const tells = (event: ReceivedEvent): boolean => {
      const isEarlier = event.time < since; // it was known for longer than was thought
      since = Math.min(since, event.time);
      return isEarlier || matters(event);
    };
    const instants = [
      this.firstArrival,
      ...this.#events.filter(tells).map(({ receivedAt }) => receivedAt),
      ...this.#traits.filter(({ name }) => traits.has(name)).map(({ receivedAt }) => receivedAt),
    ];
    return [...new Set(instants)].toSorted((a, b) => a - b);
  }

  /** Takes in what was received up to an instant; returns the events among it. */
  advance(until: number): readonly ReceivedEvent[] {
    const from = this.#nextEvent;
    for (let event = this.#events[from]; event !== undefined && event.receivedAt <= until;) {
      const start = midnightOf(event.time - 1);
      const day = this.#days.get(start) ?? { events: [], slice: null };
      day.events.push(event);
      day.slice = null;
      this.#days.set(start, day);
      this.#since = Math.min(this.#since, event.time);
      event = this.#events[++this.#nextEvent];
    }
    for (let trait = this.#traits[this.#nextTrait]; trait !== undefined && trait.receivedAt <= until;) {
      const rows = this.#known.get(trait.name);
      if (rows === undefined) this.#known.set(trait.name, [trait.row]);
      else rows.push(trait.row);
      this.#since = Math.min(this.#since, trait.row[0]);
      trait = this.#traits[++this.#nextTrait];
    }
    return this.#events.slice(from, this.#nextEvent);
  }

  /** What is known as of an instant, of which windows cut some days (`Plan.edgeDays`). */
  known(asOf: number, edgeDays: readonly number[]): Known {
    const slices: Slice[] = [];
    for (const [start, day] of this.#days) {
      if (start + dayMs > asOf || edgeDays.includes(start)) continue;
      day.slice ??= this.#reduce(day.events, [])[0] ?? null;
      if (day.slice !== null) slices.push(day.slice);
    }
    return { slices, events: this.eventsOf(edgeDays), traits: this.#known };
  }

  /** The events of some days, given by their starts. */
  eventsOf(days: readonly number[]): readonly ReceivedEvent[] {
    return days.flatMap((start) => this.#days.get(start)?.events ?? []);
  }
}
