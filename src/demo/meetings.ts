import { appointment, monthsBetween, onTheClock, weekdaysBetween } from './appointments.ts';
import type { Person, Profile } from './cast.ts';
import type { Diary } from './diary.ts';
import type { Fate, Week } from './fate.ts';
import { writeAttendance } from './onboarding.ts';
import { season } from './product.ts';
import type { Random } from './random.ts';

const day = 86_400_000;
const minute = 60_000;

interface Agenda {
  readonly random: Random;
  readonly profile: Profile;
  readonly fate: Fate;
  readonly diary: Diary;
  readonly executive: Person;
  readonly sponsor: Person;
  /** Who answers while there is no sponsor. */
  readonly stand: Person;
  /** Only meetings in here are told. */
  readonly from: number;
  readonly until: number;
}

interface Meeting {
  readonly kind: string;
  /** What was agreed. */
  readonly at: number;
  /** By how many days it may be put off. */
  readonly patience: number;
}

/**
 * The meetings that were agreed on, at the dates of models/b2b-saas.yaml on the customer's clock: reviews of a quarter and of a
 * year, of the metrics every month, and with the largest a weekly one. Most are held in time, some are put off, some
 * fall out: more where the relationship is cold, and most before somebody leaves.
 */
export function writeMeetings(
  random: Random,
  profile: Profile,
  fate: Fate,
  { from, ongoingSince }: { readonly from: number; readonly ongoingSince: number | null },
  diary: Diary,
): void {
  const [executive, sponsor] = profile.people;
  const stand = profile.people[2] ?? sponsor;
  const until = fate.churnedAt ?? profile.dealAt + 7 * day * fate.weeks.length;
  if (!executive || !sponsor || !stand) return;
  const agenda = { random, profile, fate, diary, executive, sponsor, stand, from, until };
  writeYearly(agenda);
  writeIntroduction(agenda);
  if (ongoingSince === null) return;
  writeMonthly(agenda, ongoingSince);
  if (profile.size === 'enterprise') writeWeekly(agenda, ongoingSince);
}

function writeMonthly(agenda: Agenda, ongoingSince: number): void {
  const { profile, until } = agenda;
  const reviews = profile.size !== 'self-serve';
  let count = 0;
  for (const month of monthsBetween(ongoingSince, until)) {
    const isReview = reviews && count++ % 3 === 0;
    const at = isReview
      ? appointment({ ...month, weekday: 2, nth: 2 }, 10, profile.timezone)
      : appointment({ ...month, weekday: 3, nth: 1 }, 9, profile.timezone);
    if (at < ongoingSince + day) continue;
    hold(agenda, isReview ? { kind: 'qbr', at, patience: 12 } : { kind: 'metrics_review', at, patience: 9 });
  }
}

function writeWeekly(agenda: Agenda, ongoingSince: number): void {
  const { profile, from, until } = agenda;
  for (const thursday of weekdaysBetween(Math.max(from, ongoingSince), until, 4)) {
    if (season(thursday) < 0.5) continue;
    hold(agenda, { kind: 'weekly', at: onTheClock(thursday, 14, profile.timezone), patience: 1 });
  }
}

/** Before each renewal, with those who have one a year. */
function writeYearly(agenda: Agenda): void {
  const { random, profile, until } = agenda;
  if (profile.size === 'self-serve') return;
  for (let renewal = profile.dealAt + 364 * day; renewal < until + 60 * day; renewal += 364 * day) {
    const date = renewal - random.whole(8, 50) * day;
    const rest = [1, 0, 0, 0, 0, 0, -1][new Date(date).getUTCDay()] ?? 0;
    hold(agenda, { kind: 'annual_review', at: onTheClock(date + rest * day, 11, profile.timezone), patience: 7 });
  }
}

/** With who comes after a sponsor who left, sometimes at once with who stands in. */
function writeIntroduction(agenda: Agenda): void {
  const { random, fate } = agenda;
  const { sponsorLeftAt, sponsorReplacedAt } = fate;
  if (sponsorLeftAt === null) return;
  const soon = Math.round(sponsorLeftAt + random.between(2, 6) * day);
  if (random.chance(0.5)) hold(agenda, { kind: 'introduction', at: soon, patience: 5 });
  if (sponsorReplacedAt !== null)
    hold(agenda, {
      kind: 'introduction',
      at: Math.round(sponsorReplacedAt + random.between(1, 5) * day),
      patience: 5,
    });
}

function hold(agenda: Agenda, { kind, at, patience }: Meeting): void {
  const { random, profile, fate, diary, executive, sponsor, stand, from, until } = agenda;
  const week = weekAt(profile, fate, at);
  if (at < from || at >= until || week === null) return;
  const willing = willingness(week, fate, at);
  const contact = week.sponsor ? sponsor : stand;
  const isLarge = profile.size !== 'self-serve' && kind !== 'weekly';
  const mode = profile.size === 'self-serve' ? 'webinar' : 'video';
  if (isLarge) diary.track(at - 6 * day, contact.id, 'Meeting Scheduled', { kind, mode });
  const draw = random.unit();
  if (draw >= willing) return;
  const held = draw < 0.86 * willing ? at : Math.round(at + patience * random.between(0.2, 1) * day);
  if (held >= until) return;
  diary.track(held, contact.id, 'Meeting Held', { kind, mode });
  if (!isLarge) return;
  const invited = kind === 'qbr' || kind === 'annual_review' ? [executive, contact] : [contact];
  writeAttendance(random, invited, held, 0.35 + 0.6 * week.relationship, diary);
  if (random.chance(0.2 + 0.35 * week.relationship))
    diary.track(held + day + 90 * minute, contact.id, 'Message Replied', { topic: kind });
}

/** How likely a meeting is held. Who is about to leave finds no time any more. */
function willingness(week: Week, { churnedAt }: Fate, at: number): number {
  const leaving = churnedAt === null ? 1 : Math.min(1, 0.3 + ((churnedAt - at) / (120 * day)) * 0.5);
  const warmth = 0.42 + 0.85 * week.relationship;
  return Math.min(0.97, warmth) * leaving * (week.sponsor ? 1 : 0.6);
}

function weekAt(profile: Profile, fate: Fate, at: number): Week | null {
  return fate.weeks[Math.floor((at - profile.dealAt) / (7 * day))] ?? null;
}
