import type { EventRow } from '../../store/events/tables.ts';
import type { DropReason, Flag } from '../reasons.ts';
import { isObject } from './decode.ts';
import type { Checked, Item, Message } from './message.ts';
import type { Draft } from './shape.ts';
import { instantOf, isAbsurd } from './time.ts';
import { withoutBrokenText } from '../../model/typed.ts';

const maxBytes = 32 << 10;
const maxMessageId = 100;
/** Longest identifier and event name, in UTF-16 units. */
export const maxName = 512;
const maxDepth = 16;
const maxProperties = 1_000;

const names: Readonly<Record<EventRow['kind'], string>> = {
  track: '',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  identify: 'Identify',
  group: 'Group',
  alias: 'Alias',
};

/** What broken clients send when they mean "nobody". Linking people by these would merge strangers. */
const nobody = new Set(['', 'null', 'undefined', 'NaN', '[object Object]']);

/** What the check of one event needs to know besides the event. */
export interface CheckScope {
  readonly segment: string;
  /** Received at its own time: an import of history. */
  readonly isHistory: boolean;
  /** Epoch milliseconds: when this is loaded. */
  readonly now: number;
}

/** Step 3: the first reason to refuse the event, or the event with clean fields. Never throws. */
export function check(draft: Draft | null, item: Item, scope: CheckScope): Checked {
  if (item.refused) return drop(item.refused, 'A batch holds at most 2,500 events; send the rest in another one.');
  if (!draft) return drop('not-an-object', 'An event is a JSON object.');
  const kind = draft.kind;
  if (!isKind(kind))
    return drop('unknown-type', `type is ${shown(kind)}; it is one of ${Object.keys(names).join(', ')}.`);
  const ids = identifiers(draft);
  const name = kind === 'track' ? text(draft.name) : names[kind];
  const wrong = inexactId(draft) ?? wrongIdentity(kind, ids) ?? wrongName(kind, name, ids) ?? wrongProperties(draft);
  if (wrong) return wrong;
  const given = draft.timestamp ?? null;
  const instant = given === null ? null : instantOf(given);
  if (given !== null && instant === null) {
    return drop(
      'bad-timestamp',
      `timestamp is ${shown(given)}; it is an ISO 8601 date-time such as 2026-03-01T12:00:00.000Z.`,
    );
  }
  const flags: Flag[] = [];
  if (instant !== null && isAbsurd(instant)) flags.push('absurd-timestamp');
  const time = flags.length === 0 ? instant : null;
  return {
    flags,
    message: {
      kind,
      name,
      id: ids.messageId || `${scope.segment}:${item.index}`,
      userId: ids.userId,
      anonymousId: ids.anonymousId,
      groupId: ids.groupId,
      previousId: ids.previousId,
      properties: draft.properties as Readonly<Record<string, unknown>>,
      personTraits: draft.personTraits as Message['personTraits'],
      context: draft.context,
      timestamp: time,
      // History is received at its own time, so there is no clock of the sender to correct.
      sentAt: scope.isHistory ? null : draft.sentAt,
      receivedAt: (scope.isHistory ? time : item.receivedAt) ?? scope.now,
      source: item.source,
      index: item.index,
      time: 0,
      person: '',
      account: '',
      stored: null,
    },
  };
}

/** Whether the event is larger than senders are told to keep it. */
export function isOversize(properties: string, context: string): boolean {
  return properties.length + context.length > maxBytes;
}

const idNames = ['messageId', 'userId', 'anonymousId', 'groupId', 'previousId'] as const;

type Ids = Readonly<Record<(typeof idNames)[number], string>>;

function identifiers(draft: Draft): Ids {
  return {
    messageId: text(draft.messageId),
    userId: text(draft.userId),
    anonymousId: text(draft.anonymousId),
    groupId: text(draft.groupId),
    previousId: text(draft.previousId),
  };
}

/** The digits in the text would not help: a sender in JavaScript has rounded them before it sent them. */
function inexactId(draft: Draft): Checked | null {
  const name = idNames.find((one) => isInexact(draft[one]));
  if (name === undefined) return null;
  return drop(
    'id-not-exact',
    `${name} is a number above ${Number.MAX_SAFE_INTEGER}, which is rounded on its way to another one. Send it as text, in quotes.`,
  );
}

/** Whether a number stands for several whole numbers. */
export function isInexact(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

function wrongIdentity(kind: EventRow['kind'], ids: Ids): Checked | null {
  if (kind === 'alias' && (!ids.previousId || !(ids.userId || ids.anonymousId))) {
    return drop('missing-identity', 'An alias call needs previousId and userId.');
  }
  if (kind === 'group' && !ids.groupId) return drop('missing-group', 'A group call needs groupId.');
  if (!ids.userId && !ids.anonymousId && !ids.groupId) {
    return drop('missing-identity', 'An event needs userId, anonymousId or context.groupId.');
  }
  return null;
}

function wrongName(kind: EventRow['kind'], name: string, ids: Ids): Checked | null {
  if (kind === 'track' && !name)
    return drop('missing-event-name', 'A track call needs the name of the event in `event`.');
  if (ids.messageId.length >= maxMessageId)
    return drop('message-id-too-long', 'messageId has fewer than 100 characters.');
  const isLong = [name, ids.userId, ids.anonymousId, ids.groupId, ids.previousId].some((one) => one.length > maxName);
  return isLong ? drop('name-too-long', `Event names and identifiers have at most ${maxName} characters.`) : null;
}

function wrongProperties(draft: Draft): Checked | null {
  const { properties, personTraits, context } = draft;
  if (!isObject(properties) || (personTraits !== null && !isObject(personTraits))) {
    return drop('bad-properties', '`properties` and `traits` are JSON objects.');
  }
  if (depthAbove(properties, maxDepth) || depthAbove(personTraits, maxDepth) || depthAbove(context, maxDepth)) {
    return drop('too-deep', `Properties are nested at most ${maxDepth} levels.`);
  }
  if (countKeys(properties) + (personTraits === properties ? 0 : countKeys(personTraits)) > maxProperties) {
    return drop('too-many-properties', `An event has at most ${maxProperties} properties.`);
  }
  return null;
}

function drop(reason: DropReason, detail: string): Checked {
  return { reason, detail };
}

function isKind(kind: unknown): kind is EventRow['kind'] {
  return typeof kind === 'string' && Object.hasOwn(names, kind);
}

function text(value: unknown): string {
  if (typeof value === 'string') return nobody.has(value) ? '' : withoutBrokenText(value);
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** A value as it may stand in a sentence: short, on one line. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  return typeof value === 'string' || typeof value === 'number'
    ? JSON.stringify(value).slice(0, 60)
    : `a ${typeof value}`;
}

function depthAbove(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const one of Object.values(value)) {
    if (typeof one === 'object' && one !== null && depthAbove(one, limit - 1)) return true;
  }
  return false;
}

/** Keys of objects at any level; elements of lists are one value. Depth is checked before. */
function countKeys(value: unknown): number {
  if (!isObject(value)) return 0;
  let count = 0;
  for (const one of Object.values(value)) count += 1 + (isObject(one) ? countKeys(one) : 0);
  return count;
}
