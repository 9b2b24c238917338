import type { Person, Profile } from './cast.ts';
import type { Diary } from './diary.ts';
import type { Fate, Week } from './fate.ts';
import { activities, learnedAt, moduleShares, season } from './product.ts';
import type { Random } from './random.ts';

const day = 86_400_000;
const hour = 3_600_000;

/** What people do in the product from `from` on, day by day, as often as the week's adoption says. */
export function writeUsage(random: Random, profile: Profile, fate: Fate, from: number, diary: Diary): void {
  for (const week of fate.weeks) {
    for (let at = week.start; at < week.start + 7 * day; at += day) {
      if (at < from) continue;
      if (fate.churnedAt !== null && at >= fate.churnedAt) return;
      writeDay(random, profile, fate, week, at, diary);
    }
  }
}

function writeDay(random: Random, profile: Profile, fate: Fate, week: Week, at: number, diary: Diary): void {
  const sinceDeal = (at - profile.dealAt) / day;
  if (sinceDeal < 2) return;
  const busy = season(at) * week.adoption * 0.17;
  const seated = Math.ceil(profile.people.length * Math.min(1, 0.25 + sinceDeal / 60));
  for (const person of profile.people.slice(0, seated)) {
    if (isAway(person, fate, at)) continue;
    if (random.chance(Math.min(0.95, busy * person.eagerness))) writeSession(random, profile, person, week, at, diary);
  }
}

/** The sponsor who left does nothing more; the successor works under the same name in this small world's records. */
function isAway(person: Person, fate: Fate, at: number): boolean {
  if (person.role !== 'sponsor' || fate.sponsorLeftAt === null || at < fate.sponsorLeftAt) return false;
  return fate.sponsorReplacedAt === null || at < fate.sponsorReplacedAt;
}

function writeSession(random: Random, profile: Profile, person: Person, week: Week, at: number, diary: Diary): void {
  const office = 8.2 + 9 * random.unit() - profile.offsetHours;
  let time = at + Math.round((((office % 24) + 24) % 24) * hour);
  diary.track(time, person.id, 'Signed In');
  const steps = random.chance(0.25 + 0.5 * week.value) ? 2 : 1;
  for (let i = 0; i < steps; i++) {
    time += Math.round(random.between(1, 25) * 60_000);
    const area = random.pick(
      moduleShares.filter((one) => profile.modules.includes(one) && week.adoption >= learnedAt[one]),
    );
    const event = random.pick(activities[area]);
    const minutes = Math.round(random.between(1, 10 + 20 * week.value));
    diary.track(time, person.id, event, area === 'reporting' ? { module: area, minutes } : { module: area });
    if (event !== 'Task Attempted') continue;
    if (random.chance(0.72 + 0.27 * profile.fit))
      diary.track(time + 40_000, person.id, 'Task Succeeded', { module: area });
  }
}
