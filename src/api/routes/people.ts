import { sql } from 'kysely';
import { z } from 'zod';
import type { StateStore } from '../../store/state/store.ts';
import { workspaceOf } from '../auth.ts';
import { identifier, isoInstant, listOf, page, problems } from '../contract.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { notFound } from '../problem.ts';
import { eventBody, eventFilter, listEvents } from './event-rows.ts';

/** A person as answers show them. */
export const personBody = z
  .object({
    id: z.string(),
    traits: z.record(z.string(), z.unknown()),
    accounts: z.array(z.string()).meta({ description: 'Every account they have joined, the newest first.' }),
    firstSeenAt: isoInstant,
    lastSeenAt: isoInstant,
  })
  .meta({ id: 'Person' });

/** A person, see `personBody`. */
export type PersonBody = z.infer<typeof personBody>;

/** The query string of lists of people. */
export const peopleFilter = z.strictObject({
  account: identifier.optional(),
  search: z.string().min(1).max(200).optional().meta({ description: 'Part of the id or the e-mail address.' }),
  ...page,
});

/** GET /api/people and what lies below it. */
export function peopleRoutes(server: ApiServer, deps: ApiDeps): void {
  const tags = ['People'];
  server.get(
    '/api/people',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listPeople',
        summary: 'List people, by id',
        querystring: peopleFilter,
        response: { 200: listOf(personBody), ...problems },
      },
    },
    async (request) => listPeople(deps.state, workspaceOf(request), request.query),
  );
  server.get(
    '/api/people/:person',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getPerson',
        summary: 'One person',
        params: z.object({ person: identifier }),
        response: { 200: personBody, ...problems },
      },
    },
    async (request) => findPerson(deps.state, workspaceOf(request), request.params.person),
  );
  server.get(
    '/api/people/:person/timeline',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listPersonEvents',
        summary: 'Everything a person did, newest first',
        params: z.object({ person: identifier }),
        querystring: eventFilter.omit({ person: true }),
        response: { 200: listOf(eventBody), ...problems },
      },
    },
    async (request) => {
      const workspace = workspaceOf(request);
      const { id } = await findPerson(deps.state, workspace, request.params.person);
      return listEvents(deps.events, workspace, { ...request.query, person: id });
    },
  );
}

/** People by id, with how many match. */
export async function listPeople(
  state: StateStore,
  workspace: string,
  filter: z.infer<typeof peopleFilter>,
): Promise<{ data: PersonBody[]; total: number; next: string | null }> {
  const after = filter.cursor === undefined ? null : decodeCursor('people', filter.cursor, z.tuple([z.string()]))[0];
  return state.within(workspace, async (db) => {
    let matching = db.selectFrom('person');
    if (filter.account !== undefined) {
      const members = db.selectFrom('membership').select('person_id').where('account_id', '=', filter.account);
      matching = matching.where('id', 'in', members);
    }
    if (filter.search !== undefined) {
      const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
      matching = matching.where((eb) =>
        eb.or([eb('id', 'ilike', pattern), eb(sql`traits ->> 'email'`, 'ilike', pattern)]),
      );
    }
    const total = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const placed = after === null ? matching : matching.where('id', '>', after);
    const rows = await placed
      .selectAll()
      .select(accountsOfPerson)
      .orderBy('id')
      .limit(filter.limit + 1)
      .execute();
    const data = rows.slice(0, filter.limit).map(personOf);
    const last = data.at(-1);
    return {
      data,
      total: total.total,
      next: rows.length > filter.limit && last ? encodeCursor('people', [last.id]) : null,
    };
  });
}

/** One person, by any id that leads to them; 404 when the workspace knows nobody of that id. */
async function findPerson(state: StateStore, workspace: string, id: string): Promise<PersonBody> {
  const row = await state.within(workspace, async (db) => {
    const alias = await db.selectFrom('person_alias').select('person_id').where('alias', '=', id).executeTakeFirst();
    return db
      .selectFrom('person')
      .selectAll()
      .select(accountsOfPerson)
      .where('id', 'in', [id, alias?.person_id ?? id])
      .orderBy(sql`id = ${alias?.person_id ?? id} DESC`)
      .executeTakeFirst();
  });
  if (!row) throw notFound('person', id);
  return personOf(row);
}

const accountsOfPerson = sql<string[]>`ARRAY(
  SELECT account_id FROM membership
  WHERE membership.workspace_id = person.workspace_id AND membership.person_id = person.id
  GROUP BY account_id ORDER BY max(joined_at) DESC, account_id)`.as('accounts');

function personOf(row: {
  id: string;
  traits: Record<string, unknown>;
  accounts: string[];
  first_seen_at: Date;
  last_seen_at: Date;
}): PersonBody {
  return {
    id: row.id,
    traits: row.traits,
    accounts: row.accounts,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  };
}
