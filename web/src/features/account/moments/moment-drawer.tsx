import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { dateTime } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Shown } from '../../../ui/states.tsx';
import { type OccurrenceDetail, occurrenceQuery } from '../queries.ts';
import { EventLine } from '../timeline/event-line.tsx';
import { plainName, titleOf } from '../why/words.ts';
import { whenText } from './moments-tab.tsx';

/** One moment of an account: what it rests on, what could win them, what became of it. */
export function MomentDrawer({ occurrence, onClose }: { occurrence: string | null; onClose: () => void }): ReactNode {
  const now = useNow();
  const query = useQuery({ ...occurrenceQuery(occurrence ?? ''), enabled: occurrence !== null });
  return (
    <Dialog
      place="side"
      open={occurrence !== null}
      onOpenChange={(open) => !open && onClose()}
      title={query.data?.label ?? 'Moment'}
      {...(query.data ? { description: whenText(query.data, now) } : {})}
    >
      <Shown query={query}>{(one) => <Details one={one} />}</Shown>
    </Dialog>
  );
}

function Details({ one: { objective, evidence, appeals, nextStep, history } }: { one: OccurrenceDetail }): ReactNode {
  const hints = Object.entries(appeals).filter(([, hint]) => hint !== null);
  return (
    <div className="flex flex-col gap-5">
      {objective !== null && <p className="text-lg">{objective}</p>}
      <section className="flex flex-col gap-1">
        <h2 className="font-semibold">Why</h2>
        <p>{evidence.text}</p>
        {evidence.events.map((event) => (
          <EventLine key={event.id} event={{ ...event, kind: 'track' }} withDate />
        ))}
      </section>
      {hints.length > 0 && (
        <section className="flex flex-col gap-1">
          <h2 className="font-semibold">What could win them</h2>
          <dl className="m-0 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            {hints.map(([appeal, hint]) => (
              <div key={appeal} className="contents">
                <dt className="text-muted">{titleOf(appeal)}</dt>
                <dd className="m-0">{hint}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section className="flex flex-col gap-1">
        <h2 className="font-semibold">Next step</h2>
        <p>{nextStep}</p>
      </section>
      <section className="flex flex-col gap-1">
        <h2 className="font-semibold">What became of it</h2>
        <ol className="m-0 list-none p-0 text-sm">
          {history.map(({ number, at, to, reason }) => (
            <li key={number} className="flex gap-3 border-b py-1.5 last:border-b-0">
              <time dateTime={at} className="w-44 shrink-0 whitespace-nowrap text-muted tabular">
                {dateTime(at)}
              </time>
              <span>
                {to}
                {reason && <span className="text-muted"> · {plainName(reason.kind)}</span>}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
