import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cx } from '../../lib/class-names.ts';
import { date, number, percent } from '../../lib/format.ts';
import { Empty } from '../../ui/states.tsx';
import type { Load } from './queries.ts';

/** What everybody has to do, the most overdue first. */
export function Team({ workspace, load }: { workspace: string; load: Load }): ReactNode {
  if (load.data.length === 0) {
    return <Empty title="Nobody is in the team yet">Members appear here with what they have to do.</Empty>;
  }
  return (
    <>
      {load.unowned > 0 && (
        <p role="status" className="mb-3 rounded bg-warning-soft px-3 py-2 text-warning">
          {number(load.unowned, 0)} open and nobody has it. A manager who is in could take them.
        </p>
      )}
      <div className="overflow-x-auto rounded-lg border bg-surface" role="region" aria-label="Load" tabIndex={0}>
        <table className="w-full min-w-180 tabular">
          <thead className="text-left text-sm text-muted">
            <tr>
              {['Member', 'Accounts', 'Open', 'Overdue', 'Escalated', 'Put off', 'Week'].map((title, at) => (
                <th key={title} scope="col" className={cx('px-3 py-2 font-normal', at > 0 && at < 6 && 'text-right')}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {load.data.map((one) => (
              <tr key={one.member} className="border-t">
                <th scope="row" className="px-3 py-2 text-left font-normal">
                  <Link
                    to="/w/$workspace/today"
                    params={{ workspace }}
                    search={{ owner: one.member }}
                    className="font-medium hover:underline"
                  >
                    {one.name}
                  </Link>
                  <span className="block text-sm text-muted">
                    {one.away ? `away until ${date(one.away.until)}, ${one.away.cover} stands in` : one.role}
                  </span>
                </th>
                <td className="px-3 text-right">{number(one.accounts, 0)}</td>
                <td className="px-3 text-right">{number(one.open, 0)}</td>
                <td className={cx('px-3 text-right', one.overdue > 0 && 'font-medium text-danger')}>
                  {number(one.overdue, 0)}
                </td>
                <td className="px-3 text-right">{number(one.escalated, 0)}</td>
                <td className="px-3 text-right">{number(one.snoozed, 0)}</td>
                <td className="px-3">
                  <Week open={one.openMinutes} week={one.weeklyMinutes} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** How much of a week is open. */
function Week({ open, week }: { open: number; week: number }): ReactNode {
  const share = week === 0 ? 0 : open / week;
  return (
    <span className="flex items-center gap-2" title={`${number(open, 0)} of ${number(week, 0)} minutes`}>
      <span className="h-1.5 w-24 overflow-hidden rounded bg-sunken" aria-hidden="true">
        <span
          className={cx('block h-full', share > 1 ? 'bg-danger' : 'bg-accent')}
          style={{ width: `${Math.min(100, share * 100)}%` }}
        />
      </span>
      <span className={share > 1 ? 'text-danger' : 'text-muted'}>{week === 0 ? '–' : percent(share)}</span>
    </span>
  );
}
