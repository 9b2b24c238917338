import { z } from 'zod';
import { actorOf, workspaceOf } from '../auth.ts';
import { identifier, isoOf, bodyProblems, listOf, problem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import {
  actBody,
  type JourneyBody,
  journeyBody,
  occurrenceBody,
  occurrenceDetail,
  occurrenceFilter,
} from '../moments/shapes.ts';
import { notFound } from '../problem.ts';
import { listOccurrences, occurrencesOfAccount, readOccurrence, withEvidence } from './occurrence-rows.ts';

const tags = ['Moments'];
const params = z.object({ occurrence: identifier });
const mostPast = 200;

/** /api/occurrences: what should happen, what a person does about it, and where an account stands. */
export function occurrenceRoutes(server: ApiServer, deps: ApiDeps): void {
  readRoutes(server, deps);
  actRoute(server, deps);
  journeyRoute(server, deps);
}

function readRoutes(server: ApiServer, { state, events, control, clock }: ApiDeps): void {
  server.get(
    '/api/occurrences',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listOccurrences',
        summary: 'List occurrences by owner, state, account, moment or deadline',
        querystring: occurrenceFilter,
        response: { 200: listOf(occurrenceBody), ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const model = await control.moments.model(workspace);
      return state.within(workspace, (db) => listOccurrences(db, request.query, model, clock.now()));
    },
  );
  server.get(
    '/api/occurrences/:occurrence',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getOccurrence',
        summary: 'One occurrence with its objective, its appeals, the events behind it and its whole history',
        params,
        response: { 200: occurrenceDetail, ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const id = request.params.occurrence;
      const model = await control.moments.model(workspace);
      const found = await state.within(workspace, (db) => readOccurrence(db, id, model, clock.now()));
      if (found === null) throw notFound('occurrence', id);
      return withEvidence(events, workspace, found, model);
    },
  );
}

function actRoute(server: ApiServer, { control }: ApiDeps): void {
  server.post(
    '/api/occurrences/:occurrence/acts',
    {
      config: { permission: 'act' },
      schema: {
        tags,
        operationId: 'actOnOccurrence',
        summary: 'Complete, skip, snooze, assign or reopen an occurrence; 409 with its state when that cannot be',
        params,
        headers: z.looseObject({
          'idempotency-key': z
            .string()
            .min(1)
            .max(200)
            .optional()
            .meta({ description: 'Of your choice; an act that is sent again with it is done once.' }),
        }),
        body: actBody,
        response: {
          200: occurrenceDetail,
          409: problem('Its state does not allow it; `occurrence` shows it as it is.'),
          ...bodyProblems,
        },
      },
    },
    async (request) =>
      control.moments.act(workspaceOf(request), {
        occurrence: request.params.occurrence,
        act: request.body,
        actor: actorOf(request),
        id: request.headers['idempotency-key'] ?? null,
      }),
  );
}

const storedPhases = z.object({
  entered: z.array(z.object({ phase: z.string(), at: z.number(), endedAt: z.number().nullable() })),
});

function journeyRoute(server: ApiServer, { state, control, clock }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/journey',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getJourney',
        summary: 'Where an account stands: its phases, and its past, open and planned moments',
        params: z.object({ account: identifier }),
        response: { 200: journeyBody, ...problems },
      },
    },
    async (request): Promise<JourneyBody> => {
      const workspace = workspaceOf(request);
      const { account } = request.params;
      const model = await control.moments.model(workspace);
      const labelOf = (phase: string): string => model?.phases.find(({ id }) => id === phase)?.label ?? phase;
      return state.within(workspace, async (db) => {
        const known = await db.selectFrom('account').select('id').where('id', '=', account).executeTakeFirst();
        if (!known) throw notFound('account', account);
        const row = await db.selectFrom('journey').selectAll().where('account_id', '=', account).executeTakeFirst();
        const entered = row === undefined ? [] : storedPhases.parse(row.journey).entered;
        return {
          account,
          phase: row?.phase ?? null,
          phaseLabel: row?.phase ? labelOf(row.phase) : null,
          phaseSince: row?.phase_since?.toISOString() ?? null,
          phases: entered.map(({ phase, at, endedAt }) => ({
            phase,
            label: labelOf(phase),
            since: isoOf(at),
            until: endedAt === null ? null : isoOf(endedAt),
          })),
          decidedAt: row?.decided_at.toISOString() ?? null,
          ...(await occurrencesOfAccount(db, account, { model, now: clock.now(), mostPast })),
        };
      });
    },
  );
}
