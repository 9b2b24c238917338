import type { Person, Profile } from './cast.ts';
import type { Diary } from './diary.ts';
import type { Fate } from './fate.ts';
import type { Random } from './random.ts';

const day = 86_400_000;
const hour = 3_600_000;

/** What is expected of the first weeks, in days after the deal: how it goes where all goes well, and by when at the latest. */
interface Milestone {
  readonly event: string;
  readonly properties: Parameters<Diary['track']>[3];
  readonly usual: readonly [number, number];
  readonly due: number;
}

const milestones = {
  kickoff: { event: 'Meeting Held', properties: { kind: 'kickoff' }, usual: [3, 9], due: 10 },
  login: { event: 'Signed In', properties: {}, usual: [1, 5], due: 7 },
  training: { event: 'Training Completed', properties: { course: 'Basics' }, usual: [7, 19], due: 21 },
  metrics: { event: 'Meeting Held', properties: { kind: 'metrics_review' }, usual: [30, 44], due: 45 },
  checkpoint: { event: 'Checkpoint Passed', properties: { kind: 'self_sufficiency' }, usual: [42, 59], due: 60 },
} satisfies Record<string, Milestone>;

/**
 * The deal, and the first 60 days: most milestones in time, some late; late or never where the onboarding does not take hold.
 * When it was done; null: it never was.
 */
export function writeOnboarding(random: Random, profile: Profile, fate: Fate, diary: Diary): number | null {
  const [executive, sponsor] = profile.people;
  if (!executive || !sponsor) return null;
  const deal = profile.dealAt + 10 * hour;
  const end = fate.churnedAt ?? Number.POSITIVE_INFINITY;
  const after = (
    days: number,
    person: Person,
    event: string,
    properties: Milestone['properties'] = {},
  ): number | null => {
    const time = deal + Math.round(days * day);
    if (time >= end) return null;
    diary.track(time, person.id, event, properties);
    return time;
  };
  const mode = profile.size === 'self-serve' ? 'webinar' : 'video';
  const reach = ({ event, properties, usual, due }: Milestone, person: Person): number | null => {
    const days = dayOf(random, profile, usual, due);
    if (days === null) return null;
    return after(days, person, event, event === 'Meeting Held' ? { ...properties, mode } : properties);
  };
  diary.track(deal, executive.id, 'Deal Won', { arr: profile.arr, plan: profile.plan });
  const { kickoff, login, training, metrics, checkpoint } = milestones;
  const held = reach(kickoff, sponsor);
  if (held !== null && profile.size !== 'self-serve') {
    diary.track(held - 3 * day, sponsor.id, 'Meeting Scheduled', { kind: 'kickoff', mode });
    writeAttendance(random, [executive, sponsor], held, 0.9, diary);
  }
  reach(login, sponsor);
  writeJoining(random, profile, { deal, end, sponsor, after }, diary);
  reach(training, sponsor);
  reach(metrics, sponsor);
  if (!profile.onboardingFails && random.chance(0.4 + 0.5 * profile.fit))
    after(random.between(14, 38) * paceOf(profile), sponsor, 'Value Outcome Recorded', {
      outcome: 'first plan in use',
    });
  return reach(checkpoint, sponsor);
}

/** The day on which a milestone is reached; null: never. A good fit is fast. */
function dayOf(random: Random, profile: Profile, usual: Milestone['usual'], due: number): number | null {
  const draw = random.unit();
  const inTime = Math.min(random.between(usual[0], usual[1]) * paceOf(profile), due - 0.1);
  const late = due + random.between(1, profile.onboardingFails ? 60 : 20);
  if (profile.onboardingFails) return draw < 0.2 ? inTime : draw < 0.5 ? late : null;
  const good = 0.68 + 0.22 * profile.fit;
  return draw < good ? inTime : draw < good + 0.13 ? late : null;
}

function paceOf({ fit, onboardingFails }: Profile): number {
  return onboardingFails ? 2.5 : 1.4 - 0.6 * fit;
}

interface Joining {
  readonly deal: number;
  readonly end: number;
  readonly sponsor: Person;
  readonly after: (days: number, person: Person, event: string, properties?: Milestone['properties']) => number | null;
}

/** The people come in one by one: the first five soon, the others over the first two months. */
function writeJoining(random: Random, profile: Profile, { deal, end, sponsor, after }: Joining, diary: Diary): void {
  const pace = paceOf(profile);
  profile.people.forEach((person, index) => {
    if (profile.onboardingFails && index > 2 && random.chance(0.7)) return;
    const early = 1 + index * random.between(2, 4.4) * pace;
    const spread = 1 + (index / profile.people.length) * 55 * pace * random.between(0.6, 1);
    const joins = index < 5 ? Math.min(early, Math.max(spread, 12)) : spread;
    const time = deal + Math.round(joins * day);
    if (time >= end) return;
    diary.identify(time, person.id, { name: person.name, email: person.email, role: person.role });
    diary.group(time + 1, {}, person.id);
    diary.track(time + 2, sponsor.id, 'Account Added User', { user: person.id, role: person.role });
    if (random.chance(profile.onboardingFails ? 0.1 : 0.3 + 0.4 * profile.fit)) {
      after(joins + random.between(3, 20), person, 'Training Completed', {
        course: random.pick(['Basics', 'Planner', 'Reports']),
      });
    }
  });
}

/** Who of the invited customers came. */
export function writeAttendance(
  random: Random,
  invited: readonly Person[],
  time: number,
  share: number,
  diary: Diary,
): void {
  for (const person of invited) {
    diary.track(time - 2 * day, person.id, 'Meeting Invited', { side: 'customer' });
    if (random.chance(share)) diary.track(time + 60_000, person.id, 'Meeting Attended', { side: 'customer' });
  }
}
