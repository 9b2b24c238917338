import type { ReactNode } from 'react';
import { number } from '../../lib/format.ts';
import type { Rows } from './csv.ts';

/** The same as a chart, in numbers. */
export function TableTwin({ label, rows: { columns, rows } }: { label: string; rows: Rows }): ReactNode {
  return (
    <div tabIndex={0} role="group" aria-label={label} className="max-h-96 overflow-auto rounded border">
      <table className="w-full text-sm tabular">
        <thead className="sticky top-0 bg-surface text-left text-muted">
          <tr>
            {columns.map((column, at) => (
              <th key={column} scope="col" className={`border-b px-3 py-1.5 font-normal ${at > 0 ? 'text-right' : ''}`}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at} className="border-b last:border-b-0">
              {row.map((value, index) => (
                <td key={columns[index]} className={`px-3 py-1 ${index > 0 ? 'text-right' : ''}`}>
                  {value === null ? '–' : typeof value === 'number' ? number(value, 2) : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
