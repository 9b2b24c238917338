import { sql } from 'kysely';
import type { ActBody } from '../api/moments/shapes.ts';
import { Problem } from '../api/problem.ts';
import { inBand } from '../evaluate/band.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { LoadDeps } from '../ingest/loader/batch.ts';
import { loadMessages } from '../ingest/loader/load-messages.ts';
import type { Spool } from '../ingest/spool/spool.ts';
import type { Clock } from '../lib/clock.ts';
import { randomId } from '../lib/id.ts';
import { silentLog } from '../lib/log.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Cause, Journey, Reason } from '../moments/journey.ts';
import type { Message } from '../scenarios/messages.ts';
import { nextNight, nightAt, nightsShow } from '../scenarios/nights.ts';
import type { ModelText, PersonAction, Scenario, ScenarioFile } from '../scenarios/scenario.ts';
import { inOrder, type Seen, type SeenChange, type SeenOccurrence, type World } from '../scenarios/world.ts';
import type { Stores } from '../store/open.ts';
import { act } from './acts.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { markDue } from './due.ts';
import { readJourneys } from './journeys.ts';
import { lifecycleReader } from './lifecycle.ts';
import { evaluateDirty } from './live.ts';
import { runNight } from './nightly.ts';
import { openCore, openSpool } from './open-core.ts';
import { publish } from './publish.ts';
import { drainStaleDays, refreshDays } from './rollups.ts';
import { createWorkspace } from './workspaces.ts';

/** The engines with a clock that only moves when it is told; nothing runs by itself. */
export interface SteppedEngines {
  readonly core: Core;
  readonly ingest: LoadDeps;
  readonly spool: Spool;
  readonly clock: Clock & { at: number };
  close(): Promise<void>;
}

/** Opens the parts on open stores. Who opens, closes; the stores stay open. */
export async function stepEngines(stores: Pick<Stores, 'events' | 'state'>, config: Config): Promise<SteppedEngines> {
  const clock = { at: 0, now: (): number => clock.at };
  const closers: (() => Promise<void> | void)[] = [];
  const around = { log: silentLog, clock };
  const { core, ingest } = await openCore(config, stores, around, closers);
  const spool = await openSpool(config, around, closers);
  return {
    core,
    ingest,
    spool,
    clock,
    close: async () => {
      for (const release of closers.toReversed()) await release();
    },
  };
}

/** Members who hold a role for every account: so each role of the model has somebody. */
const holder = 'role:';

/**
 * A scenario on the real engines: a workspace of its own, the loader, the live loop's step, nights, deadlines, owners from
 * pools. One at a time, since they share the clock.
 */
export class OnEngines implements World {
  readonly #engines: SteppedEngines;
  readonly #model: ResolvedModel;
  readonly #source: ModelText;
  readonly #nights: boolean;
  readonly #people: readonly string[];
  #workspace = '';
  #loads = 0;

  constructor(engines: SteppedEngines, { model, source }: Pick<ScenarioFile, 'model' | 'source'>, scenario: Scenario) {
    this.#engines = engines;
    this.#model = model;
    this.#source = source;
    this.#nights = nightsShow(model, scenario);
    this.#people = peopleOf(scenario);
  }

  async begin(messages: readonly Message[], at: number): Promise<void> {
    const { core, clock } = this.#engines;
    clock.at = at;
    const made = await createWorkspace(core.state, { slug: randomId('scenario').toLowerCase(), name: 'Scenario' });
    if (made === null) throw new Error('the workspace of the scenario was not made');
    this.#workspace = made.id;
    const { published, diagnostics } = await publish(core, made.id, this.#source, '');
    if (published === null) throw new Error(`the model is refused: ${JSON.stringify(diagnostics)}`);
    await this.#hire();
    await this.#load(messages, null);
    await this.#settle();
  }

  async nextAt(): Promise<number | null> {
    const { core, clock } = this.#engines;
    const { next, stale } = await core.state.within(this.#workspace, async (db) => {
      const journey = await db
        .selectFrom('journey')
        .select((eb) => eb.fn.min('next_at').as('next'))
        .executeTakeFirst();
      return {
        next: journey?.next ?? null,
        stale: await db.selectFrom('stale_day').select('day').limit(1).executeTakeFirst(),
      };
    });
    const night = this.#nights || stale !== undefined ? [nextNight(clock.at)] : [];
    const instants = [...night, ...(next === null ? [] : [next.getTime()])];
    return instants.length === 0 ? null : Math.min(...instants);
  }

  async look(at: number): Promise<void> {
    const { core, clock } = this.#engines;
    clock.at = at;
    const midnight = nightAt(at);
    if (midnight !== null && this.#nights) await runNight(core, this.#workspace, midnight);
    while ((await markDue(core)) > 0);
    await this.#settle();
  }

  async send(message: Message, at: number): Promise<void> {
    this.#engines.clock.at = at;
    await this.#load([message], at);
    await this.#settle();
  }

  async act(_account: string, occurrence: string, action: PersonAction, at: number): Promise<string | null> {
    const { core, clock, spool } = this.#engines;
    clock.at = at;
    const { note } = action;
    const body: ActBody =
      action.kind === 'snooze'
        ? { kind: 'snooze', note, until: action.until }
        : action.kind === 'assign'
          ? { kind: 'assign', note, to: action.to }
          : { kind: action.kind, note };
    try {
      const request = { occurrence, act: body, actor: action.by, id: null };
      await act(core, { spool, wake: () => {} }, this.#workspace, request);
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
    await this.#settle();
    return null;
  }

  async see(account: string, at: number): Promise<Seen> {
    const { core, clock } = this.#engines;
    clock.at = at;
    const journeys = await core.state.within(this.#workspace, (db) => readJourneys(db, [account]));
    const journey: Journey | null = journeys.get(account)?.journey ?? null;
    return {
      evaluation: await this.#evaluation(account, at),
      phase: journey?.phase ?? null,
      conditions: journey?.conditions ?? {},
      occurrences: await this.#occurrences(account),
    };
  }

  /** Forgets the workspace: nothing of it is due any more. */
  async close(): Promise<void> {
    await this.#engines.core.state.everywhere((db) =>
      db.deleteFrom('workspace').where('id', '=', this.#workspace).execute(),
    );
  }

  async #evaluation(account: string, asOf: number): Promise<Evaluation> {
    const { core } = this.#engines;
    const workspace = this.#workspace;
    const live = await core.models.live(workspace);
    if (live === null) throw new Error('the workspace has no model');
    const row = await core.state.within(workspace, (db) =>
      db.selectFrom('account').select(['revision', 'band']).where('id', '=', account).executeTakeFirstOrThrow(),
    );
    const [evaluated] = await core.warm.evaluate(core.events, {
      ...live,
      workspace,
      asOf,
      revisions: new Map([[account, row.revision]]),
      memory: core.memory,
      refresh: (missing) => refreshDays(core, workspace, missing),
      readLifecycle: lifecycleReader(core, workspace, live),
    });
    if (evaluated === undefined) throw new Error(`nobody knows the account ${account}`);
    return inBand(evaluated.evaluation, row.band ?? undefined);
  }

  /** A member for each role, who has it for every account, and whoever the scenario names. */
  async #hire(): Promise<void> {
    const workspace_id = this.#workspace;
    const roles = this.#model.roles.map(({ id }) => id);
    const members = [...roles.map((role) => holder + role), ...this.#people];
    const person = { workspace_id, most_accounts: null, removed_at: null };
    await this.#engines.core.state.within(workspace_id, async (db) => {
      await db
        .insertInto('member')
        .values(members.map((id) => ({ ...person, id, name: id })))
        .execute();
      await db
        .insertInto('pool_member')
        .values(roles.map((role) => ({ workspace_id, role, member_id: holder + role })))
        .execute();
    });
  }

  async #load(messages: readonly Message[], receivedAt: number | null): Promise<void> {
    this.#loads += 1;
    const { rejected } = await loadMessages(this.#engines.ingest, {
      workspace: this.#workspace,
      source: 'scenario',
      segment: `scenario-${this.#loads}`,
      messages: messages.map((message) => asSent(message, this.#model)),
      receivedAt,
    });
    const [refused] = rejected;
    if (refused !== undefined) throw new Error(`an event was refused: ${refused.reason}. ${refused.detail}`);
  }

  /** What the loops do: days that are finished are rolled up, whoever is marked is looked at. */
  async #settle(): Promise<void> {
    const { core } = this.#engines;
    await drainStaleDays(core, this.#workspace);
    while ((await evaluateDirty(core)) > 0);
  }

  async #occurrences(account: string): Promise<readonly SeenOccurrence[]> {
    return this.#engines.core.state.within(this.#workspace, async (db) => {
      const rows = await db.selectFrom('occurrence').selectAll().where('account_id', '=', account).execute();
      const changes = await db
        .selectFrom('occurrence_change')
        .selectAll()
        .where('occurrence_id', '=', sql<string>`ANY(${rows.map(({ id }) => id)}::text[])`)
        .orderBy('number')
        .execute();
      const histories = Map.groupBy(changes, ({ occurrence_id }) => occurrence_id);
      const seen = rows.map((row): SeenOccurrence => ({
        id: row.id,
        moment: row.moment,
        state: row.state,
        cause: row.cause as Cause,
        opensAt: row.opens_at.getTime(),
        dueAt: row.due_at?.getTime() ?? null,
        endedAt: row.ended_at?.getTime() ?? null,
        endedBy: row.ended_by as Reason | null,
        escalation: row.escalation,
        snoozedUntil: row.snoozed_until?.getTime() ?? null,
        role: row.role,
        playbook: row.playbook,
        assigned: row.owner_id === null || row.owner_id.startsWith(holder) ? null : row.owner_id,
        history: (histories.get(row.id) ?? []).map((change): SeenChange => ({
          at: change.at.getTime(),
          from: change.from_state,
          to: change.to_state,
          escalation: change.escalation,
          snoozedUntil: change.snoozed_until?.getTime() ?? null,
          reason: change.reason as Reason | Cause,
        })),
      }));
      return inOrder(seen);
    });
  }
}

/** A message as an SDK would send it. */
function asSent({ id, kind, event, user, account, values, time }: Message, { account: about }: ResolvedModel): object {
  const shared = { type: kind, messageId: id, timestamp: new Date(time).toISOString() };
  const context = about === 'group' ? { context: { groupId: account } } : {};
  switch (kind) {
    case 'track':
      return { ...shared, ...context, event, userId: user, properties: values };
    case 'identify':
      return { ...shared, ...context, userId: user, traits: values };
    case 'group':
      return { ...shared, groupId: account, traits: values };
  }
}

/** The members whom a scenario names. */
function peopleOf({ steps }: Scenario): readonly string[] {
  const people = new Set<string>();
  for (const { action } of steps) {
    if (action !== null && 'by' in action) people.add(action.by);
    if (action?.kind === 'assign') people.add(action.to);
  }
  return [...people];
}
