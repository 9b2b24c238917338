import type { SimulatedOccurrence, WeekLoad } from '../api/moments/simulation.ts';
import { paint, spaced, table } from './terminal.ts';

/** More occurrences than this are shown as sums. */
const mostShown = 200;

type Row = readonly (string | number)[];

interface Sums {
  readonly opened: number;
  readonly done: number;
  readonly missed: number;
  readonly escalated: number;
  readonly still: number;
}

const none: Sums = { opened: 0, done: 0, missed: 0, escalated: 0, still: 0 };

/** A simulation for people: occurrences or sums per account, sums per moment, and the load of each member and week. */
export class SimulationReport {
  readonly #shown: SimulatedOccurrence[] = [];
  readonly #byAccount = new Map<string, Sums>();
  readonly #byMoment = new Map<string, Sums>();
  #count = 0;
  #accounts = 0;
  #load: readonly WeekLoad[] = [];

  /** Takes in an occurrence; one that never opened is no work, nor is one that was done already when it did. */
  add(one: SimulatedOccurrence): void {
    if (one.openedAt === null || (one.doneAt !== null && one.doneAt <= one.openedAt)) return;
    this.#count += 1;
    if (this.#shown.length < mostShown) this.#shown.push(one);
    for (const [sums, key] of [
      [this.#byAccount, one.account],
      [this.#byMoment, one.moment],
    ] as const)
      sums.set(key, more(sums.get(key) ?? none, one));
  }

  end(load: readonly WeekLoad[], accounts: number): void {
    this.#load = load;
    this.#accounts = accounts;
  }

  lines(): readonly string[] {
    const accounts = `${this.#accounts} ${this.#accounts === 1 ? 'account' : 'accounts'}`;
    if (this.#count === 0) return [`No moment would have opened for ${accounts}.`];
    const all = this.#count <= this.#shown.length;
    const heading = `${this.#count} ${this.#count === 1 ? 'moment' : 'moments'} would have opened for ${accounts}.`;
    const advice = all ? '' : ' Name accounts with --account to see each of them.';
    const parts = [
      all ? occurrences(this.#shown.toSorted(byOpening)) : sumsTable('account', this.#byAccount),
      sumsTable('moment', this.#byMoment),
      ...(this.#load.length === 0 ? [] : [weeks(this.#load), verdict(this.#load)]),
    ];
    return spaced([[paint('bold', heading, process.stdout) + advice], ...parts]);
  }
}

function byOpening(one: SimulatedOccurrence, other: SimulatedOccurrence): number {
  const key = ({ account, openedAt }: SimulatedOccurrence): string => `${account} ${openedAt}`;
  return key(one) < key(other) ? -1 : 1;
}

function more(sums: Sums, { state, escalations }: SimulatedOccurrence): Sums {
  return {
    opened: sums.opened + 1,
    done: sums.done + (state === 'done' ? 1 : 0),
    missed: sums.missed + (state === 'missed' ? 1 : 0),
    escalated: sums.escalated + (escalations.length > 0 ? 1 : 0),
    still: sums.still + (state === 'open' ? 1 : 0),
  };
}

function occurrences(all: readonly SimulatedOccurrence[]): string[] {
  const rows = all.map((one): Row => [
    one.account,
    one.moment,
    minute(one.openedAt),
    minute(one.dueAt),
    one.state === 'done' ? `done ${minute(one.doneAt)}` : one.state,
    one.owner ?? '',
    one.escalations.length === 0 ? '' : `escalated ${one.escalations.length}×`,
  ]);
  return table([['account', 'moment', 'opened', 'due', 'state', 'owner', ''], ...rows]);
}

function sumsTable(what: string, sums: ReadonlyMap<string, Sums>): string[] {
  const rows = [...sums]
    .toSorted(([, a], [, b]) => b.opened - a.opened)
    .map(([name, one]): Row => [name, one.opened, one.done, one.missed, one.escalated, one.still]);
  return table([[what, 'opened', 'done', 'missed', 'escalated', 'open at the end'], ...rows]);
}

function weeks(load: readonly WeekLoad[]): string[] {
  const rows = load.map(({ week, owner, occurrences: count, minutes, capacity }): Row => [
    week,
    owner ?? 'nobody',
    count,
    minutes,
    capacity === null ? '' : capacity,
    capacity === null ? '' : `${Math.round((100 * minutes) / Math.max(1, capacity))} %`,
  ]);
  return table([['week of', 'owner', 'got', 'minutes', 'of', ''], ...rows]);
}

/** Would my team drown? */
function verdict(load: readonly WeekLoad[]): string[] {
  if (load.every(({ owner }) => owner === null))
    return ['There is no team yet, so nobody would have had it: rapport member add.'];
  const over = load.filter(({ minutes, capacity }) => capacity !== null && minutes > capacity);
  if (over.length === 0) return ['Nobody would have had more than the minutes of their week.'];
  const total = new Set(load.map(({ week }) => week)).size;
  return [...Map.groupBy(over, ({ owner }) => owner)].map(([owner, own]) => {
    const fullest = own.toSorted((a, b) => b.minutes - a.minutes)[0];
    return `${owner} would have had too much in ${own.length} of ${total} weeks; the fullest is that of ${fullest?.week}: ${fullest?.minutes} of ${fullest?.capacity} minutes.`;
  });
}

function minute(iso: string | null): string {
  return iso === null ? '' : iso.slice(0, 16).replace('T', ' ');
}
