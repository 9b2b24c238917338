import { counted, date, percent } from '../../../lib/format.ts';
import type { ActivityBody, PersonBody } from '../queries.ts';
import { textOf } from '../traits.ts';

/** Somebody at the customer, with what they did of late. */
export interface Face {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: string | null;
  readonly lastSeenAt: string | null;
  readonly events: number;
  readonly days: number;
  readonly state: 'active' | 'quiet' | 'gone';
}

/** Days without a sign after which somebody counts as quiet, and after which as gone. */
export const quietDays = 28;
const goneDays = 180;
const dayMs = 86_400_000;

/** From this share of what happens, an account hangs by one person. */
const oneThread = 0.6;
const mostNamed = 3;

/** Everybody that is known, the most active first. Pure. */
export function facesOf(people: readonly PersonBody[], activity: ActivityBody, now: number): readonly Face[] {
  const active = new Map(activity.people.map((one) => [one.person, one]));
  const known = new Set(people.map(({ id }) => id));
  const faces = people.map(({ id, traits, lastSeenAt }): Face => {
    const did = active.get(id);
    const silent = now - Date.parse(lastSeenAt);
    return {
      id,
      name: textOf(traits['name']) ?? id,
      email: textOf(traits['email']),
      role: textOf(traits['role']) ?? textOf(traits['title']),
      lastSeenAt,
      events: did?.events ?? 0,
      days: did?.days ?? 0,
      state: did ? 'active' : silent > goneDays * dayMs ? 'gone' : 'quiet',
    };
  });
  const others = activity.people
    .filter(({ person }) => !known.has(person))
    .map(({ person, events, days, lastAt }): Face => ({
      id: person,
      name: person,
      email: null,
      role: null,
      lastSeenAt: lastAt,
      events,
      days,
      state: 'active',
    }));
  return [...faces, ...others].toSorted(
    (one, other) =>
      other.events - one.events || Date.parse(other.lastSeenAt ?? '') - Date.parse(one.lastSeenAt ?? '') || 0,
  );
}

/** How the circle of people looks, in words, with a next step. Pure. */
export function circleSentences(faces: readonly Face[], total: number): readonly string[] {
  const active = faces.filter(({ state }) => state === 'active');
  const quiet = faces.filter(({ state }) => state === 'quiet');
  return [...threads(active, faces, total), ...ghosts(quiet)];
}

function threads(active: readonly Face[], faces: readonly Face[], total: number): string[] {
  const [first, second] = active;
  const all = active.reduce((sum, { events }) => sum + events, 0);
  if (first === undefined) {
    const last = faces[0];
    const seen = last?.lastSeenAt ? ` The last was ${last.name}, on ${date(last.lastSeenAt)}.` : '';
    return [`Nobody of ${counted(total, 'person', 'people')} was active in the last ${quietDays} days.${seen}`];
  }
  if (second === undefined)
    return [
      `All that happened in the last ${quietDays} days came from ${first.name}. If they left, the thread would break: you could get to know a second person.`,
    ];
  const share = first.events / all;
  const circle = `${counted(active.length, 'person', 'people')} of ${total} were active in the last ${quietDays} days`;
  return share >= oneThread
    ? [`${circle}, but ${percent(share)} of it came from ${first.name}. You could draw others in while things go well.`]
    : [`${circle}, and no single one carries it.`];
}

function ghosts(quiet: readonly Face[]): string[] {
  if (quiet.length === 0) return [];
  const named = quiet.slice(0, mostNamed).map(({ name }) => name);
  const rest = quiet.length - named.length;
  const list = rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ');
  return [`Gone quiet: ${list}. You could ask how they are.`];
}
