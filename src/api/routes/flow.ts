import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { FlowReport } from '../../lab/flow/flow.ts';
import { groupings } from '../../lab/flow/groups.ts';
import { closest } from '../../lib/closest.ts';
import { workspaceOf } from '../auth.ts';
import type { FlowAnswer, FlowRequest } from '../control.ts';
import {
  bodyProblems,
  identifier,
  instant,
  jsonLines,
  modelProblem,
  modelSource,
  noModelProblem,
  problemBody,
  problems,
} from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { badRequest, modelRefused, noModel, type Problem, problemAnd } from '../problem.ts';

const mebibyte = 1024 * 1024;
const days = z.number().nullable().meta({ description: 'Days; null: not reached, or not known.' });

const waitingTime = {
  n: z.number().int().meta({ description: 'Waits that were watched.' }),
  events: z.number().int().meta({ description: 'Those that ended with the moment.' }),
  medianDays: days.meta({ description: 'When half had it (Kaplan–Meier or Aalen–Johansen); null: not reached.' }),
  low: days.meta({ description: 'Lower 95 % limit of the median.' }),
  high: days.meta({ description: 'Upper 95 % limit of the median.' }),
};
const place = {
  from: z.string().meta({ description: 'A moment, or `phase:` and the phase that starts.' }),
  to: z.string().meta({ description: 'The moment that is waited for.' }),
};
const group = z.string().meta({ description: '`all`, or the segment, owner or region; `none` without one.' });

const transition = z
  .object({
    ...place,
    group,
    ...waitingTime,
    excessAccountDays: z.number().meta({ description: 'Σ max(0, wait − plan), waits that go on included.' }),
    systemic: z.boolean(),
  })
  .meta({ id: 'Transition' });

const delay = z
  .object({
    ...place,
    group,
    excessAccountDays: z.number(),
    reasons: z.array(z.enum(['slower', 'behind'])),
    p: z.number(),
    targetDays: days,
    recent: z.object(waitingTime),
    before: z.object(waitingTime),
    due: z.number().int(),
    late: z.number().int(),
    shareOfWaiting: z.number(),
  })
  .meta({ id: 'Delay', description: 'A systemic delay with what shows it.' });

const difference = z
  .object({ ...place, by: z.enum(groupings), p: z.number(), groups: z.array(z.object({ group, ...waitingTime })) })
  .meta({ id: 'Difference', description: 'A transition on which groups do not wait equally long.' });

const tally = {
  onTime: z.number().int(),
  late: z.number().int(),
  skipped: z.number().int(),
  outOfOrder: z.number().int(),
  overdue: z.number().int(),
  open: z.number().int(),
  waived: z.number().int(),
  conformance: z.number().nullable().meta({ description: 'On time ÷ (due − waived); null: nothing was due.' }),
};

const flowBody = z
  .object({
    transitions: z.array(transition),
    timeToValue: z.object({
      moment: z.string().nullable(),
      groups: z.array(z.object({ group, ...waitingTime })),
      delays: z.array(delay),
      differences: z.array(difference),
    }),
    conformance: z.object({
      model: z.object(tally),
      moments: z.array(z.object({ moment: z.string(), ...tally })),
      teams: z.array(z.object({ team: z.string(), ...tally })),
      groups: z.array(z.object({ group, ...tally })),
      accounts: z.array(z.object({ account: z.string(), ...tally })),
    }),
  })
  .meta({ id: 'Flow' });

const asked = {
  by: z.enum(groupings).optional().meta({ description: 'Tell them apart; everybody together, if left out.' }),
  from: instant.optional().meta({ description: 'Only what happened after it; from the beginning, if left out.' }),
  to: instant.optional().meta({ description: 'Only what happened up to it; now, if left out.' }),
  value: identifier.optional().meta({ description: 'The moment of first value; the model suggests one, if left out.' }),
};
const most = { min: 0, max: 100_000, usual: 100 };
const described = { description: 'How many accounts to list, those that conform least first.' };

/** /api/flow: how long customers take from moment to moment. */
export function flowRoutes(server: ApiServer, deps: ApiDeps): void {
  const tags = ['Flow'];
  server.get(
    '/api/flow',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getFlow',
        summary: 'Time from moment to moment and to first value, systemic delays, conformance: of the published model',
        querystring: z.strictObject({
          ...asked,
          accounts: z.coerce.number().int().min(most.min).max(most.max).default(most.usual).meta(described),
        }),
        response: { 200: flowBody, 409: noModelProblem, ...problems },
      },
    },
    async (request) => {
      const { report } = await flowOf(deps, workspaceOf(request), null, request.query);
      return bodyOf(await report);
    },
  );
  server.post(
    '/api/flow',
    {
      config: { permission: 'admin' },
      bodyLimit: 8 * mebibyte,
      schema: {
        tags,
        operationId: 'replayFlow',
        summary:
          'The same as it would have been by another model: stored events are replayed, nothing is changed. Answers JSON lines: `progress` while it lasts, at the end the `report` (or a `problem`)',
        body: z.strictObject({
          ...asked,
          model: z.strictObject(modelSource),
          accounts: z.number().int().min(most.min).max(most.max).default(most.usual).meta(described),
        }),
        response: {
          200: jsonLines(
            z.union([
              z.object({ progress: z.object({ accounts: z.number().int() }) }),
              z.object({ report: flowBody }),
              z.object({ problem: problemBody }),
            ]),
            'Progress, and in the last line the report.',
          ),
          409: noModelProblem,
          422: modelProblem,
          ...bodyProblems,
        },
      },
    },
    async (request, reply) => {
      const answer = await flowOf(deps, workspaceOf(request), request.body.model, request.body);
      return reply
        .type('application/x-ndjson')
        .send(Readable.from(lines(answer, (error) => problemAnd(deps.log, error))) as never);
    },
  );
}

interface Asked {
  readonly by?: FlowRequest['by'] | undefined;
  readonly from?: number | null | undefined;
  readonly to?: number | undefined;
  readonly value?: string | null | undefined;
  readonly accounts: number;
}

type Flow = Extract<FlowAnswer, { kind: 'flow' }>;

async function flowOf(
  { control, clock }: ApiDeps,
  workspace: string,
  model: FlowRequest['model'],
  { by = null, from = null, to: until = clock.now(), value = null, accounts }: Asked,
): Promise<Flow> {
  const part = model === null ? 'query' : 'body';
  if (from !== null && from >= until) throw badRequest(part, ['from'], 'must be before `to`');
  const answer = await control.flow(workspace, { model, by, from, until, value, accounts });
  switch (answer.kind) {
    case 'no-model':
      throw noModel();
    case 'refused':
      throw modelRefused(answer.diagnostics);
    case 'unknown-moment':
      throw badRequest(part, ['value'], unknownMoment(value ?? '', answer.known));
    case 'flow':
      return answer;
  }
}

/** A copy that the schema may look at: what is inside is frozen for writers. */
function bodyOf(report: FlowReport): z.input<typeof flowBody> {
  return structuredClone(report) as z.input<typeof flowBody>;
}

/** Whoever waits must hear something now and then, or takes the connection to be dead. */
const progressMs = 5_000;

async function* lines({ report, accounts }: Flow, onError: (error: unknown) => Problem): AsyncIterable<string> {
  const ended = report.then(
    () => true,
    () => true,
  );
  for (;;) {
    const timer = new AbortController();
    const isOver = await Promise.race([ended, sleep(progressMs, false, { signal: timer.signal, ref: false })]);
    timer.abort();
    if (isOver) break;
    yield `${JSON.stringify({ progress: { accounts: accounts() } })}\n`;
  }
  try {
    yield `${JSON.stringify({ report: await report })}\n`;
  } catch (error) {
    const { status, title, message } = onError(error);
    yield `${JSON.stringify({ problem: { type: 'about:blank', title, status, detail: message } })}\n`;
  }
}

function unknownMoment(wanted: string, known: readonly string[]): string {
  if (known.length === 0) return `the model has no moment "${wanted}", it has none at all`;
  const near = closest(wanted, known);
  return `the model has no moment "${wanted}"${near === null ? `; it has ${known.join(', ')}` : `. Did you mean ${near}?`}`;
}
