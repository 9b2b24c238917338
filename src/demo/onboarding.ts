import type { Person, Profile } from './cast.ts';
import type { Diary } from './diary.ts';
import type { Fate } from './fate.ts';
import type { Random } from './random.ts';

const day = 86_400_000;
const hour = 3_600_000;

/** The deal, and the first 60 days: milestones in time where it goes well, late or never where it does not. */
export function writeOnboarding(random: Random, profile: Profile, fate: Fate, diary: Diary): void {
  const [executive, sponsor] = profile.people;
  if (!executive || !sponsor) return;
  const deal = profile.dealAt + 10 * hour;
  const end = fate.churnedAt ?? Number.POSITIVE_INFINITY;
  const after = (days: number, person: Person, event: string, properties: Parameters<Diary['track']>[3] = {}): void => {
    const time = deal + Math.round(days * day);
    if (time < end) diary.track(time, person.id, event, properties);
  };
  diary.track(deal, executive.id, 'Deal Won', { arr: profile.arr, plan: profile.plan });
  const slow = profile.onboardingFails ? 2.5 : 1.4 - 0.6 * profile.fit;
  if (profile.size !== 'self-serve') {
    const kickoff = random.between(4, 11) * slow;
    after(kickoff - 3, sponsor, 'Meeting Scheduled', { kind: 'kickoff', mode: 'video' });
    after(kickoff, sponsor, 'Meeting Held', { kind: 'kickoff', mode: 'video' });
    writeAttendance(random, [executive, sponsor], deal + kickoff * day, 0.9, diary);
  }
  after(random.between(1, 4) * slow, sponsor, 'Signed In');
  profile.people.forEach((person, index) => {
    if (profile.onboardingFails && index > 2 && random.chance(0.7)) return;
    const joins = 1 + (index / profile.people.length) * 55 * slow * random.between(0.6, 1);
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
  if (profile.onboardingFails) return;
  if (random.chance(0.4 + 0.5 * profile.fit)) {
    after(random.between(14, 38) * slow, sponsor, 'Value Outcome Recorded', { outcome: 'first plan in use' });
  }
  if (random.chance(0.3 + 0.6 * profile.fit)) {
    after(random.between(38, 68) * slow, sponsor, 'Checkpoint Passed', { kind: 'self_sufficiency' });
  }
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
