import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier, instant, isoOf, noModelProblem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { indicatorBody, indicatorHistoryBody, type IndicatorHistoryBody, standingBody } from '../indicators/shapes.ts';
import { noModel, notFound } from '../problem.ts';
import { existingAccount } from './account-rows.ts';

const tags = ['Scores'];
const params = z.object({ account: identifier, indicator: identifier });
/** A little more than two years of nights. */
const mostNights = 800;

/** What the indicators of an account are, how they were, and how others like it do. */
export function indicatorRoutes(server: ApiServer, deps: ApiDeps): void {
  historyRoute(server, deps);
  detailRoutes(server, deps);
}

function detailRoutes(server: ApiServer, { state, control, clock }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/indicators/:indicator',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getIndicator',
        summary: 'What an indicator measures, and how its value becomes points for this account',
        params,
        querystring: z.strictObject({ asOf: instant.optional().meta({ description: 'Now, if left out.' }) }),
        response: { 200: indicatorBody, 409: noModelProblem, ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { account, indicator } = request.params;
      const { segment } = await existingAccount(state, workspace, account);
      const { asOf = clock.now() } = request.query;
      const answer = await control.indicator(workspace, { indicator, segment: segment ?? '', asOf });
      if (answer === 'no-model') throw noModel();
      if (answer === null) throw notFound('indicator', indicator);
      return answer;
    },
  );
  server.get(
    '/api/accounts/:account/indicators/:indicator/standing',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getStanding',
        summary: 'How accounts of the same segment do on an indicator, as of last night',
        params,
        response: { 200: standingBody, 409: noModelProblem, ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { account, indicator } = request.params;
      const { segment } = await existingAccount(state, workspace, account);
      const answer = await control.standing(workspace, { indicator, segment: segment ?? '' });
      if (answer === 'no-model') throw noModel();
      if (answer === null) throw notFound('indicator', indicator);
      return answer;
    },
  );
}

type Night = readonly [id: string, value: number | null, points: number, state: string];

function historyRoute(server: ApiServer, { state, events, clock }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/indicators',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listIndicators',
        summary: `All indicators of an account, night by night as they were stored; the newest ${mostNights} nights`,
        params: params.pick({ account: true }),
        querystring: z.strictObject({ from: instant.optional(), to: instant.optional() }),
        response: { 200: indicatorHistoryBody, ...problems },
      },
    },
    async (request): Promise<IndicatorHistoryBody> => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      const { from = 0, to = clock.now() } = request.query;
      const nights = await events.query({
        name: 'api-indicator-history',
        sql: `SELECT toUnixTimestamp64Milli(as_of) AS at,
  arrayMap(one -> (one.id, one.value, one.points, one.state), indicators) AS nights
FROM ${events.table('scores')} FINAL
WHERE workspace = {workspace:String} AND account = {account:String} AND nightly = 1
  AND as_of >= fromUnixTimestamp64Milli({from:Int64}) AND as_of <= fromUnixTimestamp64Milli({to:Int64})
ORDER BY as_of DESC, model_version DESC LIMIT 1 BY as_of LIMIT {rows:UInt32}`,
        params: { workspace, account: id, from, to, rows: mostNights },
        row: (raw) => ({ at: Number(raw['at']), nights: raw['nights'] as readonly Night[] }),
      });
      return inColumns(nights.toReversed());
    },
  );
}

/** An indicator that a night has not, because the model had it not or it did not apply, has nulls there. */
function inColumns(nights: readonly { at: number; nights: readonly Night[] }[]): IndicatorHistoryBody {
  const indicators: IndicatorHistoryBody['indicators'] = {};
  const empty = (): (number | null)[] => nights.map(() => null);
  nights.forEach((night, index) => {
    for (const [id, value, points, state] of night.nights) {
      const line = (indicators[id] ??= { values: empty(), points: empty() });
      line.values[index] = value;
      line.points[index] = state === 'na' ? null : points;
    }
  });
  return { asOf: nights.map(({ at }) => isoOf(at)), indicators };
}
