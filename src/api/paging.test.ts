import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { maxName } from '../ingest/loader/check.ts';
import { encodeCursor, maxCursor, maxSortText } from './cursor.ts';

const stores = useStores();
let rapport: TestRapport;
let admin = '';
/** The longest ids that are legal, of characters that take most room, and names that are longer than any cursor. */
const ids = ['界', '\u0001', 'é', '😀', 'z'].map((one) => one.repeat(maxName / one.length));
const nameOf = (at: number): string => `${'界'.repeat(5_000)}${at % 2}`;

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  admin = await rapport.key('admin');
  const write = await rapport.key('write');
  for (const [at, id] of ids.entries()) {
    await rapport.track(write, {
      type: 'group',
      userId: id,
      groupId: id,
      traits: { name: nameOf(at), note: nameOf(at) },
    });
    await rapport.track(write, {
      userId: ids[0],
      event: id,
      messageId: `m${at}`.padEnd(99, '\u0001'),
      context: { groupId: ids[0] },
    });
    await rapport.track(write, { userId: id, type: 'track', messageId: id });
  }
  await rapport.settled();
});
afterAll(() => rapport.close());

interface Row {
  readonly id: string;
  readonly asOf: string;
  readonly modelVersion: number;
}

async function paged(path: string): Promise<{ rows: Row[]; total: unknown; pages: number }> {
  const rows: Row[] = [];
  for (let cursor = '', pages = 1; ; pages++) {
    const { status, body } = await rapport.get(`${path}&limit=1${cursor}`, admin);
    expect(status, JSON.stringify(body).slice(0, 300)).toBe(200);
    rows.push(...(body['data'] as Row[]));
    if (typeof body['next'] !== 'string') return { rows, total: body['total'], pages };
    cursor = `&cursor=${body['next']}`;
  }
}

describe('lists whose ids are as long as they may be', () => {
  const account = encodeURIComponent(ids[0] ?? '');

  it.each([
    'accounts?sort=id',
    'accounts?sort=name',
    'accounts?sort=lastSeenAt',
    'accounts?sortTrait=note&order=desc',
    'people?',
  ])('%s is read to its end, every one once', async (path) => {
    const { rows } = await paged(`/api/${path}`);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  it.each([`events?account=${account}`, 'dead-letters?', `accounts/${account}/timeline?person=${account}`])(
    '%# of events',
    async (path) => {
      const { rows, total, pages } = await paged(`/api/${path}`);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(total);
      expect(pages).toBeGreaterThan(ids.length - 1);
    },
  );

  it('no place is too long for an address', () => {
    const character = fc.constantFrom('\u0001', '"', '界', '😀', 'a', '\u{10ffff}');
    const textOf = (length: number) =>
      fc.array(character, { minLength: length, maxLength: length }).map((all) => all.join(''));
    const long = fc.tuple(
      textOf(maxSortText),
      textOf(maxName).map((one) => one.slice(0, maxName).toWellFormed()),
    );
    const longestNumber = `-${BigInt(Number.MAX_VALUE)}`;
    fc.assert(
      fc.property(long, (place) => {
        expect(encodeCursor('accounts', [longestNumber, ...place]).length).toBeLessThanOrEqual(maxCursor);
      }),
    );
    const worst = ['\u0001'.repeat(maxSortText), '\u0001'.repeat(maxName)];
    expect(encodeCursor('accounts', [longestNumber, ...worst]).length).toBeLessThanOrEqual(maxCursor);
  });
});

describe('instants', () => {
  it.each(['2149-06-07', '2250-01-01', '2298-12-31'])('events before %s are all of them', async (to) => {
    const { total } = (await rapport.get('/api/events', admin)).body;
    expect((await rapport.get(`/api/events?to=${to}`, admin)).body['total']).toBe(total);
  });
});

describe('the history of scores', () => {
  it('has points of one instant by two model versions, each once over the pages', async () => {
    const account = ids[4] ?? '';
    const points = [1, 2, 3].flatMap((day) =>
      [1, 2].map((version) => ({ as_of: Date.UTC(2026, 0, day), model_version: version })),
    );
    const rest = {
      segment: 's',
      score: 50,
      band: 'neutral',
      coverage: 1,
      nightly: 1,
      domains: {},
      indicators: [],
      version: 1,
    };
    const workspace = rapport.firstRun.workspace;
    await stores.events.insert(
      'scores',
      points.map((point) => ({ workspace, account, ...point, ...rest })),
    );
    const path = `/api/accounts/${account}/history?nightly=true&to=2026-01-04`;
    const { rows, total } = await paged(path);
    expect(total).toBe(points.length);
    expect(rows.map(({ asOf, modelVersion }) => [Date.parse(asOf), modelVersion])).toEqual(
      points.toReversed().map((point) => [point.as_of, point.model_version]),
    );
  });
});
