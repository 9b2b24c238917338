import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropReasons } from '../reasons.ts';
import { check } from './check.ts';
import { decode } from './decode.ts';
import { shape } from './shape.ts';

/** The reason, or kind and identifiers, of each event of a request. */
function results(body: unknown, route = '/v1/batch'): unknown[] {
  const record = { workspace: 'w', source: 'k', receivedAt: 1e12, route, body: Buffer.from(JSON.stringify(body)) };
  return decode([{ record, position: 0 }]).map((item) => {
    const checked = check(shape(item), item, { segment: 's', isHistory: false, now: 1e12 });
    if ('reason' in checked) return checked.reason;
    const { kind, name, userId, anonymousId, groupId, previousId } = checked.message;
    return [kind, name, userId, anonymousId, groupId, previousId];
  });
}

const one = (event: object): unknown => results({ batch: [event] })[0];
const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

describe('what is refused, and why', () => {
  it.each([
    [5, 'not-an-object'],
    [{ type: 'x', userId: 'u' }, 'unknown-type'],
    [{ type: 'constructor', userId: 'u' }, 'unknown-type'],
    [{ type: 'track', event: 'E' }, 'missing-identity'],
    [{ type: 'track', event: 'E', userId: null, anonymousId: 'null' }, 'missing-identity'],
    [{ type: 'alias', userId: 'u' }, 'missing-identity'],
    [{ type: 'track', userId: 'u' }, 'missing-event-name'],
    [{ type: 'group', userId: 'u' }, 'missing-group'],
    [{ type: 'track', event: 'E', userId: 'u', properties: [1] }, 'bad-properties'],
    [{ type: 'track', event: 'E', userId: 'u', timestamp: 'soon' }, 'bad-timestamp'],
    [{ type: 'track', event: 'E', userId: 'u', messageId: 'x'.repeat(100) }, 'message-id-too-long'],
    [{ type: 'track', event: 'E'.repeat(600), userId: 'u' }, 'name-too-long'],
    [{ type: 'track', event: 'E', userId: 2 ** 63 }, 'id-not-exact'],
    [{ type: 'track', event: 'E', userId: 'u', context: { groupId: 2 ** 53 } }, 'id-not-exact'],
    [{ type: 'group', userId: 'u', groupId: -(2 ** 60) }, 'id-not-exact'],
    [{ event: 'Did', distinct_id: 2 ** 53, properties: {} }, 'id-not-exact'],
    [{ type: 'track', event: 'E', userId: 'u', messageId: 1e21 }, 'id-not-exact'],
    [{ type: 'track', event: 'E', userId: 'u', properties: deep(17) }, 'too-deep'],
    [
      {
        type: 'track',
        event: 'E',
        userId: 'u',
        properties: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [n, 1])),
      },
      'too-many-properties',
    ],
  ])('%#: %j', (event, reason) => {
    expect(one(event as object)).toBe(reason);
  });

  it('events after the 2,500th of a batch are, the others are not', () => {
    const all = results({ batch: Array.from({ length: 2_501 }, () => ({ type: 'track', event: 'E', userId: 'u' })) });
    expect(all.filter((result) => result === 'batch-too-long').length).toBe(1);
    expect(all.at(-1)).toBe('batch-too-long');
  });

  it('no JSON makes it throw, and every reason is of the closed set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('/v1/batch', '/v1/t', '/batch/', '/e'), (value, route) => {
        for (const result of [...results({ batch: [value] }, route), ...results(value, route)]) {
          if (typeof result === 'string') expect(dropReasons).toContain(result);
        }
      }),
    );
  });
});

describe('one form for all clients', () => {
  it.each([
    [{ type: 'track', event: 'E', userId: 7, context: { groupId: 'acme' } }, ['track', 'E', '7', '', 'acme', '']],
    [{ type: 'group', anonymousId: 'a', groupId: 'acme' }, ['group', 'Group', '', 'a', 'acme', '']],
    [{ type: 'alias', previousId: 'a', userId: 'u' }, ['alias', 'Alias', 'u', '', '', 'a']],
    [
      { event: 'Did', distinct_id: 'u', properties: { $groups: { project: 'p', company: 'acme' } } },
      ['track', 'Did', 'u', '', 'acme', ''],
    ],
    [{ event: 'Did', distinct_id: 'x', properties: { $is_identified: false } }, ['track', 'Did', '', 'x', '', '']],
    [
      { event: '$identify', distinct_id: 'u', properties: { $anon_distinct_id: 'a', $set: { x: 1 } } },
      ['identify', 'Identify', 'u', 'a', '', ''],
    ],
    [
      {
        event: '$groupidentify',
        distinct_id: '$company_acme',
        properties: { $group_type: 'company', $group_key: 'acme' },
      },
      ['group', 'Group', '', '', 'acme', ''],
    ],
    [{ event: '$create_alias', distinct_id: 'u', properties: { alias: 'a' } }, ['alias', 'Alias', 'u', '', '', 'a']],
    [{ event: '$pageview', distinct_id: 'u', properties: {} }, ['page', 'Page Viewed', 'u', '', '', '']],
  ])('%#: %j', (event, expected) => {
    expect(one(event)).toEqual(expected);
  });

  it('ids that are numbers up to 2^53 are their digits', () => {
    const userId = Number.MAX_SAFE_INTEGER;
    expect(one({ type: 'track', event: 'E', userId })).toEqual(['track', 'E', '9007199254740991', '', '', '']);
  });

  it('what PostHog sets and unsets are traits and nulls', () => {
    const event = { event: '$set', distinct_id: 'u', properties: { $set: { plan: 'pro' }, $unset: ['city', 5] } };
    const body = Buffer.from(JSON.stringify(event));
    const record = { workspace: 'w', source: 'k', receivedAt: 1e12, route: '/capture', body };
    const [item] = decode([{ record, position: 0 }]);
    expect(item && shape(item)?.personTraits).toEqual({ plan: 'pro', city: null });
  });

  it('what the batch says about all of them holds for each', () => {
    const body = {
      context: { groupId: 'acme' },
      batch: [{ type: 'track', event: 'E', userId: 'u', context: { ip: '1' } }],
    };
    expect(results(body)).toEqual([['track', 'E', 'u', '', 'acme', '']]);
  });

  it('the path says what a single call is', () => {
    expect(results({ userId: 'u', traits: {} }, '/v1/i')).toEqual([['identify', 'Identify', 'u', '', '', '']]);
  });
});
