import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { dateTime, distance } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import type { Today } from './queries.ts';

const kinds = [
  { id: 'new', title: 'New' },
  { id: 'handedToYou', title: 'Handed to you' },
  { id: 'done', title: 'Done' },
  { id: 'handedOn', title: 'Handed on' },
] as const;

const mostShown = 6;

/** What changed since yesterday. */
export function Changes({ workspace, today: { changes } }: { workspace: string; today: Today }): ReactNode {
  const now = useNow();
  const shown = kinds.filter(({ id }) => changes[id].total > 0);
  return (
    <aside aria-label="Since yesterday" className="flex flex-col gap-4 xl:border-l xl:pl-6">
      <h2 className="font-semibold">Since yesterday</h2>
      {shown.length === 0 && <p className="text-muted">All is as you left it.</p>}
      {shown.map(({ id, title }) => (
        <section key={id}>
          <h3 className="pb-1 text-sm text-muted">
            {title} <span className="tabular">{changes[id].total}</span>
          </h3>
          <ul className="flex flex-col gap-1.5">
            {changes[id].data.slice(0, mostShown).map(({ occurrence, account, accountName, label, at }) => (
              <li key={occurrence} className="leading-snug">
                <Link to="/w/$workspace/accounts/$account" params={{ workspace, account }} className="hover:underline">
                  {accountName || account}
                </Link>
                <span className="text-sm text-muted">
                  {' '}
                  · {label} ·{' '}
                  <time dateTime={at} title={dateTime(at)}>
                    {distance(at, now)}
                  </time>
                </span>
              </li>
            ))}
          </ul>
          {changes[id].total > mostShown && (
            <p className="pt-1 text-sm text-muted">and {changes[id].total - mostShown} more</p>
          )}
        </section>
      ))}
    </aside>
  );
}
