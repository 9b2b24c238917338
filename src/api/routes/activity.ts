import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier, instant, isoInstant, isoOf, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { existingAccount } from './account-rows.ts';

const dayMs = 86_400_000;
const usualDays = 28;
const mostPeople = 1000;
const mostNames = 200;

/** Who did what at an account in a time. What is only told about somebody (identify, group, alias) does not count. */
export const activityBody = z
  .object({
    from: isoInstant,
    to: isoInstant,
    events: z.number().int(),
    peopleTotal: z.number().int().meta({ description: 'Who did anything.' }),
    people: z
      .array(z.object({ person: z.string(), events: z.number().int(), days: z.number().int(), lastAt: isoInstant }))
      .meta({ description: `Most active first, up to ${mostPeople}.` }),
    names: z
      .array(z.object({ event: z.string(), events: z.number().int(), lastAt: isoInstant }))
      .meta({ description: `Names of events, most frequent first, up to ${mostNames}.` }),
  })
  .meta({ id: 'AccountActivity' });

/** See `activityBody`. */
export type ActivityBody = z.infer<typeof activityBody>;

/** GET /api/accounts/:account/activity. */
export function activityRoute(server: ApiServer, { state, events, clock }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/activity',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['People'],
        operationId: 'getActivity',
        summary: 'Who was active at an account, and with what',
        params: z.object({ account: identifier }),
        querystring: z.strictObject({
          from: instant.optional().meta({ description: `At or after; ${usualDays} days before \`to\`, if left out.` }),
          to: instant.optional().meta({ description: 'Before; now, if left out.' }),
        }),
        response: { 200: activityBody, ...problems },
      },
    },
    async (request): Promise<ActivityBody> => {
      const workspace = workspaceOf(request);
      const { id } = await existingAccount(state, workspace, request.params.account);
      const { to = clock.now() } = request.query;
      const { from = to - usualDays * dayMs } = request.query;
      const where = `FROM ${events.table('events')} FINAL
WHERE workspace = {workspace:String} AND account = {account:String} AND kind IN ('track', 'page', 'screen')
  AND day >= toDate(fromUnixTimestamp64Milli({fromDay:Int64}))
  AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})`;
      const params = { workspace, account: id, from, to, fromDay: Math.max(0, from - 1) };
      const [people, names] = await Promise.all([
        events.query({
          name: 'api-active-people',
          sql: `SELECT person, count() AS events, uniqExact(toDate(time)) AS days, toUnixTimestamp64Milli(max(time)) AS last,
  sum(count()) OVER () AS all_events, countIf(person != '') OVER () AS all_people
${where} GROUP BY person ORDER BY person = '', events DESC, person LIMIT ${mostPeople}`,
          params,
          row: (raw) => ({
            one: {
              person: String(raw['person']),
              events: Number(raw['events']),
              days: Number(raw['days']),
              lastAt: isoOf(Number(raw['last'])),
            },
            allEvents: Number(raw['all_events']),
            allPeople: Number(raw['all_people']),
          }),
        }),
        events.query({
          name: 'api-event-names',
          sql: `SELECT name, count() AS events, toUnixTimestamp64Milli(max(time)) AS last
${where} GROUP BY name ORDER BY events DESC, name LIMIT ${mostNames}`,
          params,
          row: (raw) => ({
            event: String(raw['name']),
            events: Number(raw['events']),
            lastAt: isoOf(Number(raw['last'])),
          }),
        }),
      ]);
      return {
        from: isoOf(from),
        to: isoOf(to),
        events: people[0]?.allEvents ?? 0,
        peopleTotal: people[0]?.allPeople ?? 0,
        people: people.map(({ one }) => one).filter(({ person }) => person !== ''),
        names,
      };
    },
  );
}
