import type { Heartbeats } from '../heartbeat.ts';
import type { RawEvent } from './raw-event.ts';

/** First and last time of each event name at or before T, from the events of everybody: `heartbeatsQuery` in process. */
export function heartbeatsOf(events: Iterable<RawEvent>, asOf: number): Heartbeats {
  const found = new Map<string, { first: number; last: number }>();
  for (const { kind, name, time } of events) {
    if (time > asOf || (kind !== 'track' && kind !== 'page' && kind !== 'screen')) continue;
    const known = found.get(name);
    if (known === undefined) found.set(name, { first: time, last: time });
    else [known.first, known.last] = [Math.min(known.first, time), Math.max(known.last, time)];
  }
  return found;
}
