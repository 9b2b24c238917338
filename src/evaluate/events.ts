import { measuresOf } from '../compile/plan.ts';
import { type EventPlace, measureEventsQueries } from '../compile/queries/measure-events.ts';
import type { EventStore } from '../store/events/store.ts';
import { type EvaluateRequest, vantageOf } from './evaluate.ts';

/** An event behind a number. */
export interface EvidenceEvent {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly kind: string;
  readonly name: string;
  readonly person: string | null;
  readonly properties: unknown;
}

/** A page of events, newest first. */
export interface EvidencePage {
  readonly data: readonly EvidenceEvent[];
  readonly total: number;
  /** To be given back as `after` for the next page; null on the last one. */
  readonly next: EventPlace | null;
}

/** Which events to show: those of an indicator's measures, or those of one measure. */
export interface EvidenceRequest extends Omit<EvaluateRequest, 'accounts'> {
  readonly account: string;
  readonly of: { readonly indicator: string } | { readonly measure: string };
  readonly after?: EventPlace | null;
  readonly limit?: number;
}

/** The events that a number is made of, with its exact window. Null when the model has no such indicator or measure. */
export async function indicatorEvents(events: EventStore, request: EvidenceRequest): Promise<EvidencePage | null> {
  const { compiled, of, account } = request;
  const { model } = compiled;
  const indicator = 'indicator' in of ? model.indicators.find(({ id }) => id === of.indicator) : undefined;
  const measures =
    'measure' in of
      ? model.measures.filter(({ id }) => id === of.measure)
      : indicator === undefined
        ? []
        : measuresOf(indicator, model.measures);
  if (indicator === undefined && measures.length === 0) return null;
  const vantage = await vantageOf(events, { ...request, accounts: [account], cohorts: [] });
  const at = (indicator === undefined ? undefined : vantage.stale.get(indicator.id)) ?? request.asOf;
  const limit = Math.min(Math.max(request.limit ?? 100, 1), 1000);
  const { page, total } = measureEventsQueries(vantage, {
    measures,
    account,
    at,
    after: request.after ?? null,
    limit: limit + 1,
  });
  const [rows, [count]] = await Promise.all([
    events.query({ ...page, row: readEvent }),
    events.query({ ...total, row: (raw) => Number(raw['total']) }),
  ]);
  const last = rows[limit - 1];
  return {
    data: rows.slice(0, limit),
    total: count ?? 0,
    next: rows.length > limit && last !== undefined ? { time: Date.parse(last.time), id: last.id } : null,
  };
}

function readEvent(raw: Record<string, unknown>): EvidenceEvent {
  const person = String(raw['person']);
  return {
    id: String(raw['id']),
    time: new Date(Number(raw['at'])).toISOString(),
    kind: String(raw['kind']),
    name: String(raw['name']),
    person: person === '' ? null : person,
    properties: readProperties(String(raw['properties'])),
  };
}

function readProperties(text: string): unknown {
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    return text; // as the sender wrote it
  }
}
