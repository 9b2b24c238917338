import { expect, it } from 'vitest';
import { eventLog, eventsBetween, firstAfter, firstFrom, latestUpTo } from './event-log.ts';
import { named, propertyIs, seen } from './moments.testing.ts';

const log = eventLog([seen('b', 30), seen('a', 20), seen('a', 10), seen('a', 20), seen('a', 20, { id: 'other' })]);
const ids = (test = named('a')): readonly string[] => log.matching(test).map(({ id }) => id);

it.each([
  ['one name, by time and id, each once', named('a'), ['a 10', 'a 20', 'other']],
  ['several names', named('b', 'a', 'b'), ['a 10', 'a 20', 'other', 'b 30']],
  ['any name', named(), ['a 10', 'a 20', 'other', 'b 30']],
  ['an unknown name', named('c'), []],
  ['a condition that does not hold', { events: ['a'], where: propertyIs('kind', 'x') }, []],
])('a log knows the events of %s', (_, test, expected) => {
  expect(ids(test)).toEqual(expected);
});

it('a log finds the edges', () => {
  const test = named('a');
  expect(firstFrom(log, test, 10)?.id).toBe('a 10');
  expect(firstFrom(log, test, 21)).toBeNull();
  expect(firstAfter(log, test, 10)?.id).toBe('a 20');
  expect(latestUpTo(log, test, 9)).toBeNull();
  expect(latestUpTo(log, test, 20)?.id).toBe('other');
  expect(eventsBetween(log, test, 11, 20)).toHaveLength(2);
});
