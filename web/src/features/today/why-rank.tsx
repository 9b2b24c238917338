import type { ReactNode } from 'react';
import { number, percent } from '../../lib/format.ts';
import type { TodayItem } from './queries.ts';

/** How the place in the list comes about, in words and then in numbers. */
export function WhyRank({ item }: { item: TodayItem }): ReactNode {
  const { reasons, factors } = item;
  const rows: readonly (readonly [string, string])[] = [
    ['Value a year', `${number(factors.value, 0)}${factors.valueAssumed ? ' (assumed)' : ''}`],
    ['× risk of losing it', percent(factors.risk, 1)],
    ['× urgency', number(factors.urgency, 2)],
    ['× effect of acting', percent(factors.effect, 1)],
    ['= gain', number(factors.gain, 1)],
    ['÷ minutes', number(item.occurrence.minutes, 0)],
    ['= gain per minute', number(factors.gainPerMinute, 2)],
  ];
  return (
    <div className="flex flex-col gap-4">
      <ol className="list-decimal pl-5">
        {reasons.map((reason) => (
          <li key={reason} className="py-0.5">
            {reason}
          </li>
        ))}
      </ol>
      <table className="w-full tabular">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name} className="border-t">
              <th scope="row" className="py-1.5 text-left font-normal text-muted">
                {name}
              </th>
              <td className="py-1.5 text-right">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
