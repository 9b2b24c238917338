import { isObject } from './decode.ts';
import type { Item } from './message.ts';
import { shapePostHog } from './shape-posthog.ts';

/** An event in one form, whoever sent it; nothing is checked yet. */
export interface Draft {
  readonly kind: unknown;
  readonly name: unknown;
  readonly messageId: unknown;
  readonly userId: unknown;
  readonly anonymousId: unknown;
  readonly groupId: unknown;
  readonly previousId: unknown;
  readonly properties: unknown;
  readonly personTraits: unknown;
  readonly context: unknown;
  readonly timestamp: unknown;
  readonly sentAt: unknown;
}

/** Step 2: one form for what Segment's and PostHog's clients send. Null when the item is no object at all. */
export function shape(item: Item): Draft | null {
  const { value } = item;
  if (!isObject(value)) return null;
  return isPostHog(value) ? shapePostHog(value, item.envelope) : shapeSegment(value, item);
}

function isPostHog(value: Readonly<Record<string, unknown>>): boolean {
  if (typeof value['event'] !== 'string' || typeof value['messageId'] === 'string') return false;
  if ('distinct_id' in value) return true;
  return isObject(value['properties']) && 'distinct_id' in value['properties'] && !('type' in value);
}

function shapeSegment(value: Readonly<Record<string, unknown>>, item: Item): Draft {
  const { envelope } = item;
  const kind = value['type'] ?? item.type;
  const context = mergedContext(envelope['context'], value['context']);
  const isTraits = kind === 'identify' || kind === 'group';
  const properties = isTraits ? (value['traits'] ?? {}) : (value['properties'] ?? {});
  return {
    kind,
    name: kind === 'track' ? value['event'] : null,
    messageId: value['messageId'],
    userId: value['userId'],
    anonymousId: value['anonymousId'],
    groupId: kind === 'group' ? value['groupId'] : isObject(context) ? context['groupId'] : null,
    previousId: value['previousId'],
    properties: kind === 'page' || kind === 'screen' ? named(properties, value) : properties,
    personTraits: kind === 'identify' ? properties : null,
    context,
    timestamp: value['originalTimestamp'] ?? value['timestamp'],
    sentAt: value['sentAt'] ?? envelope['sentAt'],
  };
}

/** Batch-level context holds for every item; the item's own fields win. */
function mergedContext(shared: unknown, own: unknown): unknown {
  if (!isObject(shared)) return own;
  return isObject(own) ? { ...shared, ...own } : shared;
}

/** Name and category of a page or screen are ordinary properties of it. */
function named(properties: unknown, value: Readonly<Record<string, unknown>>): unknown {
  if (!isObject(properties)) return properties;
  const { name, category } = value;
  if (typeof name !== 'string' && typeof category !== 'string') return properties;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof category === 'string' ? { category } : {}),
    ...properties,
  };
}
