import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { counted } from '../../../lib/format.ts';
import { Button } from '../../../ui/button.tsx';
import { Shown } from '../../../ui/states.tsx';
import { EventLine } from '../timeline/event-line.tsx';
import { evidenceQuery } from '../queries.ts';

/** The events that a number is made of, newest first. */
export function Evidence({ account, indicator }: { account: string; indicator: string }): ReactNode {
  const query = useInfiniteQuery(evidenceQuery(account, indicator));
  const events = query.data?.pages.flatMap(({ data }) => data) ?? [];
  const total = query.data?.pages[0]?.total ?? 0;
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold">The events behind it</h2>
      <Shown query={query}>
        {() =>
          events.length === 0 ? (
            <p className="text-muted">None in its time. What did not happen can be the reason, too.</p>
          ) : (
            <>
              <p className="text-sm text-muted">{counted(total, 'event')}, newest first</p>
              <ul className="m-0 list-none p-0" aria-label="The events behind it">
                {events.map((event) => (
                  <li key={event.id} className="border-b last:border-b-0">
                    <EventLine event={event} withDate />
                  </li>
                ))}
              </ul>
              {query.hasNextPage && (
                <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Show more
                </Button>
              )}
            </>
          )
        }
      </Shown>
    </section>
  );
}
