import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { type Browser, newAdmin } from './access.testing.ts';
import { type Operation, operations, resolved, type Schema } from './document.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let write = '';
let person: Browser;
/** Places that the server itself has given out, in lists of every kind. */
const cursors: string[] = [];

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  write = await rapport.key('write');
  person = await newAdmin(rapport, 'boss@example.com');
  for (const account of ['acme', 'globex']) {
    await rapport.track(write, { type: 'group', userId: `p-${account}`, groupId: account, traits: { seats: 3 } });
    await rapport.track(write, { userId: `p-${account}`, event: 'Signed In', context: { groupId: account } });
    await rapport.track(write, { userId: 'ada', type: 'track' });
  }
  await rapport.settled();
  const lists = ['accounts?limit=1', 'accounts?limit=1&sort=lastSeenAt', 'accounts?limit=1&sortTrait=seats'];
  for (const list of [...lists, 'people?limit=1', 'events?limit=1', 'dead-letters?limit=1']) {
    const { next } = (await rapport.get(`/api/${list}`, rapport.token)).body;
    if (typeof next === 'string') cursors.push(next);
  }
});
afterAll(() => rapport.close());

const words = `acme ada active_days 1 0 -1 1.5 1e999 NaN null true a:b seats:3 9007199254740993 99999999999999999999
  2026-02-31 2026-02-31T00:00:00Z 2026-06-01 1900-01-01 2298-12-31T23:59:59.999Z 9999-12-31 -000001-01-01
  2026-06-01T25:00:00Z 1970-01-01T00:00:00+99:99 ' ';-- " \\ % {x:String} __proto__ constructor zzz 😀`;
const broken = ['', ' ', '\u0000', 'a\u0000b', '\ud800', '\ufeff', '\u202e', '\u001b[31m'];
const long = ['界'.repeat(512), '\u0001'.repeat(512), 'x'.repeat(513)];
const oddTexts = [...words.split(/\s+/), ...broken, ...long];
/** A cursor of our own making that says something else. */
const forged = fc
  .array(fc.oneof(fc.constantFrom(...oddTexts), fc.double(), fc.maxSafeInteger(), fc.constant(null)), { maxLength: 4 })
  .map((place) => Buffer.from(JSON.stringify(place)).toString('base64url'));
/** The mark of a real cursor before values that it would not have. */
const tampered = fc
  .tuple(fc.nat(), fc.array(fc.oneof(fc.constantFrom(...oddTexts), fc.double(), fc.constant(null)), { maxLength: 4 }))
  .map(([at, values]) => {
    const [mark, ...place] = JSON.parse(
      Buffer.from(cursors[at % cursors.length] ?? '', 'base64url').toString(),
    ) as unknown[];
    return Buffer.from(JSON.stringify([mark, ...place.map((one, index) => values[index] ?? one)])).toString(
      'base64url',
    );
  });
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.nat().map((at) => cursors[at % cursors.length] ?? '') },
  { weight: 1, arbitrary: forged },
  { weight: 2, arbitrary: tampered },
);
const scalar = fc.oneof(text, fc.double(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));

/** Texts of an address: encoded, or bytes that are no encoding of anything. */
const encoded = fc.oneof(
  { weight: 8, arbitrary: text.map((one) => encodeURIComponent(one.toWellFormed())) },
  { weight: 1, arbitrary: fc.constantFrom('%00', '%E0%A4%A', '%ff', '%ED%A0%80', '%', '%zz', '..', '%2e%2e%2f') },
);

/** Values that mostly fit the schema, so that they get past the first check. */
function fitting(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const { type, enum: choices, items, properties, anyOf } = resolved(schema);
  const fit = (): fc.Arbitrary<unknown> => {
    if (choices) return fc.constantFrom(...choices);
    if (anyOf) return fc.oneof(...anyOf.map((one) => fitting(one, depth + 1)));
    if (type === 'array') return fc.array(fitting(items ?? {}, depth + 1), { maxLength: 3 });
    if (type === 'object') {
      const known = Object.entries(properties ?? {}).map(([name, one]) => [name, fitting(one, depth + 1)] as const);
      return known.length === 0
        ? fc.dictionary(text, scalar, { maxKeys: 3 })
        : fc.record(Object.fromEntries(known), { requiredKeys: resolved(schema).required?.slice() ?? [] });
    }
    if (type === 'integer' || type === 'number') return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double());
    return type === 'boolean' ? fc.boolean() : type === 'string' ? text : scalar;
  };
  return fc.oneof(
    { weight: 12, arbitrary: fit() },
    { weight: 1, arbitrary: scalar },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

interface Request {
  readonly url: string;
  readonly body: string | undefined;
  readonly type: string | undefined;
}

function requestOf({ path, parameters = [], requestBody }: Operation): fc.Arbitrary<Request> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const known = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const query = fc.array(fc.tuple(fc.constantFrom(...known, ...known, 'colour'), encoded), { maxLength: 3 });
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
  const json = schema ? fitting(schema).map((value) => JSON.stringify(value)) : fc.constant(undefined);
  const unreadable = fc.constantFrom(
    '',
    '{',
    '\ufeff{}',
    'null',
    '[]',
    '{"a":1}garbage',
    '{"__proto__":{"a":1}}',
    '"\\ud800"',
  );
  const body = schema ? fc.oneof({ weight: 6, arbitrary: json }, { weight: 1, arbitrary: unreadable }) : json;
  const types = fc.constantFrom(
    'garbage',
    'text/plain',
    'application/json; charset=x',
    'application/xml',
    '/',
    undefined,
  );
  const type = fc.oneof({ weight: 6, arbitrary: fc.constant('application/json') }, { weight: 1, arbitrary: types });
  return fc.record({ ids: fc.tuple(...names.map(() => encoded)), query, body, type }).map((made) => ({
    url: `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => made.ids[names.indexOf(name)] ?? '')}${
      made.query.length === 0 ? '' : `?${made.query.map(([name, value]) => `${name}=${value}`).join('&')}`
    }`,
    body: made.body,
    type: made.body === undefined ? undefined : made.type,
  }));
}

async function answerTo(operation: Operation, { url, body, type }: Request): Promise<[number, string, string]> {
  const abort = new AbortController();
  const isIngest = operation.tags?.[0] === 'Ingest';
  const isOfPerson = operation['x-permission'] === 'signed-in';
  const response = await fetch(`${rapport.url}${url}`, {
    method: operation.method,
    headers: {
      ...(isOfPerson
        ? { cookie: person.cookie, origin: rapport.url }
        : { authorization: `Bearer ${isIngest ? write : rapport.token}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
    signal: abort.signal,
    redirect: 'manual',
  });
  const kind = response.headers.get('content-type') ?? '';
  const said = kind.startsWith('text/event-stream') ? '' : await response.text();
  abort.abort();
  return [response.status, kind, said];
}

/** Words of our insides: SQL, engines, stacks. */
const insides =
  /\bSELECT\b|\bFROM\b|DB::Exception|ClickHouse|syntax error|invalid input|fromUnixTimestamp|\\n +at |node_modules|FST_ERR/;

describe('junk', () => {
  it.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s answers it with a 4xx that says what is wrong, and nothing of our insides',
    async (_, operation) => {
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async (request) => {
          const [status, type, said] = await answerTo(operation, request);
          expect(status, said).toBeLessThan(500);
          if (status < 400) return;
          expect(type.split(';')[0]).toBe('application/problem+json');
          const problem = JSON.parse(said) as { title: string; status: number; detail: string };
          expect(problem).toMatchObject({
            status,
            title: expect.stringMatching(/./),
            detail: expect.stringMatching(/./),
          });
          expect(said).not.toMatch(insides);
        }),
        { numRuns: 25 },
      );
    },
  );
});

describe('what was answered with 500 or not at all', () => {
  it.each([
    ['GET', '/api/accounts/a%00b', 400, '/path/account'],
    ['GET', '/api/people?search=%00', 400, '/query/search'],
    ['GET', '/api/events?cursor=zzz', 400, '/query/cursor'],
    ['GET', '/api/accounts/acme/score?asOf=2026-02-31', 400, '/query/asOf'],
    ['GET', '/api/events?colour=red', 400, '/query/colour'],
    ['POST', '/api/keys', 400, '/body/name', '{"kind":"read","name":"a\\u0000b"}'],
    ['POST', '/api/keys', 400, '/body/kind', '\ufeff{"kind":"root"}'],
    ['POST', '/api/models/check', 400, '/body/extended/a~1b.yaml', '{"yaml":"x","extended":{"a/b.yaml":1}}'],
    ['POST', '/api/evaluate', 400, '/body/accounts/1', '{"accounts":["acme",""]}'],
  ] as const)('%s %s: %i at %s', async (method, url, status, path, body?: string) => {
    const headers = { authorization: `Bearer ${rapport.token}`, 'content-type': 'application/json' };
    const response = await fetch(`${rapport.url}${url}`, { method, headers, ...(body ? { body } : {}) });
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining({ errors: [expect.objectContaining({ path })] }),
    ]);
  });

  it('a cursor of another list, or of the same list in another order', async () => {
    for (const cursor of cursors) {
      const lists = [
        'accounts?sort=name',
        'people?search=a',
        'accounts/acme/history?',
        'accounts/acme/indicators/active_days/events?',
      ];
      for (const list of lists) {
        const { status } = await rapport.get(`/api/${list}&cursor=${cursor}`, rapport.token);
        expect(status === 400 || (status === 200 && list.startsWith('people') && cursor === cursors[3]), list).toBe(
          true,
        );
      }
    }
  });

  it.each(['/%E0%A4%A', '/api/accounts/%', `/api/accounts/${'x'.repeat(700)}`])('the address %s', async (address) => {
    const response = await fetch(`${rapport.url}${address}`, { headers: { authorization: `Bearer ${rapport.token}` } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      address.length > 600 ? 414 : 400,
      'application/problem+json',
    ]);
    expect(await response.json()).toMatchObject({
      title: expect.any(String),
      detail: expect.not.stringMatching(insides),
    });
  });

  it('what is no HTTP', async () => {
    const { port } = new URL(rapport.url);
    const answer = await new Promise<string>((resolve) => {
      let said = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (part: Buffer) => (said += part.toString()));
      socket.on('close', () => resolve(said));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*application\/problem\+json[^]*"status":400/);
  });
});
