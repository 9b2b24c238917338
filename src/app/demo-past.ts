import { type Deed, deedFor } from '../demo/work.ts';
import { nextTurn } from '../lib/turn.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Moment } from '../model/resolved-moments.ts';
import type { Act } from '../moments/act.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import {
  type DecidedJourney,
  type OwnedChange,
  type OwnedOccurrence,
  writeChanges,
  writeDecided,
  writeOccurrences,
} from './journeys.ts';
import { type OwnerFinder, SimulatedTeam } from './replay/owners.ts';
import type { SimulatedChange, Walk } from './replay/walk.ts';
import { walks } from './replay.ts';
import { readTeam } from './team.ts';

/** What came of the past of the accounts: rows to write. */
interface Past {
  readonly journeys: DecidedJourney[];
  readonly occurrences: Map<string, OwnedOccurrence>;
  readonly changes: OwnedChange[];
  /** Roles that pools gave, by account and role. */
  readonly roles: Map<string, GivenRole>;
}

interface GivenRole {
  readonly account: string;
  readonly role: string;
  readonly member: string;
  readonly at: number;
}

/**
 * Lets an account after account live through the time from `from` to `to` under the live model, as the loops would have
 * decided it then, with a team that does its work more or less in time. Writes what came of it: journeys, occurrences
 * with their history, and roles. For a workspace in which nothing was decided before.
 */
export async function liveThrough(
  core: Core,
  workspace: string,
  { seed, from, to }: { readonly seed: number; readonly from: number; readonly to: number },
): Promise<void> {
  const live = await core.models.live(workspace);
  if (live === null) return;
  const { version, accountKind } = live;
  const { model } = live.compiled;
  const team = new SimulatedTeam(await core.state.within(workspace, (db) => readTeam(db, from)), model.moments);
  const past: Past = { journeys: [], occurrences: new Map(), changes: [], roles: new Map() };
  const everybody = { workspace, model, version, accountKind, from, to, accounts: null };
  for await (const block of walks(core, everybody))
    for (const walk of block.walks ?? []) {
      await nextTurn();
      new Life(walk, model, team.of(walk.account, []), seed, past).until(to);
    }
  await core.state.within(workspace, (db) => write(db, workspace, version, past, to));
}

/** One account and who works for it. */
class Life {
  readonly #walk: Walk;
  readonly #moments: ReadonlyMap<string, Moment>;
  readonly #ownerOf: OwnerFinder;
  readonly #seed: number;
  readonly #past: Past;
  /** What will be done about occurrences, by their ids. */
  readonly #deeds = new Map<string, Deed | null>();

  constructor(walk: Walk, model: ResolvedModel, ownerOf: OwnerFinder, seed: number, past: Past) {
    this.#walk = walk;
    this.#moments = new Map(model.moments.map((moment) => [moment.id, moment]));
    this.#ownerOf = ownerOf;
    this.#seed = seed;
    this.#past = past;
  }

  until(to: number): void {
    for (;;) {
      const act = this.#nextAct();
      const look = this.#walk.nextLook;
      if (Math.min(act?.at ?? Infinity, look) > to) break;
      if (act !== null && act.at <= look) this.#note(this.#walk.act(act.act, act.at));
      else this.#note(this.#walk.until(look));
    }
    const { journey, nextAt } = this.#walk.standing;
    if (journey !== null) this.#past.journeys.push({ account: this.#walk.account, journey, nextAt });
  }

  /** The first of the deeds for what is open. */
  #nextAct(): { readonly at: number; readonly act: Act } | null {
    let next: { readonly at: number; readonly act: Act } | null = null;
    for (const { id, state } of this.#walk.standing.journey?.occurrences ?? []) {
      const deed = this.#deeds.get(id) ?? null;
      if (state !== 'open' || deed === null || (next !== null && next.at <= deed.at)) continue;
      const member = this.#past.occurrences.get(id)?.owner?.member;
      if (member === undefined) continue;
      next = { at: deed.at, act: { kind: deed.kind, occurrence: id, member, note: deed.note } };
    }
    return next;
  }

  #note(changes: readonly SimulatedChange[]): void {
    const { account } = this.#walk;
    for (const { at, region, change } of changes) {
      const { after } = change;
      const moment = this.#moments.get(after.moment) ?? null;
      const owner = this.#ownerOf(after, region, at);
      this.#past.occurrences.set(after.id, { account, occurrence: after, moment, owner, at });
      this.#past.changes.push({ ...change, owner: owner?.member ?? null, at });
      if (owner === null) continue;
      const key = JSON.stringify([account, owner.role]);
      if (owner.role !== null && !this.#past.roles.has(key))
        this.#past.roles.set(key, { account, role: owner.role, member: owner.member, at });
      if (after.state !== 'open' || moment === null || this.#deeds.has(after.id)) continue;
      const work = { account, moment: after.moment, since: at, dueAt: after.dueAt, endsByEvent: moment.done !== null };
      this.#deeds.set(after.id, deedFor(this.#seed, work));
    }
  }
}

async function write(db: State, workspace: string, version: number, past: Past, at: number): Promise<void> {
  await writeDecided(db, workspace, version, past.journeys, new Map());
  await writeOccurrences(db, workspace, [...past.occurrences.values()], at);
  await writeChanges(db, workspace, past.changes, at);
  const roles = [...past.roles.values()].map((one) => ({
    workspace_id: workspace,
    account_id: one.account,
    role: one.role,
    member_id: one.member,
    from_at: new Date(one.at),
    until_at: null,
    given_by: 'pool',
  }));
  if (roles.length > 0) await db.insertInto('account_role').values(roles).execute();
}
