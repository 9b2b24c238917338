import { useEffect, useState } from 'react';
import { watchStream } from '../../../data/stream.ts';
import { type EventBody, readTimeline, type TimelineFilter } from '../queries.ts';

const settleMs = 400;
/** Newest events that are read when something came in; after a longer flood the page is read anew. */
const headSize = 100;

/** What happened at the account since the page was opened, newest first; grows as it happens. */
export function useLiveHead(account: string, filter: TimelineFilter): readonly EventBody[] {
  const [head, setHead] = useState<readonly EventBody[]>([]);
  const { event, person } = filter;
  useEffect(() => {
    setHead([]);
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const read = (): void => {
      timer = null;
      readTimeline(account, { event, person }, { limit: headSize }, abort.signal).then(
        ({ data }) => setHead(data),
        () => {}, // the next event tries again
      );
    };
    let wasBroken = false;
    const stop = watchStream('/api/live/events', {
      query: { account },
      onEvent: () => (timer ??= setTimeout(read, settleMs)),
      onState: (state) => {
        if (state === 'open' && wasBroken) read();
        wasBroken ||= state === 'broken';
      },
    });
    return () => {
      stop();
      abort.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [account, event, person]);
  return head;
}
