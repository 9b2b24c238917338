import type { LoadBatch, LoadDeps } from '../loader/batch.ts';
import { canonicalPerson, type Links } from './aliases.ts';
import type { Timeline } from './memberships.ts';
import { readDomains } from './read.ts';

/** The e-mail address among a person's traits, or null. */
export function emailOf(traits: Readonly<Record<string, unknown>>): string | null {
  const email = traits['email'] ?? traits['Email'];
  return typeof email === 'string' && email.includes('@') ? email : null;
}

/** The part after the last @, in small letters; '' without one. */
export function domainOf(email: string): string {
  return email
    .slice(email.lastIndexOf('@') + 1)
    .trim()
    .toLowerCase();
}

/** For people of the batch that no group call has placed: the account that owns the domain of their newest address. */
export async function decideDomains(
  batch: LoadBatch,
  deps: LoadDeps,
  links: Links,
  timelines: ReadonlyMap<string, Timeline>,
): Promise<Map<string, string>> {
  const emails = new Map<string, { email: string; time: number }>();
  const people = new Set<string>();
  const hear = (id: string, email: string, time: number): void => {
    const person = canonicalPerson(links, id);
    const known = emails.get(person);
    if (!known || time > known.time || (time === known.time && email > known.email))
      emails.set(person, { email, time });
  };
  for (const message of batch.messages) {
    const sender = message.userId || message.anonymousId;
    if (sender === '') continue;
    const person = canonicalPerson(links, sender);
    if (timelines.get(person)?.length) continue;
    people.add(person).add(sender);
    const email = message.personTraits ? emailOf(message.personTraits) : null;
    if (email !== null) hear(sender, email, message.time);
  }
  for (const { id, email, time } of await storedEmails(deps, batch.workspace, [...people])) hear(id, email, time);
  const domains = [...new Set([...emails.values()].map(({ email }) => domainOf(email)))];
  const owners = await deps.state.within(batch.workspace, (state) => readDomains(state, batch.workspace, domains));
  const byDomain = new Map<string, string>();
  for (const [person, { email }] of emails) {
    const account = owners.get(domainOf(email));
    if (account !== undefined) byDomain.set(person, account);
  }
  return byDomain;
}

async function storedEmails(
  { events }: LoadDeps,
  workspace: string,
  people: readonly string[],
): Promise<{ id: string; email: string; time: number }[]> {
  if (people.length === 0) return [];
  return events.query({
    name: 'newest-emails',
    sql: `SELECT id, argMax(text, (time, message)) AS email, toUnixTimestamp64Milli(max(time)) AS at
      FROM ${events.table('traits')} FINAL
      WHERE workspace = {workspace:String} AND kind = 'person' AND id IN {people:Array(String)}
        AND trait IN ('email', 'Email') AND removed = 0
      GROUP BY id`,
    params: { workspace, people },
    row: (raw) => ({ id: String(raw['id']), email: String(raw['email']), time: Number(raw['at']) }),
  });
}
