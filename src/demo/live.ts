import type { Message } from './diary.ts';
import { activities, moduleShares, season } from './product.ts';
import { Random } from './random.ts';
import { type Customer, simulateCustomers } from './simulate.ts';

export interface LiveOptions {
  readonly seed: number;
  /** When the simulated history ended, UTC milliseconds: the same as for `simulateCompany`. */
  readonly now: number;
  readonly accounts?: number;
}

/** A running company: what its customers do from the end of the simulated history on. */
export interface LiveCompany {
  /** The messages of the second that ends at `at` (UTC milliseconds); about `perSecond` of them on a weekday, fewer at night. */
  next(at: number, perSecond: number): Message[];
}

const day = 86_400_000;

/**
 * Goes on with the demo company second by second: mostly sessions of customers in proportion to how well they do, now
 * and then a case, an answer or a meeting. Message ids hold the instant, so a restart repeats nothing.
 */
export function createLiveCompany({ seed, now, accounts = 300 }: LiveOptions): LiveCompany {
  const customers = simulateCustomers({ seed, now, accounts }).filter(({ fate }) => fate.churnedAt === null);
  const weights = customers.map(({ profile, fate }) => profile.people.length * (fate.weeks.at(-1)?.adoption ?? 0.1));
  return {
    next: (at, perSecond) => {
      const random = new Random(`${seed}/live/${at}`);
      const mean = perSecond * Math.max(0.2, season(Math.floor(at / day) * day));
      return Array.from({ length: random.count(mean) }, (_, index) =>
        happening(
          random,
          chooseBy(random, customers, weights),
          at - 1000 + random.whole(0, 999),
          `live-${at}-${index}`,
        ),
      );
    },
  };
}

function happening(random: Random, { profile, fate }: Customer, time: number, messageId: string): Message {
  const person = random.pick(profile.people);
  const common = {
    messageId,
    timestamp: new Date(time).toISOString(),
    userId: person.id,
    context: { groupId: profile.id },
  };
  const track = (event: string, properties: Extract<Message, { type: 'track' }>['properties']): Message => ({
    type: 'track',
    event,
    properties,
    ...common,
  });
  const draw = random.unit();
  if (draw < 0.25) return track('Signed In', {});
  if (draw > 0.995)
    return track('Case Opened', { case_id: messageId, severity: random.pick(['sev1', 'sev2', 'sev3', 'sev4']) });
  if (draw > 0.985) return track('Message Replied', { topic: 'check-in' });
  if (draw > 0.98)
    return track('Survey Responded', { kind: 'nps', score: scoreOf(random, fate.weeks.at(-1)?.value ?? 0.5) });
  const area = random.pick(moduleShares.filter((one) => profile.modules.includes(one)));
  const properties = area === 'reporting' ? { module: area, minutes: random.whole(1, 25) } : { module: area };
  return track(random.pick(activities[area]), properties);
}

function scoreOf(random: Random, value: number): number {
  return Math.round(Math.min(10, Math.max(0, 3 + 8 * value + random.around(0, 1.5))));
}

function chooseBy(random: Random, customers: readonly Customer[], weights: readonly number[]): Customer {
  let left = random.unit() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (left -= weight) <= 0);
  const chosen = customers[index] ?? customers.at(-1);
  if (!chosen) throw new RangeError('a company without customers has nothing to tell');
  return chosen;
}
