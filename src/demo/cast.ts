import { companyName, industries, type Industry, personName } from './names.ts';
import { type Module, modules } from './product.ts';
import type { Random } from './random.ts';

export type Size = 'enterprise' | 'growth' | 'self-serve';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'executive' | 'sponsor' | 'admin' | 'user';
  /** How often compared with the others. */
  readonly eagerness: number;
}

/** One customer as it is before its story starts. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly industry: Industry;
  readonly size: Size;
  readonly region: 'EMEA' | 'AMER' | 'APAC';
  readonly timezone: string;
  /** Hours that its office is ahead of UTC. */
  readonly offsetHours: number;
  readonly seats: number;
  readonly employees: number;
  readonly arr: number;
  readonly plan: string;
  readonly modules: readonly Module[];
  readonly people: readonly Person[];
  readonly csm: string;
  /** The day of the deal, UTC midnight. */
  readonly dealAt: number;
  /** How well the product fits what it needs, 0–1: never seen, only felt. */
  readonly fit: number;
  /** Its onboarding will not take hold. */
  readonly onboardingFails: boolean;
  readonly referredBy: string | null;
}

const places = [
  { region: 'EMEA', timezone: 'Europe/Berlin', offsetHours: 1 },
  { region: 'EMEA', timezone: 'Europe/London', offsetHours: 0 },
  { region: 'EMEA', timezone: 'Europe/Madrid', offsetHours: 1 },
  { region: 'AMER', timezone: 'America/New_York', offsetHours: -5 },
  { region: 'AMER', timezone: 'America/Chicago', offsetHours: -6 },
  { region: 'AMER', timezone: 'America/Sao_Paulo', offsetHours: -3 },
  { region: 'APAC', timezone: 'Asia/Singapore', offsetHours: 8 },
  { region: 'APAC', timezone: 'Australia/Sydney', offsetHours: 10 },
] as const;
const managers = [
  'Mira Lindqvist',
  'Jonas Keller',
  'Ayo Okafor',
  'Sofia Reyes',
  'Ken Nakamura',
  'Lucie Moreau',
] as const;
const day = 86_400_000;

const sizes = {
  enterprise: { seats: [28, 60], arrPerSeat: [2600, 5200], least: 100_000, modules: [2, 4], employees: [900, 9000] },
  growth: { seats: [9, 26], arrPerSeat: [1100, 2600], least: 10_000, modules: [1, 3], employees: [60, 900] },
  'self-serve': { seats: [2, 7], arrPerSeat: [280, 900], least: 500, modules: [1, 2], employees: [3, 60] },
} as const;

/** Makes customer `index`. `from` and `now` bound the time that is told. */
export function castAccount(random: Random, index: number, from: number, now: number): Profile {
  const draw = random.unit();
  const size: Size = draw < 0.12 ? 'enterprise' : draw < 0.5 ? 'growth' : 'self-serve';
  const shape = sizes[size];
  const industry = random.pick(industries);
  const name = companyName(index, industry) + (index >= 272 ? ' Group' : '');
  const id = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  const seats = random.whole(shape.seats[0], shape.seats[1]);
  const arr = Math.max(
    shape.least,
    Math.round((seats * random.between(shape.arrPerSeat[0], shape.arrPerSeat[1])) / 100) * 100,
  );
  // Half were customers before the time that is told, the others join during it, the last ones a week ago.
  const dealAt = random.chance(0.55)
    ? from - random.whole(1, 500) * day
    : from + random.unit() * (now - 7 * day - from);
  return {
    id,
    name,
    industry,
    size,
    ...random.pick(places),
    seats,
    employees: random.whole(shape.employees[0], shape.employees[1]),
    arr,
    plan: { enterprise: 'Enterprise', growth: 'Team', 'self-serve': 'Starter' }[size],
    modules: ['reporting', ...random.some(modules.slice(1), random.whole(shape.modules[0], shape.modules[1]) - 1)],
    people: castPeople(random, id, seats),
    csm: size === 'self-serve' ? '' : random.pick(managers),
    dealAt: Math.floor(dealAt / day) * day,
    fit: Math.min(1, Math.max(0.05, random.around(0.66, 0.17))),
    onboardingFails: random.chance(size === 'self-serve' ? 0.13 : 0.08),
    referredBy: random.chance(0.1) ? 'referral' : null,
  };
}

function castPeople(random: Random, account: string, seats: number): Person[] {
  const used = new Set<string>();
  // A handful of seats is bought for a handful of people.
  const count = seats <= 5 ? seats : Math.max(5, Math.round(seats * random.between(0.5, 0.9)));
  return Array.from({ length: count }, (_, index) => {
    const { first, last } = personName(random.whole(0, 1000), random.whole(0, 1000));
    const plain = `${first}.${last}`.toLowerCase();
    const local = used.has(plain) ? `${plain}${index}` : plain;
    used.add(local);
    const role = index === 0 ? 'executive' : index === 1 ? 'sponsor' : index === 2 ? 'admin' : 'user';
    const eagerness = role === 'executive' ? 0.25 : role === 'sponsor' ? 1.6 : random.between(0.4, 1.3);
    return {
      id: `${account}:${local}`,
      name: `${first} ${last}`,
      email: `${local}@${account}.example`,
      role,
      eagerness,
    };
  });
}
