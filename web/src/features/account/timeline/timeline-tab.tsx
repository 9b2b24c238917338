import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp, X } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { counted, date, day } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Button } from '../../../ui/button.tsx';
import { BareSelect } from '../../../ui/field.tsx';
import { Empty, Shown } from '../../../ui/states.tsx';
import { activityQuery, type EventBody, midnightBefore, type TimelineFilter, timelineQuery } from '../queries.ts';
import type { AccountSearch } from '../search.ts';
import { EventLine } from './event-line.tsx';
import { useLiveHead } from './live-head.ts';
import { rowsOf, type TimelineRow, withNew } from './rows.ts';

interface TimelineTabProps {
  readonly account: string;
  readonly search: AccountSearch;
  readonly onSearch: (next: AccountSearch) => void;
}

/** Everything that happened with an account, newest first, live at its top. */
export function TimelineTab({ account, search, onSearch }: TimelineTabProps): ReactNode {
  const { event, person } = search;
  const filter = useMemo(() => ({ event, person }), [event, person]);
  const query = useInfiniteQuery(timelineQuery(account, filter));
  const read = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data]);
  const isFiltered = event !== undefined || person !== undefined;
  return (
    <div className="flex flex-col gap-3">
      <Filters account={account} search={search} onSearch={onSearch} total={query.data?.pages[0]?.total ?? null} />
      <Shown query={query} rows={10}>
        {() =>
          read.length === 0 ? (
            <Empty title={isFiltered ? 'Nothing of that kind happened' : 'Nothing has happened yet'}>
              {isFiltered ? 'Try fewer conditions.' : 'Events appear here as they come in.'}
            </Empty>
          ) : (
            <Events
              key={JSON.stringify(filter)}
              account={account}
              filter={filter}
              read={read}
              hasMore={query.hasNextPage && !query.isFetchingNextPage}
              onMore={() => void query.fetchNextPage()}
            />
          )
        }
      </Shown>
    </div>
  );
}

/** How far the names and people of the filters look back. */
const filterDays = 365;

function Filters({ account, search, onSearch, total }: TimelineTabProps & { total: number | null }): ReactNode {
  const now = useNow();
  const activity = useQuery(activityQuery(account, midnightBefore(now, filterDays))).data;
  const { event, person, ...rest } = search;
  const change = (next: Pick<AccountSearch, 'event' | 'person'>): void => onSearch({ ...rest, ...next });
  const kept = (key: 'event' | 'person', value: string | undefined) => (value ? { [key]: value } : {});
  const names = withChosen(activity?.names.map((one) => one.event) ?? [], event);
  const people = withChosen(activity?.people.map((one) => one.person) ?? [], person);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <BareSelect
        label="What happened"
        className="max-w-64"
        value={event ?? ''}
        onChange={({ target }) => change({ ...kept('event', target.value), ...kept('person', person) })}
      >
        <option value="">Everything that happened</option>
        {names.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </BareSelect>
      <BareSelect
        label="Who did it"
        className="max-w-64"
        value={person ?? ''}
        onChange={({ target }) => change({ ...kept('event', event), ...kept('person', target.value) })}
      >
        <option value="">Everybody</option>
        {people.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </BareSelect>
      {(event ?? person) !== undefined && (
        <Button look="quiet" icon={<X size={14} />} onClick={() => change({})}>
          All again
        </Button>
      )}
      {total !== null && <span className="text-muted">{counted(total, 'event')}</span>}
    </div>
  );
}

/** What the address asks for can be chosen, even when it did not happen lately. */
function withChosen(all: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || all.includes(chosen) ? all : [chosen, ...all];
}

interface EventsProps {
  readonly account: string;
  readonly filter: TimelineFilter;
  readonly read: readonly EventBody[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** From the top within this, a reader is taken to want what is new, px. */
const atTop = 8;

function Events({ account, filter, read, hasMore, onMore }: EventsProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const head = useLiveHead(account, filter);
  const [taken, setTaken] = useState<readonly EventBody[]>([]);
  const shown = useMemo(() => withNew(read, taken), [read, taken]);
  const waiting = withNew(shown, head).length - shown.length;
  const rows = useMemo(() => rowsOf(shown, date), [shown]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 36,
    overscan: 12,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const take = (): void => setTaken((before) => withNew(before, head));
  useEffect(() => {
    // Who reads further down keeps their place; what is new waits above.
    if ((scroller.current?.scrollTop ?? 0) <= atTop) setTaken((before) => withNew(before, head));
  }, [head]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - 30) onMore();
  }, [hasMore, last, rows.length, onMore]);
  return (
    <div className="relative">
      {waiting > 0 && (
        <Button
          look="primary"
          icon={<ArrowUp size={14} />}
          className="absolute top-2 left-1/2 z-10 -translate-x-1/2 shadow-float"
          onClick={() => {
            take();
            virtual.scrollToOffset(0);
          }}
        >
          {counted(waiting, 'new event')}
        </Button>
      )}
      <div
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="Timeline"
        className="h-[max(360px,calc(100dvh-300px))] overflow-auto rounded-lg border bg-surface outline-offset-[-2px]"
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  className="absolute inset-x-0 border-b px-2"
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Row row={row} isNew={row.kind === 'event' && taken.includes(row.event)} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ row, isNew }: { row: TimelineRow; isNew: boolean }): ReactNode {
  if (row.kind === 'day') return <h2 className="pt-4 pb-1.5 text-sm font-semibold text-muted">{day(row.at)}</h2>;
  return (
    <div className={isNew ? 'animate-arrive' : ''}>
      <EventLine event={row.event} />
    </div>
  );
}
