import type { Profile } from './cast.ts';
import type { Diary } from './diary.ts';
import type { Fate } from './fate.ts';
import { releasesBetween } from './product.ts';
import type { Random } from './random.ts';

const day = 86_400_000;
const hour = 3_600_000;

/** The contract and the account's traits over time: renewals, price, seats, version, who executives, the end. */
export function writeCommerce(random: Random, profile: Profile, fate: Fate, until: number, diary: Diary): void {
  const [executive, sponsor] = profile.people;
  if (!executive || !sponsor) return;
  const term = (profile.size === 'self-serve' ? 91 : 364) * day;
  const deal = profile.dealAt + 10 * hour;
  let { seats, arr } = profile;
  diary.group(deal + 1, {
    name: profile.name,
    industry: profile.industry,
    region: profile.region,
    timezone: profile.timezone,
    employees: profile.employees,
    plan: profile.plan,
    modules: profile.modules,
    seats,
    arr,
    contacts: profile.people.length,
    sponsor_since: new Date(deal).toISOString(),
    planned_users: profile.people.length,
    planned_days: 56,
    renewal_at: new Date(profile.dealAt + term).toISOString(),
    ...(profile.csm === '' ? {} : { csm: profile.csm }),
  });
  for (const decision of fate.decisions) {
    const time = decision.at + 11 * hour;
    if (decision.kind === 'churned') {
      if (decision.noticeAt < decision.at) {
        diary.track(decision.noticeAt + 9 * hour, executive.id, 'Renewal Declined', { reason: decision.cause });
      }
      diary.track(decision.at, executive.id, 'Subscription Cancelled', { reason: decision.cause, arr });
      break;
    }
    arr = Math.round((arr * (1 + decision.priceRise) * (seats + decision.seatsAdded)) / seats);
    seats += decision.seatsAdded;
    diary.track(time, executive.id, 'Subscription Renewed', { arr, price_rise: decision.priceRise });
    if (decision.seatsAdded > 0)
      diary.track(time + 1, executive.id, 'Subscription Expanded', { arr, seats_added: decision.seatsAdded });
    diary.group(time + 2, { arr, seats, renewal_at: new Date(decision.at + term).toISOString() });
  }
  if (fate.sponsorLeftAt !== null && fate.sponsorLeftAt < (fate.churnedAt ?? until)) {
    writeSponsor(profile, fate.sponsorLeftAt, fate.sponsorReplacedAt, sponsor.id, diary);
  }
  writeVersions(random, profile, fate.churnedAt ?? until, diary);
  if (profile.size !== 'self-serve') writeReleases(profile, sponsor.id, fate.churnedAt ?? until, diary);
}

/** Who has somebody to tell them is told of each release. */
function writeReleases(profile: Profile, sponsor: string, until: number, diary: Diary): void {
  for (const { version, at } of releasesBetween(profile.dealAt, until))
    if (at > profile.dealAt) diary.track(at, sponsor, 'Release Available', { version });
}

function writeSponsor(
  profile: Profile,
  leftAt: number,
  replacedAt: number | null,
  sponsor: string,
  diary: Diary,
): void {
  const left = Math.round(leftAt);
  diary.track(left, sponsor, 'Contact Left', { role: 'sponsor' });
  diary.group(left + 1, { sponsor_left_at: new Date(left).toISOString() });
  if (replacedAt === null) return;
  const next = profile.people[2]?.id ?? sponsor;
  diary.track(Math.round(replacedAt), next, 'Contact Replaced', { role: 'sponsor' });
  diary.group(Math.round(replacedAt) + 1, { sponsor_since: new Date(Math.round(replacedAt)).toISOString() });
}

/** Each account installs releases after its own delay; some skip. */
function writeVersions(random: Random, profile: Profile, until: number, diary: Diary): void {
  const delay = random.whole(2, 75) * day;
  let installed = false;
  for (const { version, at } of releasesBetween(profile.dealAt, until)) {
    const time = Math.max(at + delay, profile.dealAt + 12 * hour);
    if (time > until || (installed && random.chance(0.3))) continue;
    diary.group(time, { version });
    installed = true;
  }
}
