import type { LoadBatch, LoadDeps, Marks } from './batch.ts';
import { readTraits } from '../identity/read.ts';
import { newestTraits } from '../identity/newest-traits.ts';
import {
  raiseRevisions,
  type Seen,
  writeIdentity,
  writeMarks,
  writeSeenAccounts,
  writeSeenPeople,
  writeTraits,
} from '../identity/write.ts';
import { dayOf } from './day.ts';

/**
 * Step 10: one PostgreSQL transaction with what the segment taught about people and accounts, and the marks of what
 * must be computed again. Until it is committed the segment counts as not loaded, and a second try writes the same.
 */
export async function remember(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  const { workspace, identity, change } = batch;
  const marks = collectMarks(batch);
  const seen = collectSeen(batch);
  const owners = traitOwners(batch);
  const shown =
    owners.people.length + owners.accounts.length === 0
      ? new Map()
      : await deps.state.within(workspace, (state) => readTraits(state, workspace, owners));
  const traits = await newestTraits(deps.events, workspace, owners, { messages: batch.messages, shown });
  batch.marks = marks;
  const followed = await deps.state.within(workspace, async (state) => {
    await writeIdentity(state, workspace, change);
    await writeSeenPeople(state, workspace, seen.people);
    const revisions = await writeSeenAccounts(state, workspace, seen.accounts);
    const left = [...marks.keys()].filter((account) => !seen.accounts.has(account)); // lost events to others
    batch.revisions = new Map([...revisions, ...(await raiseRevisions(state, workspace, left))]);
    await writeTraits(state, workspace, traits);
    const done = await deps.follow?.(batch, state);
    await writeMarks(state, workspace, marks, { today: dayOf(batch.now), evaluated: done?.evaluated });
    return done;
  });
  followed?.committed();
  deps.log.debug({ workspace, segment: batch.segment, kind: identity.accountKind, accounts: marks.size }, 'loaded');
}

function collectMarks(batch: LoadBatch): Marks {
  const marks = new Map<string, { days: Set<number>; receivedAt: number }>();
  const mark = (account: string, time: number, receivedAt: number): void => {
    if (account === '') return;
    const known = marks.get(account);
    if (!known) marks.set(account, { days: new Set([dayOf(time)]), receivedAt });
    else {
      known.days.add(dayOf(time));
      known.receivedAt = Math.min(known.receivedAt, receivedAt);
    }
  };
  for (const { account, time, receivedAt } of batch.messages) mark(account, time, receivedAt);
  for (const { event, account } of batch.moves) {
    mark(event.account, event.time, batch.now);
    mark(account, event.time, batch.now);
  }
  for (const { account, time } of [...batch.leftovers, ...batch.places]) mark(account, time, batch.now);
  return marks;
}

function see(seen: Map<string, Seen>, id: string, time: number): void {
  if (id === '') return;
  const known = seen.get(id);
  if (!known) seen.set(id, { first: time, last: time });
  else {
    known.first = Math.min(known.first, time);
    known.last = Math.max(known.last, time);
  }
}

function collectSeen(batch: LoadBatch): { people: Map<string, Seen>; accounts: Map<string, Seen> } {
  const people = new Map<string, Seen>();
  const accounts = new Map<string, Seen>();
  for (const { person, account, time } of batch.messages) {
    see(people, person, time);
    see(accounts, account, time);
  }
  for (const { person, account, event } of batch.moves) {
    see(people, person, event.time);
    see(accounts, account, event.time);
  }
  return { people, accounts };
}

/** Whose newest traits may have changed. */
function traitOwners(batch: LoadBatch): { people: string[]; accounts: string[] } {
  const { identity, change } = batch;
  const people = new Set<string>();
  const accounts = new Set<string>();
  for (const { kind, person, account, personTraits } of batch.messages) {
    if (kind === 'group' && identity.accountKind === 'group') accounts.add(account);
    if (personTraits && person !== '') people.add(person);
  }
  if (change.links.length > 0 || !batch.fresh) for (const person of change.people.values()) people.add(person);
  if (identity.accountKind === 'person') for (const person of people) accounts.add(person);
  return { people: [...people], accounts: [...accounts] };
}
