import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { distance, number } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Empty, Shown } from '../../../ui/states.tsx';
import { type Column, Table } from '../../../ui/table.tsx';
import { activityQuery, midnightBefore, peopleQuery } from '../queries.ts';
import { circleSentences, type Face, facesOf, quietDays } from './circle.ts';

/** Height of what a table has besides its rows, px. */
const tableFrame = 72;

/** Who is there: who is active, who has gone quiet, and whether it all hangs by one of them. */
export function PeopleTab({ account, onPerson }: { account: string; onPerson: (person: string) => void }): ReactNode {
  const now = useNow();
  const people = useQuery(peopleQuery(account));
  const activity = useQuery(activityQuery(account, midnightBefore(now, quietDays)));
  const columns = useColumns(now);
  const both = {
    data: people.data && activity.data ? { people: people.data, activity: activity.data } : undefined,
    error: people.error ?? activity.error,
    refetch: () => void Promise.all([people.refetch(), activity.refetch()]),
  };
  return (
    <Shown query={both}>
      {(found) => {
        const faces = facesOf(found.people.data, found.activity, now);
        if (faces.length === 0)
          return <Empty title="Nobody is known there yet">People appear with the first event that names them.</Empty>;
        return (
          <div className="flex flex-col gap-4">
            <div className="flex max-w-3xl flex-col gap-1 text-pretty">
              {circleSentences(faces, found.people.total).map((sentence, at) => (
                <p
                  key={sentence}
                  dir="auto"
                  className={at === 0 ? 'text-lg wrap-anywhere' : 'text-muted wrap-anywhere'}
                >
                  {sentence}
                </p>
              ))}
            </div>
            <div className="flex max-h-[70dvh] flex-col" style={{ height: tableFrame + faces.length * 40 }}>
              <Table
                label="People"
                columns={columns}
                rows={faces}
                total={Math.max(faces.length, found.people.total)}
                keyOf={({ id }) => id}
                onOpen={({ id }) => onPerson(id)}
              />
            </div>
          </div>
        );
      }}
    </Shown>
  );
}

const states = {
  active: { word: 'active', class: 'font-medium' },
  quiet: { word: 'gone quiet', class: 'text-muted' },
  gone: { word: 'long gone', class: 'text-muted' },
} as const;

function useColumns(now: number): readonly Column<Face>[] {
  return useMemo(
    () => [
      {
        id: 'name',
        title: 'Person',
        width: 'minmax(180px, 2fr)',
        cell: ({ name, id }) => (
          <span dir="auto" className="truncate font-medium" title={id}>
            {name}
          </span>
        ),
      },
      {
        id: 'role',
        title: 'Role',
        width: 'minmax(90px, 1fr)',
        cell: ({ role }) => (
          <span dir="auto" className="truncate">
            {role ?? '–'}
          </span>
        ),
      },
      {
        id: 'state',
        title: 'State',
        width: '110px',
        cell: ({ state }) => <span className={states[state].class}>{states[state].word}</span>,
      },
      {
        id: 'events',
        title: `Events, ${quietDays} days`,
        width: '130px',
        align: 'end',
        cell: ({ events }) => (events === 0 ? '–' : number(events, 0)),
      },
      {
        id: 'days',
        title: 'Active days',
        width: '110px',
        align: 'end',
        cell: ({ days }) => (days === 0 ? '–' : number(days, 0)),
      },
      {
        id: 'lastSeenAt',
        title: 'Last seen',
        width: 'minmax(120px, 1fr)',
        cell: ({ lastSeenAt }) => <span className="text-muted">{lastSeenAt ? distance(lastSeenAt, now) : '–'}</span>,
      },
      {
        id: 'email',
        title: 'E-mail',
        width: 'minmax(160px, 2fr)',
        cell: ({ email }) => <span className="truncate text-muted">{email ?? '–'}</span>,
      },
    ],
    [now],
  );
}
