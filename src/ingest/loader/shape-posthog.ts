import { isObject } from './decode.ts';
import type { Draft } from './shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Group types that mean the customer company, best first; another type counts when it is the only one. */
const accountTypes = ['account', 'company', 'organization', 'organisation', 'customer', 'workspace', 'team'];

/**
 * An event of PostHog's capture protocol. `$set` becomes traits of the person, `$unset` removes them, `$groups` names the account,
 * `$groupidentify` describes it, `$create_alias` and `$anon_distinct_id` link people. `$set_once` stays a property:
 * a trait's newest value wins here, which is the opposite of what it asks for.
 */
export function shapePostHog(value: Fields, envelope: Fields): Draft {
  const properties = isObject(value['properties']) ? value['properties'] : {};
  const distinct = value['distinct_id'] ?? properties['distinct_id'];
  const isAnonymous = properties['$is_identified'] === false || properties['$process_person_profile'] === false;
  const set = changed(value['$set'] ?? properties['$set'], value['$unset'] ?? properties['$unset']);
  const common = {
    messageId: value['uuid'],
    userId: isAnonymous ? null : distinct,
    anonymousId: isAnonymous ? distinct : null,
    groupId: accountOf(properties['$groups']),
    previousId: null,
    properties: value['properties'] ?? {},
    personTraits: set ?? null,
    context: null,
    timestamp: value['timestamp'],
    sentAt: value['sent_at'] ?? envelope['sent_at'],
  };
  switch (value['event']) {
    case '$identify':
      return {
        ...common,
        kind: 'identify',
        name: null,
        anonymousId: properties['$anon_distinct_id'],
        userId: distinct,
        properties: set ?? {},
        personTraits: set ?? {},
      };
    case '$set':
      return { ...common, kind: 'identify', name: null, properties: set ?? {}, personTraits: set ?? {} };
    case '$groupidentify':
      return { ...common, kind: 'group', name: null, ...describedGroup(properties, distinct) };
    case '$create_alias':
      return { ...common, kind: 'alias', name: null, previousId: properties['alias'] };
    case '$pageview':
      return { ...common, kind: 'page', name: null };
    case '$screen':
      return { ...common, kind: 'screen', name: null };
    default:
      return { ...common, kind: 'track', name: value['event'] };
  }
}

/** `$unset` names traits to remove: those are null, as Segment's clients say it. */
function changed(set: unknown, unset: unknown): unknown {
  if (!Array.isArray(unset)) return set;
  const names = unset.filter((name) => typeof name === 'string');
  return { ...(isObject(set) ? set : {}), ...Object.fromEntries(names.map((name) => [name, null])) };
}

/** The call is about the group alone: PostHog's clients make up a person of the form `$type_key` for it. */
function describedGroup(properties: Fields, distinct: unknown): Partial<Draft> {
  const type = typeof properties['$group_type'] === 'string' ? properties['$group_type'] : '';
  const key = properties['$group_key'];
  const isMadeUp = typeof distinct === 'string' && distinct.startsWith(`$${type}_`);
  return {
    groupId: key,
    properties: properties['$group_set'] ?? {},
    ...(isMadeUp ? { userId: null, anonymousId: null } : {}),
  };
}

function accountOf(groups: unknown): unknown {
  if (!isObject(groups)) return null;
  const type =
    accountTypes.find((one) => one in groups) ?? (Object.keys(groups).length === 1 ? Object.keys(groups)[0] : null);
  return type ? groups[type] : null;
}
