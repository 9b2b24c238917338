import type { SpoolRecord } from '../spool/frame.ts';
import type { Item } from './message.ts';

const maxBatch = 2_500;
/** `index` of an item modulo this is its position in its request. */
export const indexStep = 1_000_000;

const kinds: Readonly<Record<string, Item['type']>> = {
  track: 'track',
  t: 'track',
  identify: 'identify',
  i: 'identify',
  group: 'group',
  g: 'group',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  alias: 'alias',
  a: 'alias',
};

/** Step 1: the items of one workspace's records. A record whose body is no JSON (never acknowledged as such) is one bad item. */
export function decode(records: readonly { readonly record: SpoolRecord; readonly position: number }[]): Item[] {
  const items: Item[] = [];
  for (const { record, position } of records) {
    const shared = {
      type: kinds[record.route.replace(/\/$/, '').split('/').at(-1) ?? ''] ?? null,
      receivedAt: record.receivedAt,
      source: record.source,
      route: record.route,
      raw: record.body,
    };
    const body = parse(record.body);
    const { list, envelope } = unpack(body);
    list.forEach((value, at) => {
      const refused = at < maxBatch ? null : ('batch-too-long' as const);
      // Positions are stable: the same file always gives the same ones, also when it is loaded again.
      items.push({ ...shared, value, envelope, index: position * indexStep + at, refused });
    });
  }
  return items;
}

/** The events of a request body: a batch, a bare list, or one event. */
export function unpack(body: unknown): { list: readonly unknown[]; envelope: Readonly<Record<string, unknown>> } {
  if (Array.isArray(body)) return { list: body as unknown[], envelope: {} };
  if (isObject(body) && Array.isArray(body['batch'])) {
    const { batch, ...envelope } = body;
    return { list: batch as unknown[], envelope };
  }
  return { list: [body], envelope: {} };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

/** A JSON object: not null, not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
