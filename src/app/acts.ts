import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { ActRequest } from '../api/moments/control.ts';
import type { ActBody, OccurrenceDetail } from '../api/moments/shapes.ts';
import { badRequest, notFound, Problem } from '../api/problem.ts';
import { readOccurrence, withEvidence } from '../api/routes/occurrence-rows.ts';
import { SpoolRefusal } from '../ingest/spool/refusal.ts';
import type { Spool } from '../ingest/spool/spool.ts';
import { parseDuration } from '../lib/duration.ts';
import { randomId } from '../lib/id.ts';
import { type Act, applyAct } from '../moments/act.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { type MomentChange, writeMoments } from './decide-moments.ts';
import { readJourneys, writeDecided } from './journeys.ts';
import { actingMember } from './members.ts';
import type { LiveModel } from './models.ts';
import { momentNews } from './settle.ts';

/** An act on its way: everything it needs within its transaction. */
interface Acting {
  readonly core: Core;
  readonly spool: Spool;
  readonly workspace: string;
  readonly live: LiveModel;
  readonly request: ActRequest;
  readonly now: number;
}

type Shown = Omit<OccurrenceDetail, 'evidence'>;

/**
 * Does what a person asks with an occurrence, in one transaction, and marks the account: what follows from it (a phase that
 * ends) is decided by the next look. An interaction is on disk before the act is committed; sent again with the same
 * id, both count once.
 */
export async function act(
  core: Core,
  { spool, wake }: { readonly spool: Spool; readonly wake: () => void },
  workspace: string,
  request: ActRequest,
): Promise<OccurrenceDetail> {
  const live = await core.models.live(workspace);
  if (live === null) throw notFound('occurrence', request.occurrence); // there are none before a model
  const { model } = live.compiled;
  const acting: Acting = { core, spool, workspace, live, request, now: core.clock.now() };
  const { changes, after } = await core.state.within(workspace, (db) => perform(db, acting));
  core.feeds.publishMoments(
    workspace,
    changes.map((one) => momentNews(one, acting.now, core.clock.now())),
  );
  wake();
  return withEvidence(core.events, workspace, after, model);
}

async function perform(
  db: State,
  acting: Acting,
): Promise<{ readonly changes: readonly MomentChange[]; readonly after: Shown }> {
  const { workspace, live, request, now } = acting;
  const { model } = live.compiled;
  const account = await lockAccount(db, request.occurrence);
  const before = await shown(db, acting);
  if (!(await isFirst(db, acting))) return { changes: [], after: before };
  const { version } = request.act;
  if (version !== undefined && version !== before.version) throw conflict('It has changed since you saw it.', before);
  const wanted = await actOf(db, acting);
  const journeys = await readJourneys(db, [account.id]);
  const known = journeys.get(account.id);
  if (known === undefined) throw notFound('occurrence', request.occurrence);
  const result = applyAct(model, known.journey, wanted, now);
  if (result.kind === 'refused') {
    const tooOld = result.refusal === 'unknownOccurrence';
    throw conflict(tooOld ? 'It ended too long ago to be opened again.' : result.message, before);
  }
  const decided = { account: account.id, journey: result.journey, nextAt: known.nextAt };
  await writeDecided(db, workspace, live.version, [decided], journeys);
  const changed = result.changes.map((change) => ({ account: account.id, region: account.region, change }));
  const changes = await writeMoments(db, workspace, model, changed, now);
  await sql`
INSERT INTO dirty_account (workspace_id, account_id, received_at) VALUES (${workspace}, ${account.id}, ${new Date(now)})
ON CONFLICT (workspace_id, account_id) DO UPDATE SET marked_at = clock_timestamp()`.execute(db);
  const subject = { kind: 'occurrence', id: request.occurrence };
  const change = { before: { state: before.state }, after: { account: account.id } };
  await recordAudit(db, { workspace, action: `occurrence.${request.act.kind}`, subject, change });
  await sendInteraction(acting, account.id, wanted);
  return { changes, after: await shown(db, acting) };
}

async function lockAccount(db: State, occurrence: string): Promise<{ readonly id: string; readonly region: string }> {
  const row = await db
    .selectFrom('account')
    .innerJoin('occurrence', 'occurrence.account_id', 'account.id')
    .select(['account.id', sql<string | null>`traits ->> 'region'`.as('region')])
    .where('occurrence.id', '=', occurrence)
    .forUpdate('account')
    .executeTakeFirst();
  if (row === undefined) throw notFound('occurrence', occurrence);
  return { id: row.id, region: row.region ?? '' };
}

async function shown(db: State, { live, request, now }: Acting): Promise<Shown> {
  const found = await readOccurrence(db, request.occurrence, live.compiled.model, now);
  if (found === null) throw notFound('occurrence', request.occurrence);
  return found;
}

/** False when this very act was done before. Whoever sends another one with its id is told. */
async function isFirst(db: State, { workspace, request, now }: Acting): Promise<boolean> {
  const { id, occurrence, act: asked } = request;
  if (id === null) return true;
  const digest = createHash('sha256')
    .update(JSON.stringify([occurrence, asked]))
    .digest('hex');
  const kept = await db
    .insertInto('occurrence_act')
    .values({ workspace_id: workspace, id, occurrence_id: occurrence, request: digest, at: new Date(now) })
    .onConflict((conflicting) => conflicting.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (kept !== undefined) return true;
  const other = await db.selectFrom('occurrence_act').select('request').where('id', '=', id).executeTakeFirst();
  if (other?.request === digest) return false;
  const detail = `The Idempotency-Key "${id}" was used for another act. Choose a new one.`;
  throw new Problem(409, 'Key used already', detail);
}

async function actOf(db: State, { request, now }: Acting): Promise<Act> {
  const { act: asked, actor, occurrence } = request;
  if (asked.by !== undefined) await actingMember(db, asked.by, ['by']);
  const who = asked.by === undefined ? { member: actor } : { member: asked.by, through: actor };
  const rest = { occurrence, ...who, note: asked.note };
  switch (asked.kind) {
    case 'complete':
      return { ...rest, kind: 'complete', ...(asked.interaction ? { interaction: messageId(request) } : {}) };
    case 'skip':
    case 'reopen':
      return { ...rest, kind: asked.kind };
    case 'snooze':
      return { ...rest, kind: 'snooze', until: untilOf(asked, now) };
    case 'assign':
      await actingMember(db, asked.to, ['to']);
      return { ...rest, kind: 'assign', to: asked.to };
  }
}

function untilOf({ until, for: span }: Extract<ActBody, { kind: 'snooze' }>, now: number): number {
  if ((until === undefined) === (span === undefined))
    throw badRequest('body', ['until'], 'say `until` when, or `for` how long');
  const duration = span === undefined ? null : parseDuration(span);
  if (span !== undefined && duration === null)
    throw badRequest('body', ['for'], `"${span}" is no duration such as 3d or 4h`);
  return until ?? now + (duration ?? 0);
}

function conflict(message: string, occurrence: Shown): Problem {
  return new Problem(409, 'Not possible now', `${message} Nothing was changed; \`occurrence\` is how it stands.`, {
    occurrence,
  });
}

function messageId({ occurrence, id }: ActRequest): string {
  return id === null
    ? randomId('act')
    : `act_${createHash('sha256')
        .update(JSON.stringify([occurrence, id]))
        .digest('hex')
        .slice(0, 32)}`;
}

/** Writes down the contact as an event of the account, of this instant. */
async function sendInteraction(
  { spool, workspace, live, request, now }: Acting,
  account: string,
  done: Act,
): Promise<void> {
  if (request.act.kind !== 'complete' || request.act.interaction === undefined || done.interaction === undefined)
    return;
  const { event, text, properties } = request.act.interaction;
  const message = {
    type: 'track',
    messageId: done.interaction,
    event,
    timestamp: new Date(now).toISOString(),
    properties: {
      ...properties,
      ...(text === undefined ? {} : { text }),
      member: done.member,
      occurrence: done.occurrence,
    },
    ...(live.accountKind === 'group' ? { context: { groupId: account } } : { userId: account }),
  };
  try {
    const body = Buffer.from(JSON.stringify(message));
    await spool.append({ workspace, source: request.actor, receivedAt: now, route: '/v1/track', body });
  } catch (error) {
    if (!(error instanceof SpoolRefusal)) throw error;
    throw new Problem(503, 'Not available right now', error.message, {}, { 'retry-after': String(error.retryAfter) });
  }
}
