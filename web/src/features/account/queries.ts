import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { IndicatorBody, IndicatorHistoryBody, StandingBody } from '../../../../src/api/indicators/shapes.ts';
import type { JourneyBody, OccurrenceBody, OccurrenceDetail } from '../../../../src/api/moments/shapes.ts';
import type { ScorePoint } from '../../../../src/api/routes/accounts.ts';
import type { ActivityBody } from '../../../../src/api/routes/activity.ts';
import type { EventBody } from '../../../../src/api/routes/event-rows.ts';
import type { ModelBody } from '../../../../src/api/routes/models.ts';
import type { PersonBody } from '../../../../src/api/routes/people.ts';
import type { MemberBody, RoleBody } from '../../../../src/api/team/shapes.ts';
import type { EvidenceEvent } from '../../../../src/evaluate/events.ts';
import type { Why, WhyIndicator } from '../../../../src/evaluate/why.ts';
import type { ListOf } from '../../data/accounts.ts';
import { ask, openWorkspace } from '../../data/http.ts';

export type {
  ActivityBody,
  EventBody,
  EvidenceEvent,
  IndicatorBody,
  JourneyBody,
  MemberBody,
  ModelBody,
  OccurrenceBody,
  OccurrenceDetail,
  PersonBody,
  RoleBody,
  ScorePoint,
  StandingBody,
  Why,
  WhyIndicator,
};

/** An indicator's own nights. */
export type Nights = IndicatorHistoryBody;

const dayMs = 86_400_000;

/** The last midnight (UTC) `days` before: where nights lie, so that the same question is asked all day. */
export function midnightBefore(now: number, days: number): string {
  return new Date((Math.floor(now / dayMs) - days) * dayMs).toISOString();
}

const of = (account: string, rest = ''): string => `/api/accounts/${encodeURIComponent(account)}${rest}`;

/** Below the key of the account: what is read again when the account has changed. */
function about<Answer>(account: string, path: string, query: Readonly<Record<string, string>> = {}) {
  return queryOptions({
    queryKey: ['account', openWorkspace(), account, path, query],
    queryFn: ({ signal }) => ask<Answer>(of(account, path), { query, signal }),
  });
}

export const whyQuery = (account: string, since: string) => about<Why>(account, '/why', { since });

/** The nights since an instant, newest first. */
export const historyQuery = (account: string, from: string) =>
  about<ListOf<ScorePoint>>(account, '/history', { from, nightly: 'true', limit: '1000' });

export const nightsQuery = (account: string, from: string) => about<Nights>(account, '/indicators', { from });

export const indicatorQuery = (account: string, indicator: string) =>
  about<IndicatorBody>(account, `/indicators/${encodeURIComponent(indicator)}`);

export const journeyQuery = (account: string) => about<JourneyBody>(account, '/journey');

export const rolesQuery = (account: string) => about<ListOf<RoleBody>>(account, '/roles');

export const activityQuery = (account: string, from: string) => about<ActivityBody>(account, '/activity', { from });

export const peopleQuery = (account: string) => about<ListOf<PersonBody>>(account, '/people', { limit: '1000' });

/** As of last night: it does not change with the account. */
export const standingQuery = (account: string, indicator: string) =>
  queryOptions({
    queryKey: ['standing', openWorkspace(), account, indicator],
    queryFn: ({ signal }) =>
      ask<StandingBody>(of(account, `/indicators/${encodeURIComponent(indicator)}/standing`), { signal }),
    staleTime: 3_600_000,
  });

export const evidenceQuery = (account: string, indicator: string) =>
  infiniteQueryOptions({
    queryKey: ['account', openWorkspace(), account, 'evidence', indicator],
    queryFn: ({ pageParam, signal }) =>
      ask<ListOf<EvidenceEvent>>(of(account, `/indicators/${encodeURIComponent(indicator)}/events`), {
        query: { limit: 25, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });

export interface TimelineFilter {
  readonly event?: string | undefined;
  readonly person?: string | undefined;
}

export function readTimeline(
  account: string,
  filter: TimelineFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  signal?: AbortSignal,
): Promise<ListOf<EventBody>> {
  return ask(of(account, '/timeline'), { query: { ...filter, ...page }, signal });
}

/** Read once: what comes later is told by the stream, so that nothing moves under the eye. */
export const timelineQuery = (account: string, filter: TimelineFilter) =>
  infiniteQueryOptions({
    queryKey: ['timeline', openWorkspace(), account, filter],
    queryFn: ({ pageParam, signal }) => readTimeline(account, filter, { limit: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const modelsQuery = () =>
  queryOptions({
    queryKey: ['models', openWorkspace()],
    queryFn: ({ signal }) => ask<ListOf<ModelBody>>('/api/models', { signal }),
    staleTime: 60_000,
  });

/** Those who have left the team too: history names them. */
export const teamQuery = () =>
  queryOptions({
    queryKey: ['team', openWorkspace()],
    queryFn: ({ signal }) => ask<ListOf<MemberBody>>('/api/members', { signal }),
    staleTime: 60_000,
  });

export const occurrenceQuery = (occurrence: string) =>
  queryOptions({
    queryKey: ['occurrence', openWorkspace(), occurrence],
    queryFn: ({ signal }) => ask<OccurrenceDetail>(`/api/occurrences/${encodeURIComponent(occurrence)}`, { signal }),
  });
