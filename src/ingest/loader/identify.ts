import { canonicalPerson, connected, decideAliases, type AliasDecision } from '../identity/aliases.ts';
import { decideDomains, emailOf } from '../identity/domains.ts';
import { aliasFacts, membershipFact } from '../identity/facts.ts';
import { decideTimeline, isKnown, type MembershipFact, sameTimeline, type Timeline } from '../identity/memberships.ts';
import { readAccounts, readKind, readLinks, readSeen, readTimelines } from '../identity/read.ts';
import { readStoredEvents } from '../identity/stored-events.ts';
import type { LoadBatch, LoadDeps } from './batch.ts';

/**
 * Step 6: who is who now, and what that changes. Links and memberships are decided purely from what was known and what
 * the messages say; where something changes, the people's stored events are read, because they hold all that was ever
 * said about memberships and have to be attributed again.
 */
export async function identify(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  const { workspace, messages } = batch;
  const senders = new Set<string>();
  for (const { userId, anonymousId, previousId } of messages) {
    for (const id of [userId, anonymousId, previousId]) if (id !== '') senders.add(id);
  }
  const known = await deps.state.within(workspace, async (state) => {
    const kind = await readKind(state, workspace);
    const links = kind.hasLinks ? await readLinks(state, workspace, [...senders]) : new Map();
    const aliases = decideAliases(links, aliasFacts(messages));
    const asked = batch.fresh ? placedByPerson(messages) : senders;
    const reached = connected(aliases.links, [...asked, ...aliases.retargeted]);
    const timelines = kind.accountKind === 'person' ? new Map() : await readTimelines(state, workspace, [...reached]);
    const accounts = kind.hasMerges ? await readAccounts(state, workspace) : new Map<string, string>();
    const concerned = peopleConcerned(batch, aliases, timelines, accounts, kind);
    const seen = await readSeen(state, workspace, [...concerned.ids]);
    return { kind, aliases, timelines, accounts, concerned, seen, reached };
  });
  const { aliases, accounts, concerned, kind } = known;
  const stored = await readConcerned(batch, deps, known);
  // An anonymous id also brings events that somebody else sent under it: whose memberships were not read stays.
  const current = stored.current.filter((event) => known.reached.has(event.user_id || event.anonymous_id));
  const timelines = deriveTimelines(batch, known, current);
  const byDomain = kind.hasDomains
    ? await decideDomains(batch, deps, aliases.links, timelines)
    : new Map<string, string>();
  batch.identity = { accountKind: kind.accountKind, links: aliases.links, timelines, accounts, byDomain };
  batch.change = {
    links: aliases.changed,
    people: new Map([...concerned.ids].map((id) => [id, canonicalPerson(aliases.links, id)])),
    timelines: new Map(
      [...timelines].filter(([person, timeline]) => !sameTimeline(timeline, known.timelines.get(person) ?? [])),
    ),
  };
  batch.known = current;
  batch.leftovers = stored.extra;
  if (!batch.fresh) batch.places = stored.places;
}

type Messages = LoadBatch['messages'];

/** People whose memberships matter: they sent an event that names no account, or a group call. */
function placedByPerson(messages: Messages): Set<string> {
  const people = new Set<string>();
  for (const { kind, userId, anonymousId, previousId, groupId } of messages) {
    if (groupId !== '' && kind !== 'group' && kind !== 'identify' && kind !== 'alias') continue;
    for (const id of [userId, anonymousId, previousId]) if (id !== '') people.add(id);
  }
  return people;
}

interface Concerned {
  /** Every id of every person whose links or memberships change. */
  readonly ids: ReadonlySet<string>;
  /** Events before this instant stay as they are. */
  readonly from: number;
}

function peopleConcerned(
  batch: LoadBatch,
  { links, changed, retargeted }: AliasDecision,
  timelines: ReadonlyMap<string, Timeline>,
  accounts: ReadonlyMap<string, string>,
  { accountKind, hasDomains }: { readonly accountKind: 'group' | 'person'; readonly hasDomains: boolean },
): Concerned {
  // A replaced link leaves somebody behind who is linked with nobody of the batch any more.
  const ids = new Set<string>(retargeted);
  let from = Number.POSITIVE_INFINITY;
  for (const { alias, personId } of changed) {
    ids.add(alias).add(personId);
    from = 0;
  }
  for (const message of batch.messages) {
    const fact = membershipFact(message);
    if (fact && accountKind === 'group') {
      const timeline = timelines.get(canonicalPerson(links, fact.sender)) ?? [];
      const accountId = accounts.get(fact.accountId) ?? fact.accountId;
      if (!isKnown(timeline, { joinedAt: fact.joinedAt, accountId })) {
        ids.add(fact.sender);
        // What lies before a fact that is not the first one keeps its account.
        from = Math.min(from, timeline.some(({ joinedAt }) => joinedAt < fact.joinedAt) ? fact.joinedAt : 0);
      }
    }
    if (hasDomains && message.personTraits && emailOf(message.personTraits) !== null) {
      const sender = message.userId || message.anonymousId;
      if (sender !== '' && !timelines.get(canonicalPerson(links, sender))?.length) {
        ids.add(sender);
        from = 0;
      }
    }
    if (!batch.fresh && ['identify', 'group', 'alias'].includes(message.kind)) {
      for (const id of [message.userId, message.anonymousId, message.previousId]) if (id !== '') ids.add(id);
      from = 0;
    }
  }
  return { ids: connected(links, ids), from };
}

interface Known {
  readonly kind: { readonly accountKind: 'group' | 'person' };
  readonly aliases: AliasDecision;
  readonly timelines: ReadonlyMap<string, Timeline>;
  readonly accounts: ReadonlyMap<string, string>;
  readonly concerned: Concerned;
  readonly seen: ReadonlySet<string>;
}

/** Above this many new people at once (imports), those who were never seen are not looked for among stored events. */
const manyPeople = 1_000;

/** Stored events of the people concerned. */
async function readConcerned(
  batch: LoadBatch,
  deps: LoadDeps,
  { concerned, seen }: Known,
): Promise<Awaited<ReturnType<typeof readStoredEvents>>> {
  let people = [...concerned.ids];
  if (batch.fresh && people.length > manyPeople) {
    const users = new Set(batch.messages.map(({ userId }) => userId));
    people = people.filter((id) => seen.has(id) || !users.has(id));
  }
  if (people.length === 0 && batch.fresh) return { current: [], extra: [], places: [] };
  return readStoredEvents(deps.events, {
    workspace: batch.workspace,
    people,
    from: Number.isFinite(concerned.from) ? concerned.from : 0,
    segment: batch.fresh ? null : batch.segment,
  });
}

/** The timelines of everybody asked for: as stored, or made again from all facts for the people concerned. */
function deriveTimelines(
  batch: LoadBatch,
  known: Known,
  stored: readonly Parameters<typeof factOfStored>[0][],
): Map<string, Timeline> {
  const { aliases, concerned, accounts, kind } = known;
  const timelines = new Map(known.timelines);
  if (kind.accountKind === 'person') return timelines;
  const facts = new Map<string, MembershipFact[]>();
  const add = (person: string, fact: MembershipFact): void => {
    const list = facts.get(person);
    if (list) list.push(fact);
    else facts.set(person, [fact]);
  };
  for (const id of concerned.ids) {
    const person = canonicalPerson(aliases.links, id);
    if (!facts.has(person)) facts.set(person, []);
    // A replaced link took along what was not its own: then the events alone say who belongs where.
    const keep = !aliases.retargeted.has(id) && !aliases.retargeted.has(person);
    if (keep) for (const fact of known.timelines.get(id) ?? []) add(person, fact);
    if (id !== person && timelines.has(id)) timelines.set(id, []);
  }
  const heard = [...batch.messages.map(membershipFact), ...stored.map(factOfStored)];
  for (const fact of heard) {
    if (!fact || !concerned.ids.has(fact.sender)) continue;
    const person = canonicalPerson(aliases.links, fact.sender);
    add(person, { joinedAt: fact.joinedAt, accountId: accounts.get(fact.accountId) ?? fact.accountId });
  }
  for (const [person, list] of facts) timelines.set(person, decideTimeline(list));
  return timelines;
}

function factOfStored(event: LoadBatch['known'][number]): ReturnType<typeof membershipFact> {
  return membershipFact({
    kind: event.kind,
    userId: event.user_id,
    anonymousId: event.anonymous_id,
    groupId: event.group_id,
    time: event.time,
  });
}
