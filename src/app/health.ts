import { sql } from 'kysely';
import type { Figure, Health } from '../api/control.ts';
import type { IngestCounters } from '../ingest/reasons.ts';
import type { Spool } from '../ingest/spool/spool.ts';
import type { Core } from './core.ts';

const patienceMs = 3_000;

/** Asks each part whether it works; a part that does not answer in time does not. */
export async function readHealth(core: Core, spool: Spool): Promise<Health> {
  const [events, state] = await Promise.all([
    wrongWith(() => core.events.query({ name: 'health', sql: 'SELECT 1 AS one', params: {}, row: () => 1 })),
    wrongWith(() => core.state.everywhere((db) => sql`SELECT 1`.execute(db))),
  ]);
  const { accepting } = spool.status();
  const ingest = accepting === 'yes' ? null : `refuses events: ${accepting}`;
  return { ready: events === null && state === null && ingest === null, parts: { events, state, ingest } };
}

async function wrongWith(ask: () => Promise<unknown>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), patienceMs);
  });
  const answer = ask().then(
    () => null,
    () => 'does not answer',
  );
  const wrong = await Promise.race([answer, late]);
  clearTimeout(timer);
  return wrong;
}

/** The numbers of /metrics beyond those of the HTTP server and of Node. */
export async function readFigures(core: Core, spool: Spool, counters: IngestCounters): Promise<Figure[]> {
  const { backlogBytes, backlogSegments } = spool.status();
  const figures = [
    gauge('rapport_spool_bytes', 'Acknowledged bytes that are not loaded yet.', backlogBytes),
    gauge('rapport_spool_segments', 'Segments that are not loaded yet.', backlogSegments),
    counter('rapport_ingest_requests_total', 'Ingest requests.', counters.requests),
    counter('rapport_events_accepted_total', 'Events stored.', counters.accepted),
    counter('rapport_events_duplicate_total', 'Events whose message id was stored already.', counters.duplicates),
    counter(
      'rapport_events_reattributed_total',
      'Events that turned out to belong to another account.',
      counters.reattributed,
    ),
    counter('rapport_loads_failed_total', 'Loads that failed and were tried again.', counters.failedLoads),
    ...Object.entries(counters.refusedRequests).map(([code, value]) =>
      counter('rapport_ingest_refused_total', 'Ingest requests refused, by code.', value, { code }),
    ),
    ...Object.entries(counters.dropped).map(([reason, value]) =>
      counter('rapport_events_rejected_total', 'Events refused, by reason; they are kept as dead letters.', value, {
        reason,
      }),
    ),
  ];
  return [...figures, ...(await marksOf(core).catch(() => []))];
}

async function marksOf(core: Core): Promise<Figure[]> {
  return core.state.everywhere(async (db) => {
    const dirty = await db
      .selectFrom('dirty_account')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('marked_at').as('oldest')])
      .executeTakeFirstOrThrow();
    const stale = await db
      .selectFrom('stale_day')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const ageMs = dirty.oldest ? Math.max(0, core.clock.now() - new Date(dirty.oldest).getTime()) : 0;
    return [
      gauge('rapport_dirty_accounts', 'Accounts that wait to be evaluated.', dirty.count),
      gauge('rapport_dirty_oldest_seconds', 'Age of the oldest of them.', ageMs / 1000),
      gauge('rapport_stale_days', 'Account-days that wait to be rolled up.', stale.count),
    ];
  });
}

function gauge(name: string, help: string, value: number): Figure {
  return { name, kind: 'gauge', help, labels: {}, value };
}

function counter(name: string, help: string, value: number, labels: Readonly<Record<string, string>> = {}): Figure {
  return { name, kind: 'counter', help, labels, value };
}
