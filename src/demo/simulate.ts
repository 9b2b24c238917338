import { castAccount, type Profile } from './cast.ts';
import { writeCare } from './care.ts';
import { writeCommerce } from './commerce.ts';
import { Diary, type Message } from './diary.ts';
import { decideFate, type Fate } from './fate.ts';
import { writeMeetings } from './meetings.ts';
import { writeOnboarding } from './onboarding.ts';
import { Random } from './random.ts';
import { writeUsage } from './usage.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** The last instant told, UTC milliseconds. */
  readonly now: number;
  readonly accounts?: number;
  /** How far back use and care are told; deals and onboarding of older customers lie before. */
  readonly months?: number;
}

/** A customer with what really happened to it: tests compare this with what Rapport can see. */
export interface Customer {
  readonly profile: Profile;
  readonly fate: Fate;
  readonly messages: readonly Message[];
}

const day = 86_400_000;

/**
 * A made-up software company and its customers: 300 accounts over 18 months that end at `now`, in order of time.
 * The same seed and `now` give byte-identical messages, on any machine.
 */
export function* simulateCompany(options: SimulationOptions): Generator<Message> {
  const all = simulateCustomers(options).flatMap((customer) => customer.messages);
  // ISO texts of one length sort like times; ids make the order of equal times certain.
  all.sort((a, b) => order(a.timestamp, b.timestamp) || order(a.messageId, b.messageId));
  yield* all;
}

/** The same, by customer and with their fates. Each customer draws from its own stream, so they do not disturb each other. */
export function simulateCustomers({ seed, now, accounts = 300, months = 18 }: SimulationOptions): Customer[] {
  const from = startOf(now, months);
  const today = Math.floor(now / day) * day;
  return Array.from({ length: accounts }, (_, index) => {
    const { stream, profile, fate } = castAlive(seed, index, from, today);
    const diary = new Diary(profile.id, now);
    writeCommerce(new Random(`${stream}/commerce`), profile, fate, now, diary);
    const ongoingSince = writeOnboarding(new Random(`${stream}/onboarding`), profile, fate, diary);
    writeUsage(new Random(`${stream}/usage`), profile, fate, from, diary);
    writeMeetings(new Random(`${stream}/meetings`), profile, fate, { from, ongoingSince }, diary);
    writeCare(new Random(`${stream}/care`), profile, fate, from, diary);
    return { profile, fate, messages: diary.messages };
  });
}

/** A customer that is still one when the time that is told begins: who left before is drawn again. */
function castAlive(
  seed: number,
  index: number,
  from: number,
  today: number,
): { stream: string; profile: Profile; fate: Fate } {
  for (let attempt = 0; ; attempt++) {
    const stream = `${seed}/${index}/${attempt}`;
    const profile = castAccount(new Random(stream), index, from, today);
    const fate = decideFate(new Random(`${stream}/fate`), profile, today + day);
    if (fate.churnedAt === null || fate.churnedAt > from + 70 * day) return { stream, profile, fate };
  }
}

/** The midnight from which the simulation tells use and care. */
export function startOf(now: number, months: number): number {
  return (Math.floor(now / day) - Math.round((months * 365) / 12)) * day;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
