import { type BandState, decideBand, dwellEnds } from '../../evaluate/band.ts';
import type { Deciding } from '../../evaluate/deciding.ts';
import type { AccountHistory } from '../../evaluate/in-process/account-history.ts';
import type { Instant, Observation } from '../../evaluate/in-process/instants.ts';
import { nextChange } from '../../evaluate/next-change.ts';
import { type Act, applyAct } from '../../moments/act.ts';
import { decide } from '../../moments/decide.ts';
import type { Journey, OccurrenceChange } from '../../moments/journey.ts';
import { observe, seenEvent } from '../../moments/observe.ts';
import { needsOf } from '../lifecycle.ts';
import { AskedEvents } from './asked-events.ts';

const dayMs = 86_400_000;

/** What the accounts of a replay share. */
export interface WalkSetting {
  readonly workspace: string;
  readonly deciding: Deciding;
  /** Of the model, as occurrences carry it. */
  readonly version: number;
  /** Since when moments are decided: the first look. UTC milliseconds. */
  readonly from: number;
  readonly instantAt: (asOf: number) => Instant;
}

/** Where an account stands between two looks. Plain and serialisable, besides its history. */
export interface Standing {
  readonly band: BandState | null;
  readonly journey: Journey | null;
  readonly nextAt: number | null;
  /** The last look; null before the first. */
  readonly at: number | null;
}

/** A change, and the simulated look that made it. */
export interface SimulatedChange {
  readonly at: number;
  readonly region: string;
  readonly change: OccurrenceChange;
}

/** Nothing is known yet. */
export const unseen: Standing = { band: null, journey: null, nextAt: null, at: null };

/**
 * Walks one account through its history as the live loop would have: it looks when something that matters comes in, when
 * `nextAt` comes, and, where the band counts, each midnight. Goes on from where it stands, up to an instant and with it.
 * Pure: the clock is simulated, and a look sees what was received by then.
 */
export class Walk {
  readonly #setting: WalkSetting;
  readonly #history: AccountHistory;
  readonly #arrivals: readonly number[];
  readonly #asked = new AskedEvents();
  #standing: Standing;
  #region = '';
  #segment = '';
  #nextArrival = 0;

  constructor(setting: WalkSetting, history: AccountHistory, standing: Standing = unseen) {
    this.#setting = setting;
    this.#history = history;
    this.#standing = standing;
    this.#arrivals = history.arrivals(setting.deciding);
    if (standing.at !== null) this.#moveTo(standing.at);
  }

  get account(): string {
    return this.#history.account;
  }

  /** The next look; infinite when there is none. */
  get nextLook(): number {
    return this.#nextLook();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** The trait `region` at the last look. */
  get region(): string {
    return this.#region;
  }

  /** The segment at the last look, '' when there is none. */
  get segment(): string {
    return this.#segment;
  }

  /** The changes up to an instant, in order. */
  until(end: number): readonly SimulatedChange[] {
    const changes: SimulatedChange[] = [];
    for (let at = this.#nextLook(); at <= end; at = this.#nextLook()) {
      this.#moveTo(at);
      changes.push(...this.#look(at));
    }
    return changes;
  }

  /** Somebody acts, not later than the next look, which then follows at once. Nothing when the act is not possible. */
  act(act: Act, at: number): readonly SimulatedChange[] {
    const { journey } = this.#standing;
    const result = journey === null ? null : applyAct(this.#setting.deciding.compiled.model, journey, act, at);
    if (result?.kind !== 'applied') return [];
    this.#standing = { ...this.#standing, journey: result.journey, nextAt: at };
    return result.changes.map((change) => ({ at, region: this.#region, change }));
  }

  #nextLook(): number {
    const { at, nextAt } = this.#standing;
    if (at === null) return Math.max(this.#setting.from, this.#history.firstArrival);
    const midnight = this.#setting.deciding.seesBand ? (Math.floor(at / dayMs) + 1) * dayMs : Infinity;
    return Math.min(nextAt ?? Infinity, midnight, this.#arrivals[this.#nextArrival] ?? Infinity);
  }

  #moveTo(at: number): void {
    const { asksFor, compiled } = this.#setting.deciding;
    for (const event of this.#history.advance(at))
      if (asksFor(event.name)) for (const seen of seenEvent(compiled.model, event)) this.#asked.add(seen);
    while ((this.#arrivals[this.#nextArrival] ?? Infinity) <= at) this.#nextArrival += 1;
  }

  #look(at: number): SimulatedChange[] {
    const before = this.#standing;
    const seen = this.#setting.instantAt(at).observe(this.#history);
    if (seen === null) {
      this.#standing = { ...before, at };
      return [];
    }
    const band = this.#bandAt(seen, at);
    const { nextAt } = before;
    // At midnight only the band is looked at, as live: moments are when an event or their instant comes.
    const isNight = at % dayMs === 0 && (nextAt === null || nextAt > at) && before.journey !== null;
    if (isNight && !this.#arrivedAt(at)) {
      this.#standing = { ...before, band, at, nextAt };
      return [];
    }
    return this.#decide(seen, band, at);
  }

  #arrivedAt(at: number): boolean {
    return this.#arrivals[this.#nextArrival - 1] === at;
  }

  #bandAt({ answer }: Observation, at: number): BandState {
    const { score, coverage, triggered } = answer;
    const observed = { score, coverage, hardTrigger: triggered.length > 0 };
    return decideBand(this.#standing.band, observed, at, this.#setting.deciding.compiled.model.score);
  }

  #decide(seen: Observation, band: BandState, at: number): SimulatedChange[] {
    const { workspace, deciding, version, from } = this.#setting;
    const { model } = deciding.compiled;
    const { account, knownSince } = this.#history;
    const observed = observe(model, {
      workspace,
      account,
      now: at,
      knownSince,
      watchedSince: from,
      segment: seen.answer.segment,
      scope: seen.scope,
      band: band.band,
      events: [],
    });
    const { journey: before } = this.#standing;
    const events = this.#asked.needed(needsOf(model, account, before, from));
    const { journey, changes, nextAt } = decide(model, version, before, { ...observed, events });
    const changesAt = nextChange(account, deciding.watched, observed.scope, seen.events);
    const dwells = deciding.seesBand ? dwellEnds(band, model.score) : null;
    const next = Math.min(...[nextAt, changesAt, dwells].filter((one) => one !== null));
    this.#standing = { band, journey, nextAt: Number.isFinite(next) ? Math.max(next, at + 1) : null, at };
    this.#region = String(observed.traits['region'] ?? '');
    this.#segment = observed.segment;
    return changes.map((change) => ({ at, region: this.#region, change }));
  }
}
