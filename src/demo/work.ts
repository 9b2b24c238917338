import { Random } from './random.ts';

const day = 86_400_000;
const hour = 3_600_000;

/** Something that one of our own people has to do for a customer. */
export interface Work {
  readonly account: string;
  readonly moment: string;
  /** Since when somebody has it. */
  readonly since: number;
  /** Null: at any time. */
  readonly dueAt: number | null;
  /** An event of the customer says that it happened; nobody has to. */
  readonly endsByEvent: boolean;
}

/** What they did about it. */
export interface Deed {
  readonly kind: 'complete' | 'skip';
  readonly at: number;
  readonly note: string;
}

const completed = ['Talked it through', 'Called them, all clear', 'Sorted out together', 'Met them, next step agreed'];
const skipped = ['They asked us to wait', 'Covered in another meeting', 'Not needed after all'];

/**
 * What becomes of a piece of work: most is done in time, some late, some put aside, and a part is forgotten (null). What an
 * event ends is left to the event; what stays overdue is done without it, or put aside. The same work always ends the
 * same way.
 */
export function deedFor(seed: number, { account, moment, since, dueAt, endsByEvent }: Work): Deed | null {
  const random = new Random(`${seed}/work/${account}/${moment}/${since}`);
  const draw = random.unit();
  const due = Math.max(dueAt ?? since + 7 * day, since + hour);
  if (endsByEvent) {
    const at = atWork(random, due + random.between(9, 30) * day, due);
    if (draw < 0.5) return { kind: 'complete', at, note: random.pick(completed) };
    return draw < 0.8 ? { kind: 'skip', at, note: random.pick(skipped) } : null;
  }
  if (draw < 0.72) {
    const at = Math.round(since + random.between(0.1, 0.85) * (due - since));
    // Hours count, or the day does.
    const on = due - since > 2 * day ? atWork(random, at, since + hour) : at;
    return { kind: 'complete', at: on, note: random.pick(completed) };
  }
  const late = atWork(random, due + random.between(0.3, 6) * day, due);
  if (draw < 0.88) return { kind: 'complete', at: late, note: random.pick(completed) };
  return draw < 0.95 ? { kind: 'skip', at: late, note: random.pick(skipped) } : null;
}

/** In office hours of that day, or of the Monday after a weekend; not before `earliest`. */
function atWork(random: Random, time: number, earliest: number): number {
  const midnight = Math.floor(time / day) * day;
  const weekday = new Date(midnight).getUTCDay();
  const rest = weekday === 6 ? 2 : weekday === 0 ? 1 : 0;
  return Math.max(midnight + rest * day + Math.round(random.between(7, 16) * hour), earliest);
}
