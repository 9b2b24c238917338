import { describe, expect, it } from 'vitest';
import { setReader } from '../../../lib/format.ts';
import type { ActivityBody, PersonBody } from '../queries.ts';
import { circleSentences, facesOf } from './circle.ts';

setReader({ locale: 'en', timeZone: 'UTC' });
const now = Date.parse('2026-06-30T00:00:00Z');

function person(
  id: string,
  lastSeenAt: string,
  traits: Record<string, unknown> = { name: id.toUpperCase() },
): PersonBody {
  return { id, traits, accounts: ['acme'], firstSeenAt: '2025-01-01T00:00:00Z', lastSeenAt };
}

function activity(events: Readonly<Record<string, number>>): ActivityBody {
  const people = Object.entries(events).map(([one, count]) => ({
    person: one,
    events: count,
    days: 1,
    lastAt: '2026-06-29T00:00:00Z',
  }));
  const all = people.reduce((sum, one) => sum + one.events, 0);
  return { from: '', to: '', events: all, peopleTotal: people.length, people, names: [] };
}

const crowd = [
  person('ada', '2026-06-29T00:00:00Z'),
  person('bob', '2026-06-29T00:00:00Z'),
  person('cai', '2026-05-01T00:00:00Z'),
  person('dee', '2025-02-01T00:00:00Z', {}),
];

describe('the people of an account', () => {
  it('are active, quiet or gone; the most active first', () => {
    const faces = facesOf(crowd, activity({ bob: 9, ada: 3 }), now);
    expect(faces.map(({ id, name, state, events }) => [id, name, state, events])).toEqual([
      ['bob', 'BOB', 'active', 9],
      ['ada', 'ADA', 'active', 3],
      ['cai', 'CAI', 'quiet', 0],
      ['dee', 'dee', 'gone', 0],
    ]);
  });

  it('have somebody who is active and of whom nothing else is known', () => {
    expect(facesOf([], activity({ eve: 1 }), now)[0]).toMatchObject({ id: 'eve', name: 'eve', state: 'active' });
  });

  const told = (events: Readonly<Record<string, number>>): readonly string[] =>
    circleSentences(facesOf(crowd, activity(events), now), crowd.length);

  it('hang by one thread when one does most', () => {
    expect(told({ bob: 9, ada: 3 })).toEqual([
      '2 people of 4 were active in the last 28 days, but 75% of it came from BOB. You could draw others in while things go well.',
      'Gone quiet: CAI. You could ask how they are.',
    ]);
    expect(told({ bob: 5, ada: 5 })[0]).toBe(
      '2 people of 4 were active in the last 28 days, and no single one carries it.',
    );
  });

  it('are told with who is alone, and with silence', () => {
    expect(told({ bob: 5 })[0]).toContain('came from BOB. If they left');
    expect(told({})[0]).toBe('Nobody of 4 people was active in the last 28 days. The last was ADA, on Jun 29, 2026.');
  });
});
