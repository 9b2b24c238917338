import type { Doer, Moment } from '../resolved-moments.ts';
import { isBroken, type Resolving, reportKey } from './context.ts';
import { isKnownPlaybook, isKnownRole, knownRoles } from './known.ts';
import { type MomentParts, segmentsOf } from './moment-context.ts';
import { oneOf } from './one-of.ts';

const touches = ['high', 'low', 'self'] as const;
type Touch = (typeof touches)[number];
const usualOwner = 'csm';

/** Reads who does a moment, by the touch of the segment; null after a mistake. */
export function doersOf(resolving: Resolving, parts: MomentParts): Moment['doneBy'] | null {
  const { path } = parts;
  const usual = usualDoer(resolving, parts);
  const doers = touches.map((touch) => doerOf(resolving, parts, touch, usual));
  checkTouches(resolving, parts);
  const [high, low, self] = doers;
  if (isBroken(resolving, [...path, 'touch']) || high === undefined || low === undefined || self === undefined)
    return null;
  checkSomebody(resolving, parts, { high, low, self });
  return { high, low, self };
}

/** The owner, for a touch that says nothing else; undefined after a mistake. */
function usualDoer(resolving: Resolving, { id, path, authored }: MomentParts): Doer | undefined {
  if (authored.owner !== undefined) return person(resolving, [...path, 'owner'], authored.owner);
  if (isBroken(resolving, [...path, 'owner'])) return undefined;
  const isNeeded = touches.some((touch) => authored.touch?.[touch] === undefined);
  if (!isNeeded || knownRoles(resolving).has(usualOwner)) return { kind: 'person', roles: [usualOwner] };
  if (isBroken(resolving, ['roles', usualOwner])) return undefined;
  return (
    reportKey(
      resolving,
      path,
      'model/unknown-role',
      `moment ${id} has no owner, and there is no role ${usualOwner}`,
      'add owner: <role>',
    ) ?? undefined
  );
}

function person(resolving: Resolving, path: readonly string[], owner: string | readonly string[]): Doer | undefined {
  const roles = typeof owner === 'string' ? [owner] : owner;
  const at = (i: number): (string | number)[] => (typeof owner === 'string' ? [...path] : [...path, i]);
  const found = roles.filter((role, i) => isKnownRole(resolving, at(i), role));
  return found.length === roles.length ? { kind: 'person', roles } : undefined;
}

/** Null: accounts of this touch do not get it; undefined after a mistake. */
function doerOf(
  resolving: Resolving,
  { id, path: momentPath, authored }: MomentParts,
  touch: Touch,
  usual: Doer | undefined,
): Doer | null | undefined {
  const other = authored.touch?.[touch];
  if (other === undefined) return usual;
  const path = [...momentPath, 'touch', touch];
  const kind = oneOf(resolving, path, other, ['owner', 'playbook', 'skip'], {
    what: `${id} with ${touch} touch`,
    does: 'who does',
    none: 'moment/not-one',
    several: 'moment/not-one',
  });
  switch (kind) {
    case null:
      return undefined;
    case 'owner':
      return person(resolving, [...path, 'owner'], other.owner ?? []);
    case 'playbook': {
      const playbook = other.playbook ?? '';
      const isKnown = isKnownPlaybook(resolving, [...path, 'playbook'], playbook);
      return isKnown ? { kind: 'automation', playbook } : undefined;
    }
    case 'skip':
      return null;
  }
}

/** Says for which touches a moment has a rule that no account of its segments can meet. */
function checkTouches(resolving: Resolving, parts: MomentParts): void {
  const { id, path, authored } = parts;
  if (isBroken(resolving, ['segments']) || isBroken(resolving, [...path, 'segments'])) return;
  const there = new Set(segmentsOf(resolving, parts).map(([, touch]) => touch));
  const isNamed = authored.segments?.every((one) => resolving.authored.segments?.[one] !== undefined) !== false;
  for (const touch of touches) {
    if (authored.touch?.[touch] === undefined || there.has(touch) || !isNamed) continue;
    const of = authored.segments === undefined ? 'segment' : `segment of ${id}`;
    reportKey(resolving, [...path, 'touch', touch], 'moment/unused-touch', `no ${of} has ${touch} touch`);
  }
}

function checkSomebody(resolving: Resolving, parts: MomentParts, doers: Moment['doneBy']): void {
  const segments = segmentsOf(resolving, parts);
  const there = segments.length === 0 ? touches : segments.map(([, touch]) => touch);
  if (there.some((touch) => doers[touch] !== null) || isBroken(resolving, ['segments'])) return;
  reportKey(
    resolving,
    [...parts.path, 'touch'],
    'moment/never',
    `every account of its segments skips ${parts.id}, so it never happens`,
    'take the moment out, or name who does it',
  );
}
