import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import {
  identifier,
  instant,
  isoInstant,
  isoOf,
  listOf,
  noModelProblem,
  page,
  modelProblem,
  problems,
} from '../contract.ts';
import { decodeCursor, encodeCursor, placeInstant } from '../cursor.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { modelRefused, noModel, notFound } from '../problem.ts';
import { accountBody, accountFilter, existingAccount, listAccounts } from './account-rows.ts';
import { evaluationBody, withLists } from './evaluation-body.ts';
import { eventBody, eventFilter, listEvents } from './event-rows.ts';
import { listPeople, peopleFilter, personBody } from './people.ts';

const tags = ['Scores'];
const params = z.object({ account: identifier });

/** GET /api/accounts and what lies below it. */
export function accountRoutes(server: ApiServer, deps: ApiDeps): void {
  listRoutes(server, deps);
  scoreRoutes(server, deps);
  historyRoutes(server, deps);
  evidenceRoutes(server, deps);
}

function listRoutes(server: ApiServer, { state, events }: ApiDeps): void {
  server.get(
    '/api/accounts',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listAccounts',
        summary: 'List accounts by what is newest known of them',
        querystring: accountFilter,
        response: { 200: listOf(accountBody), ...problems },
      },
    },
    async (request) => listAccounts(state, workspaceOf(request), request.query),
  );
  server.get(
    '/api/accounts/:account',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getAccount',
        summary: 'One account',
        params,
        response: { 200: accountBody, ...problems },
      },
    },
    async (request) => existingAccount(state, workspaceOf(request), request.params.account),
  );
  server.get(
    '/api/accounts/:account/timeline',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listAccountEvents',
        summary: 'Everything that happened with an account, newest first',
        params,
        querystring: eventFilter.omit({ account: true }),
        response: { 200: listOf(eventBody), ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      return listEvents(events, workspace, { ...request.query, account: id });
    },
  );
  server.get(
    '/api/accounts/:account/people',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listAccountPeople',
        summary: 'The people of an account',
        params,
        querystring: peopleFilter.omit({ account: true }),
        response: { 200: listOf(personBody), ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      return listPeople(state, workspace, { ...request.query, account: id });
    },
  );
}

function scoreRoutes(server: ApiServer, { state, control, clock }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/score',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getScore',
        summary: 'The score as of an instant, computed anew',
        params,
        querystring: z.strictObject({ asOf: instant.optional().meta({ description: 'Now, if left out.' }) }),
        response: {
          200: evaluationBody.extend({ modelVersion: z.number().int().nullable() }).meta({ id: 'Score' }),
          409: noModelProblem,
          422: modelProblem,
          ...problems,
        },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      const asOf = request.query.asOf ?? clock.now();
      const answer = await control.evaluate(workspace, { model: null, asOf, accounts: [id] });
      if (answer.kind === 'no-model') throw noModel();
      if (answer.kind === 'refused') throw modelRefused(answer.diagnostics);
      for await (const [evaluation] of answer.blocks)
        if (evaluation) return { ...withLists(evaluation), modelVersion: answer.modelVersion };
      throw notFound(`account as of ${isoOf(asOf)}`, id);
    },
  );
  server.get(
    '/api/accounts/:account/why',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getWhy',
        summary: 'Why: domains, indicators, contributions; and the exact change since an earlier instant',
        params,
        querystring: z.strictObject({
          asOf: instant.optional().meta({ description: 'Now, if left out.' }),
          since: instant.optional().meta({ description: 'Decompose the change since then.' }),
        }),
        response: {
          200: z
            .looseObject({ rawScore: z.number(), caps: z.number(), modelVersion: z.number().int() })
            .meta({ id: 'Why' }),
          409: noModelProblem,
          ...problems,
        },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      const { asOf = clock.now(), since } = request.query;
      const answer = await control.why(workspace, { account: id, asOf, since: since ?? null });
      if (answer === 'no-model') throw noModel();
      if (answer === null) throw notFound(`account as of ${isoOf(asOf)}`, id);
      return { ...answer };
    },
  );
}

const evidence = z
  .object({
    id: z.string(),
    time: isoInstant,
    kind: z.string(),
    name: z.string(),
    person: z.string().nullable(),
    properties: z.unknown(),
  })
  .meta({ id: 'EvidenceEvent' });

const historyRow = z
  .object({
    asOf: isoInstant,
    score: z.number(),
    band: z.string(),
    coverage: z.number(),
    segment: z.string(),
    modelVersion: z.number().int(),
    nightly: z.boolean(),
    domains: z.record(z.string(), z.number()),
  })
  .meta({ id: 'ScorePoint' });

/** A point of the score history. */
export type ScorePoint = z.infer<typeof historyRow>;

/** Instant and model version: when a version is published, two points can have the same instant. */
const historyPlace = z.tuple([placeInstant, z.number().int().min(0).max(0xffff_ffff)]);

function historyRoutes(server: ApiServer, { state, events }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/history',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listScores',
        summary: 'Scores as they were stored: every night, and every change in between; newest first',
        params,
        querystring: z.strictObject({
          from: instant.optional(),
          to: instant.optional(),
          nightly: z.enum(['true', 'false']).optional().meta({ description: 'true: only one point per night.' }),
          ...page,
        }),
        response: { 200: listOf(historyRow), ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      const { from = 0, to = farFuture, nightly, limit, cursor } = request.query;
      const place = cursor === undefined ? null : decodeCursor('history', cursor, historyPlace);
      const where = `workspace = {workspace:String} AND account = {account:String}
        AND as_of >= fromUnixTimestamp64Milli({from:Int64}) AND as_of < fromUnixTimestamp64Milli({to:Int64})
        ${nightly === 'true' ? 'AND nightly = 1' : ''}`;
      const after = place
        ? 'AND (as_of, model_version) < (fromUnixTimestamp64Milli({atPlace:Int64}), {version:UInt32})'
        : '';
      const [atPlace, version] = place ?? [];
      const values = { workspace, account: id, from, to, atPlace, version, rows: limit + 1 };
      const table = events.table('scores');
      const [rows, [total]] = await Promise.all([
        events.query({
          name: 'api-score-history',
          sql: `SELECT toUnixTimestamp64Milli(as_of) AS at, score, band, coverage, segment, model_version, nightly, domains
FROM ${table} FINAL WHERE ${where} ${after}
ORDER BY as_of DESC, model_version DESC LIMIT {rows:UInt32}`,
          params: values,
          row: pointOf,
        }),
        events.query({
          name: 'api-score-history-count',
          sql: `SELECT count() AS total FROM ${table} FINAL WHERE ${where}`,
          params: values,
          row: (raw) => Number(raw['total']),
        }),
      ]);
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      const next =
        rows.length > limit && last ? encodeCursor('history', [Date.parse(last.asOf), last.modelVersion]) : null;
      return { data, total: total ?? 0, next };
    },
  );
}

const evidencePlace = z.tuple([placeInstant, z.string()]);

function evidenceRoutes(server: ApiServer, { state, control, clock }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/indicators/:indicator/events',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listIndicatorEvents',
        summary: 'The events behind an indicator',
        params: params.extend({ indicator: identifier }),
        querystring: z.strictObject({ asOf: instant.optional().meta({ description: 'Now, if left out.' }), ...page }),
        response: { 200: listOf(evidence), 409: noModelProblem, ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { account, indicator } = request.params;
      const { id } = await existingAccount(state, workspace, account);
      const { asOf = clock.now(), limit, cursor } = request.query;
      const place = cursor === undefined ? null : decodeCursor('evidence', cursor, evidencePlace);
      const after = place && { time: place[0], id: place[1] };
      const answer = await control.indicatorEvents(workspace, { account: id, indicator, asOf, limit, after });
      if (answer === 'no-model') throw noModel();
      if (answer === null) throw notFound('indicator', indicator);
      const { data, total, next } = answer;
      return { data: [...data], total, next: next && encodeCursor('evidence', [next.time, next.id]) };
    },
  );
}

const farFuture = Date.UTC(2200, 0, 1);

function pointOf(raw: Record<string, unknown>): z.infer<typeof historyRow> {
  return {
    asOf: isoOf(Number(raw['at'])),
    score: Number(raw['score']),
    band: String(raw['band']),
    coverage: Number(raw['coverage']),
    segment: String(raw['segment']),
    modelVersion: Number(raw['model_version']),
    nightly: Number(raw['nightly']) === 1,
    domains: numbersOf(raw['domains']),
  };
}

function numbersOf(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, Number(one)]));
}
