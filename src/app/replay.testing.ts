import { setTimeout as sleep } from 'node:timers/promises';
import { loadMessages } from '../ingest/loader/load-messages.ts';
import type { Cause, Journey, Reason } from '../moments/journey.ts';
import { markDue } from './due.ts';
import { evaluateDirty } from './live.ts';
import { runNight } from './nightly.ts';
import type { TestRapport } from './rapport.testing.ts';
import { drainStaleDays } from './rollups.ts';

const dayMs = 86_400_000;

/** A message as an SDK would send it, and when it comes in. */
export interface Arrival {
  readonly receivedAt: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/** The live parts on real engines under a clock that jumps from one instant at which something happens to the next. */
export class SteppedLife {
  readonly #rapport: TestRapport;
  readonly #clock: { at: number };
  readonly #workspace: string;
  #loads = 0;

  constructor(rapport: TestRapport, clock: { at: number }, workspace: string) {
    this.#rapport = rapport;
    this.#clock = clock;
    this.#workspace = workspace;
  }

  /** Brings in a history, received at its own time, before anything is decided. */
  async bring(arrivals: readonly Arrival[]): Promise<void> {
    await this.#load(arrivals, null);
    await this.#settle();
  }

  /** Lives up to an instant, and with it. */
  async until(end: number, arrivals: readonly Arrival[]): Promise<void> {
    const waiting = arrivals.toSorted((a, b) => a.receivedAt - b.receivedAt);
    await this.#settle();
    for (;;) {
      // A night is evaluated when it is over: the first instant after midnight.
      const night = Math.floor(this.#clock.at / dayMs) * dayMs + dayMs + 1;
      const at = Math.min(waiting[0]?.receivedAt ?? Infinity, await this.#nextAt(), night);
      if (at > end) return;
      this.#clock.at = at;
      if (at === night) await runNight(this.#rapport.core, this.#workspace, night - 1);
      const now = waiting.filter(({ receivedAt }) => receivedAt === at);
      waiting.splice(0, now.length);
      if (now.length > 0) await this.#load(now, at);
      await this.#settle();
    }
  }

  /** Every occurrence as it is stored, in order of id. */
  async occurrences() {
    const rows = await this.#rapport.core.state.within(this.#workspace, (db) =>
      db.selectFrom('occurrence').selectAll().orderBy('id').execute(),
    );
    return rows.map((row) => ({
      id: row.id,
      account: row.account_id,
      moment: row.moment,
      cause: row.cause as Cause,
      state: row.state,
      phase: row.phase,
      segment: row.segment,
      opensAt: row.opens_at.getTime(),
      openedAt: row.opened_at?.getTime() ?? null,
      dueAt: row.due_at?.getTime() ?? null,
      endedAt: row.ended_at?.getTime() ?? null,
      endedBy: row.ended_by as Reason | null,
      escalation: row.escalation,
      owner: row.owner_id,
      role: row.role,
      minutes: row.minutes,
      modelVersion: row.model_version,
    }));
  }

  /** The phases each account was in. */
  async phases(): Promise<ReadonlyMap<string, Journey['entered']>> {
    const rows = await this.#rapport.core.state.within(this.#workspace, (db) =>
      db.selectFrom('journey').select(['account_id', 'journey']).execute(),
    );
    return new Map(rows.map(({ account_id, journey }) => [account_id, (journey as Journey).entered]));
  }

  async #load(arrivals: readonly Arrival[], receivedAt: number | null): Promise<void> {
    this.#loads += 1;
    const { rejected } = await loadMessages(this.#rapport.ingest, {
      workspace: this.#workspace,
      source: 'life',
      segment: `life-${this.#loads}`,
      messages: arrivals.map(({ message }) => message),
      receivedAt,
    });
    if (rejected[0] !== undefined) throw new Error(`refused: ${rejected[0].reason} ${rejected[0].detail}`);
  }

  async #nextAt(): Promise<number> {
    const row = await this.#rapport.core.state.within(this.#workspace, (db) =>
      db
        .selectFrom('journey')
        .select((eb) => eb.fn.min('next_at').as('next'))
        .executeTakeFirst(),
    );
    return row?.next?.getTime() ?? Infinity;
  }

  /** Nothing is due, marked or being looked at: the loops of the process work on the same. */
  async #settle(): Promise<void> {
    const { core } = this.#rapport;
    for (;;) {
      const due = await markDue(core);
      const looked = await evaluateDirty(core);
      if (due + looked > 0) continue;
      if ((await drainStaleDays(core, this.#workspace)) > 0) continue;
      const marked = await core.state.within(this.#workspace, (db) =>
        db.selectFrom('dirty_account').select('account_id').limit(1).executeTakeFirst(),
      );
      if (marked === undefined && (await this.#nextAt()) > this.#clock.at) return;
      await sleep(5);
    }
  }
}
