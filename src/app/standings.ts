import { sql } from 'kysely';
import type { StandingBody } from '../api/indicators/shapes.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Core } from './core.ts';
import { lastMidnight } from './days.ts';
import type { LiveModel } from './models.ts';

/** Accounts of a segment that are looked at: a share among them is right to ±5 % (95 of 100 times). */
const sampleSize = 400;
/** Segments, over all workspaces, that are remembered until their next night. */
const mostRemembered = 100;

interface Peers {
  readonly total: number;
  readonly evaluations: readonly Evaluation[];
}

/** How segments do on each indicator, as of last night. A segment is looked at once a night, when somebody asks. */
export class Standings {
  readonly #core: Core;
  readonly #peers = new Map<string, Promise<Peers>>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Null when the model has no indicator of that id. */
  async of(
    workspace: string,
    { indicator, segment }: { indicator: string; segment: string },
  ): Promise<StandingBody | 'no-model' | null> {
    const live = await this.#core.models.live(workspace);
    if (!live) return 'no-model';
    if (!live.compiled.model.indicators.some(({ id }) => id === indicator)) return null;
    const midnight = lastMidnight(this.#core.clock.now());
    const { total, evaluations } = await this.#remembered(workspace, live, segment, midnight);
    const values = evaluations.flatMap(({ indicators }) => {
      const value = indicators[indicator]?.value ?? null;
      return value === null ? [] : [value];
    });
    return {
      segment,
      asOf: new Date(midnight).toISOString(),
      total,
      sampled: evaluations.length,
      values: values.toSorted((one, other) => one - other),
    };
  }

  #remembered(workspace: string, live: LiveModel, segment: string, midnight: number): Promise<Peers> {
    const key = JSON.stringify([workspace, live.version, segment, midnight]);
    const known = this.#peers.get(key);
    if (known) return known;
    const read = readPeers(this.#core, workspace, live, segment, midnight);
    this.#peers.set(key, read);
    // What failed is asked for again.
    read.catch(() => this.#peers.delete(key));
    for (const oldest of this.#peers.keys()) {
      if (this.#peers.size <= mostRemembered) break;
      this.#peers.delete(oldest);
    }
    return read;
  }
}

async function readPeers(
  core: Core,
  workspace: string,
  { compiled, accountKind }: LiveModel,
  segment: string,
  asOf: number,
): Promise<Peers> {
  const { total, accounts } = await core.state.within(workspace, async (db) => {
    const peers = db.selectFrom('account').where('segment', '=', segment);
    const count = await peers.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    // By the hash of their ids: the same ones each time, and no likeness among them.
    const rows = await peers
      .select('id')
      .orderBy(sql`md5(id)`)
      .limit(sampleSize)
      .execute();
    return { total: count.total, accounts: rows.map(({ id }) => id) };
  });
  const evaluations = await evaluate(core.events, {
    compiled,
    workspace,
    asOf,
    accounts,
    accountKind,
    source: 'rollup',
    memory: core.memory,
  });
  return { total, evaluations };
}
