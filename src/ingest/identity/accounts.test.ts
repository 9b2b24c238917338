import { describe, expect, it } from 'vitest';
import { useStores } from '../../../test/support/engines.ts';
import { fixedClock } from '../../lib/clock.ts';
import { loadMessages } from '../loader/load-messages.ts';
import type { SegmentMessage } from '../loader/message.ts';
import { createWorkspace, loadDeps, storedEvents } from '../pipeline.testing.ts';
import { setAccountDomain } from './account-domain.ts';
import { ImpossibleMerge, mergeAccounts } from './merge-accounts.ts';

const stores = useStores();
const now = Date.UTC(2026, 2, 10);
const day = (number: number): number => Date.UTC(2026, 2, number, 12);

let chunk = 0;
async function load(workspace: string, messages: readonly SegmentMessage[]): Promise<void> {
  const deps = loadDeps(stores, fixedClock(now));
  const report = await loadMessages(deps, {
    workspace,
    source: 'test',
    segment: `c${chunk++}`,
    messages,
    receivedAt: now,
  });
  expect(report).toMatchObject({ accepted: messages.length, duplicates: 0, rejected: [] });
}

async function places(workspace: string): Promise<[string, string, string][]> {
  return (await storedEvents(stores, workspace)).map(({ id, account, person }) => [id, account, person]);
}

async function traits(workspace: string, kind: 'account' | 'person'): Promise<Record<string, unknown>> {
  const rows = await stores.state.within(workspace, (state) =>
    state.selectFrom(kind).select(['id', 'traits']).orderBy('id').execute(),
  );
  return Object.fromEntries(rows.map(({ id, traits: known }) => [id, known]));
}

async function staleDays(workspace: string): Promise<string[]> {
  const rows = await stores.state.within(workspace, (state) =>
    state.selectFrom('stale_day').select(['account_id', 'day']).execute(),
  );
  return rows.map(({ account_id, day: name }) => `${account_id} ${name}`).toSorted();
}

describe('merged accounts', () => {
  it('become one, in the past and for events still to come, and merging again changes nothing', async () => {
    const { workspace } = await createWorkspace(stores);
    const deps = loadDeps(stores, fixedClock(now));
    await load(workspace, [
      {
        type: 'group',
        messageId: 'g1',
        userId: 'u',
        groupId: 'old',
        traits: { name: 'Old', seats: 1 },
        timestamp: day(1),
      },
      { type: 'group', messageId: 'g2', userId: 'v', groupId: 'new', traits: { name: 'New' }, timestamp: day(2) },
      { type: 'track', messageId: 't1', userId: 'u', event: 'E', timestamp: day(3) },
    ]);
    expect(await mergeAccounts(deps, { workspace, from: 'old', into: 'new' })).toBe(2);
    expect(await mergeAccounts(deps, { workspace, from: 'old', into: 'new' })).toBe(0);
    await load(workspace, [
      { type: 'track', messageId: 't2', userId: 'u', event: 'E', timestamp: day(4) },
      { type: 'track', messageId: 't3', userId: 'w', event: 'E', context: { groupId: 'old' }, timestamp: day(4) },
    ]);
    expect(new Set((await places(workspace)).map(([, account]) => account))).toEqual(new Set(['new']));
    expect(await traits(workspace, 'account')).toEqual({ new: { name: 'New', seats: 1 } });
    expect(await staleDays(workspace)).toEqual(
      expect.arrayContaining(['new 2026-03-01', 'new 2026-03-03', 'old 2026-03-01', 'old 2026-03-03']),
    );
    await expect(mergeAccounts(deps, { workspace, from: 'new', into: 'old' })).rejects.toThrow(ImpossibleMerge);
  });

  it('keep one history: neither elsewhere, nor into themselves, nor in a circle', async () => {
    const { workspace } = await createWorkspace(stores);
    const deps = loadDeps(stores, fixedClock(now));
    const track = (id: string, groupId: string) => ({
      type: 'track',
      messageId: id,
      userId: 'u',
      event: 'E',
      context: { groupId },
      timestamp: day(2),
    });
    const merge = (from: string, into: string) => mergeAccounts(deps, { workspace, from, into });
    await load(workspace, [track('1', 'ma'), track('2', 'mb'), track('3', 'mc')]);
    expect(await merge('ma', 'mb')).toBe(1);
    await expect(merge('ma', 'mc')).rejects.toThrow('ma was merged into mb; merge mb instead.');
    await expect(merge('mc', 'mc')).rejects.toThrow('mc cannot be merged into itself.');
    await expect(merge('mb', 'ma')).rejects.toThrow('ma was merged into mb before; mb stays.');
    await load(workspace, [track('4', 'ma')]);
    expect(await places(workspace)).toEqual([
      ['1', 'mb', 'u'],
      ['2', 'mb', 'u'],
      ['3', 'mc', 'u'],
      ['4', 'mb', 'u'],
    ]);
    expect(await merge('mb', 'mc')).toBe(3);
    await expect(merge('mc', 'ma')).rejects.toThrow('ma was merged into mc before; mc stays.');
    expect(await merge('ma', 'mb')).toBe(0);
    expect(new Set((await places(workspace)).map(([, account]) => account))).toEqual(new Set(['mc']));
  });
});

describe('domains of accounts', () => {
  it('place people that no group call has placed, before and after the domain is known, until a group call does', async () => {
    const { workspace } = await createWorkspace(stores);
    const deps = loadDeps(stores, fixedClock(now));
    await load(workspace, [
      { type: 'identify', messageId: 'i1', userId: 'u', traits: { email: 'u@Acme.example' }, timestamp: day(1) },
      { type: 'track', messageId: 't1', userId: 'u', event: 'E', timestamp: day(2) },
    ]);
    expect((await places(workspace)).map(([, account]) => account)).toEqual(['', '']);
    expect(await setAccountDomain(deps, { workspace, domain: 'acme.example', account: 'acme' })).toBe(2);
    await load(workspace, [
      { type: 'track', messageId: 't2', userId: 'u', event: 'E', timestamp: day(3) },
      { type: 'track', messageId: 't3', userId: 'w', event: 'E', timestamp: day(3) },
      { type: 'identify', messageId: 'i2', userId: 'w', traits: { email: 'w@acme.example' }, timestamp: day(4) },
    ]);
    expect(new Set((await places(workspace)).map(([, account]) => account))).toEqual(new Set(['acme']));
    await load(workspace, [{ type: 'group', messageId: 'g', userId: 'w', groupId: 'beta', timestamp: day(5) }]);
    expect(await places(workspace)).toEqual([
      ['g', 'beta', 'w'],
      ['i1', 'acme', 'u'],
      ['i2', 'beta', 'w'],
      ['t1', 'acme', 'u'],
      ['t2', 'acme', 'u'],
      ['t3', 'beta', 'w'],
    ]);
  });
});

describe('a domain given to an account that was merged away', () => {
  it('belongs to the account that stayed, for stored events and for new ones', async () => {
    const { workspace } = await createWorkspace(stores);
    const deps = loadDeps(stores, fixedClock(now));
    const about = { event: 'E', timestamp: day(2) };
    await load(workspace, [
      { type: 'track', messageId: '1', userId: 'x', context: { groupId: 'ga' }, ...about },
      { type: 'track', messageId: '2', userId: 'y', context: { groupId: 'gb' }, ...about },
      { type: 'identify', messageId: '3', userId: 'u', traits: { email: 'u@ga.io' }, timestamp: day(1) },
    ]);
    await mergeAccounts(deps, { workspace, from: 'ga', into: 'gb' });
    expect(await setAccountDomain(deps, { workspace, domain: 'ga.io', account: 'ga' })).toBe(1);
    // As an earlier version has stored it.
    await stores.state.within(workspace, (state) =>
      state
        .insertInto('account_domain')
        .values({ workspace_id: workspace, domain: 'ga.de', account_id: 'ga' })
        .execute(),
    );
    await load(workspace, [
      { type: 'track', messageId: '4', userId: 'u', ...about },
      { type: 'identify', messageId: '5', userId: 'v', traits: { email: 'v@ga.de' }, timestamp: day(1) },
    ]);
    expect(new Set((await places(workspace)).map(([, account]) => account))).toEqual(new Set(['gb']));
    expect(Object.keys(await traits(workspace, 'account'))).toEqual(['gb']);
  });
});

describe('traits', () => {
  it('are removed by null, also inside of others; an empty text and a missing key remove nothing', async () => {
    const { workspace } = await createWorkspace(stores);
    const group = (messageId: string, at: number, sent: object): object => ({
      type: 'group',
      messageId,
      userId: 'u',
      groupId: 'acme',
      traits: sent,
      timestamp: at,
    });
    const address = { city: 'Bern', zip: '3000' };
    await load(workspace, [group('1', day(1), { name: 'Acme', plan: 'pro', note: 'x', address })]);
    await load(workspace, [group('2', day(3), { name: null, plan: null, note: '', address: { city: null } })]);
    await load(workspace, [group('3', day(4), { address: null })]);
    await load(workspace, [group('4', day(2), { plan: 'late' })]);
    expect(await traits(workspace, 'account')).toEqual({ acme: { note: '', 'address.zip': '3000' } });
    const named = await stores.state.within(workspace, (state) => state.selectFrom('account').select('name').execute());
    expect(named).toEqual([{ name: '' }]);
  });

  it('keep their newest value by the time of the call, whatever comes in late; null removes', async () => {
    const { workspace } = await createWorkspace(stores);
    await load(workspace, [
      {
        type: 'identify',
        messageId: '1',
        userId: 'u',
        traits: { plan: 'pro', seats: 2, on: true, tags: ['a'] },
        timestamp: day(3),
      },
    ]);
    await load(workspace, [
      { type: 'identify', messageId: '2', userId: 'u', traits: { plan: 'free', city: 'Bern' }, timestamp: day(1) },
      { type: 'identify', messageId: '3', userId: 'u', traits: { seats: null }, timestamp: day(4) },
    ]);
    expect(await traits(workspace, 'person')).toEqual({ u: { plan: 'pro', on: true, tags: ['a'], city: 'Bern' } });
  });

  it('keep the JSON type they were sent with, in this load and in later ones', async () => {
    const { workspace } = await createWorkspace(stores);
    const sent = {
      version: '2026.4',
      seats: 5,
      vip: true,
      code: 'true',
      list: '[1]',
      tags: ['a\u0000'],
      deep: { n: '7' },
    };
    await load(workspace, [{ type: 'identify', messageId: '1', userId: 'u', traits: sent, timestamp: day(1) }]);
    const { deep: _deep, ...rest } = sent;
    const expected = { ...rest, tags: ['a'], 'deep.n': '7' };
    expect(await traits(workspace, 'person')).toEqual({ u: expected });
    await load(workspace, [
      { type: 'identify', messageId: '2', userId: 'u', traits: { city: 'Bern' }, timestamp: day(2) },
    ]);
    expect(await traits(workspace, 'person')).toEqual({ u: { ...expected, city: 'Bern' } });
  });

  it('of an anonymous visitor belong to the person it turns out to be', async () => {
    const { workspace } = await createWorkspace(stores);
    await load(workspace, [
      { type: 'identify', messageId: '1', anonymousId: 'a', traits: { city: 'Bern' }, timestamp: day(1) },
    ]);
    await load(workspace, [
      { type: 'identify', messageId: '2', anonymousId: 'a', userId: 'u', traits: { name: 'U' }, timestamp: day(2) },
    ]);
    await load(workspace, [{ type: 'alias', messageId: '3', previousId: 'u', userId: 'z', timestamp: day(3) }]);
    expect(await traits(workspace, 'person')).toEqual({ z: { city: 'Bern', name: 'U' } });
  });
});

describe('times', () => {
  it('of any age are stored to the millisecond', async () => {
    const { workspace } = await createWorkspace(stores);
    const times = [86_400_001, 946_684_800_123, 999_999_999_999, 1_000_000_000_001, now - 1];
    await load(
      workspace,
      times.map((timestamp, index) => ({
        type: 'track',
        messageId: `${index}`,
        userId: 'u',
        event: 'E',
        timestamp: new Date(timestamp).toISOString(),
        properties: { when: new Date(timestamp).toISOString(), large: 1e21, small: 1e-7 },
      })),
    );
    const stored = await stores.events.query({
      name: 'test-times',
      sql: `SELECT toUnixTimestamp64Milli(time) AS at, toUnixTimestamp64Milli(times['when']) AS property, numbers
        FROM ${stores.events.table('events')} FINAL WHERE workspace = {workspace:String} ORDER BY id`,
      params: { workspace },
      row: (raw) => raw,
    });
    expect(stored.map((row) => [Number(row['at']), Number(row['property'])])).toEqual(
      times.map((time) => [time, time]),
    );
    expect(stored[0]?.['numbers']).toEqual({ large: 1e21, small: 1e-7 });
  });
});

describe('a B2C workspace', () => {
  it('has its people as accounts', async () => {
    const { workspace } = await createWorkspace(stores, 'person');
    await load(workspace, [
      { type: 'identify', messageId: '1', userId: 'u', anonymousId: 'a', traits: { plan: 'pro' }, timestamp: day(2) },
      { type: 'group', messageId: '2', userId: 'u', groupId: 'family', timestamp: day(2) },
    ]);
    await load(workspace, [{ type: 'track', messageId: '3', anonymousId: 'a', event: 'E', timestamp: day(1) }]);
    expect(await places(workspace)).toEqual([
      ['1', 'u', 'u'],
      ['2', 'u', 'u'],
      ['3', 'u', 'u'],
    ]);
    expect(await traits(workspace, 'account')).toEqual({ u: { plan: 'pro' } });
  });
});
