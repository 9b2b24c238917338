import * as fc from 'fast-check';
import { expressionOf, type Reference } from '../../src/model/expression/generate.testing.ts';
import { typed } from '../../src/model/typed.ts';
import type { EventRow } from '../../src/store/events/tables.ts';
import { event, reference } from './build.ts';
import { instants, worlds } from './generate.ts';
import type { World } from './oracle.ts';

/** What the conditions of odd worlds name. */
const properties = [
  reference('properties', 'n', 'number'),
  reference('properties', 'key', 'string'),
  reference('properties', 'flag', 'bool'),
  reference('properties', 'when', 'time'),
  reference('properties', 'tags', 'list'),
  reference('properties', 'version', 'version'),
  reference('properties', 'constructor', 'string'),
] as Reference[];

/** Events as senders write them and the loader types them: what looks like one type and is another, and ends of ranges. */
function oddEvents(): fc.Arbitrary<EventRow[]> {
  const row = fc.record({
    account: fc.constantFrom('acme', 'bolt'),
    time: instants(),
    kind: fc.constantFrom('track', 'page', 'screen', 'identify', 'alias'),
    name: fc.constantFrom('Used', 'Opened', 'Closed', 'Rated', 'constructor'),
    person: fc.constantFrom('', 'ann', 'Ann', 'é', '\u{1f600}', '\ufffd', '\u{10ffff}'),
    n: fc.oneof(
      fc.constantFrom(-0, 0, '-0', '12', '0.30000000000000004', '1e3', true, 1e15, 1000000000000000.125, -1e15, 5e-324),
      fc.constantFrom(0.5e-9, 1.5e-9, -0.5e-9, 123456.0000000005, 700_000_000_001, 2 ** 53, 1e300, '', 'x', [1]),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    key: fc.constantFrom('', 'k1', 'K1', '\u{1f600}', '\ufffd', '\uff5e', 3, -0, true, null),
    flag: fc.constantFrom(true, 'true', 'false', 'TRUE', 1, null),
    when: fc.constantFrom('2026-03-01', '2026-03-01T24:00:00.123+02:00', '1901-01-01', '2026-02-30', 1.7e12, null),
    tags: fc.oneof(
      fc.constantFrom<unknown[]>([], ['a', 1, { a: [1.5] }, null, true], ['B', '', '1'], [['a']]),
      fc.constantFrom('[', '["a"', '["a"] ', ' ["a"]', '["\\u0061"]', 'a', null),
    ),
    version: fc.constantFrom('v1.9', '2', '1.10', 2, '', 'a.b', '2.0.0+1', null),
  });
  return fc.array(row, { maxLength: 30 }).map((all) =>
    all.map(({ account, time, kind, name, person, ...values }) => ({
      ...event({ account, time, kind, name, person }),
      ...typed(values),
    })),
  );
}

/** Worlds whose events are odd as well, and whose measures have any condition that a model could say. */
export function oddWorlds(): fc.Arbitrary<World> {
  const where = expressionOf('bool', {
    references: properties,
    // `%` on fractions is not exact in SQL; the others depend on when one looks, which no condition on an event may.
    without: ['modulo', 'daysSince', 'releasesBehind', 'onTime', 'before'],
    depth: 3,
  });
  const conditions = fc.array(fc.option(where), { minLength: 7, maxLength: 7 });
  return fc.tuple(worlds(), oddEvents(), conditions).map(([world, events, wheres]) => {
    const measures = world.model.measures.map((one, index) => ({ ...one, where: wheres[index] ?? one.where }));
    return { ...world, events: [...world.events, ...events], model: { ...world.model, measures } };
  });
}
