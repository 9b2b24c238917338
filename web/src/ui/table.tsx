import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { cx } from '../lib/class-names.ts';
import { number } from '../lib/format.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A CSS grid track: `minmax(200px, 2fr)`, `96px`. */
  readonly width: string;
  readonly align?: 'start' | 'end';
  readonly cell: (row: Row) => ReactNode;
  /** Whether the list can be sorted by it. */
  readonly sortable?: boolean;
}

export interface Sorting {
  readonly by: string;
  readonly order: 'asc' | 'desc';
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** The rows that were read so far. */
  readonly rows: readonly Row[];
  /** How many there are in all. */
  readonly total: number;
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly sorting?: Sorting;
  readonly onSort?: (sorting: Sorting) => void;
  /** Called when the end of the rows that were read comes near. */
  readonly onNearEnd?: () => void;
  readonly rowHeight?: number;
}

/**
 * A list of any length: only the rows in sight are drawn. Arrow keys, j and k, Home and End move; Enter opens. The
 * first column stays in sight when the table is wider than the window.
 */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { label, columns, rows, total, keyOf, onNearEnd, rowHeight = 40 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => keyOf(rows[index] as Row),
  });
  const { active, setActive, onKeyDown } = useCursor(props, (index) => virtual.scrollToIndex(index));
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length < total && lastShown >= rows.length - 30) onNearEnd?.();
  }, [lastShown, rows.length, total, onNearEnd]);
  const tracks = columns.map(({ width }) => width).join(' ');
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border bg-surface">
      <div
        ref={scroller}
        role="table"
        aria-label={label}
        aria-rowcount={total + 1}
        tabIndex={0}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
      >
        <div role="rowgroup" className="sticky top-0 z-10 min-w-fit border-b bg-surface">
          <div role="row" aria-rowindex={1} className="grid h-9 items-center" style={{ gridTemplateColumns: tracks }}>
            {columns.map((column, at) => (
              <HeadCell key={column.id} column={column} isFirst={at === 0} {...props} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative min-w-fit" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => (
            <BodyRow
              key={key}
              row={rows[index] as Row}
              index={index}
              isActive={index === active}
              onChoose={() => setActive(index)}
              style={{ gridTemplateColumns: tracks, height: rowHeight, transform: `translateY(${start}px)` }}
              {...props}
            />
          ))}
        </div>
      </div>
      <p className="tabular border-t px-3 py-1.5 text-sm text-muted">
        {rows.length === 0 ? 'None' : `${number(1, 0)}–${number(rows.length, 0)} of ${number(total, 0)}`}
      </p>
    </div>
  );
}

/** Which row the keyboard is at; -1 before it was used. */
function useCursor<Row>({ rows, onOpen }: TableProps<Row>, scrollTo: (index: number) => void) {
  const [active, setActive] = useState(-1);
  function onKeyDown(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey || event.target !== event.currentTarget) return;
    const row = rows[active];
    if (event.key === 'Enter' && row !== undefined) onOpen?.(row);
    const [down, up, last] = [active + 1, active - 1, rows.length - 1];
    const to = { ArrowDown: down, j: down, ArrowUp: up, k: up, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, to));
    setActive(next);
    scrollTo(next);
  }
  return { active, setActive, onKeyDown };
}

interface BodyRowProps<Row> extends TableProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly isActive: boolean;
  readonly onChoose: () => void;
  readonly style: CSSProperties;
}

function BodyRow<Row>({ row, index, isActive, onChoose, style, columns, onOpen }: BodyRowProps<Row>): ReactNode {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      onClick={() => {
        onChoose();
        onOpen?.(row);
      }}
      className={cx(
        'group absolute inset-x-0 grid min-w-fit items-center border-b',
        onOpen && 'cursor-pointer',
        isActive ? 'bg-accent-soft' : 'bg-surface hover:bg-sunken',
      )}
      style={style}
    >
      {columns.map((column, at) => (
        <div
          key={column.id}
          role="cell"
          className={cx(
            'flex h-full min-w-0 items-center overflow-hidden px-3 tabular',
            column.align === 'end' && 'justify-end',
            at === 0 && 'sticky left-0 bg-inherit',
          )}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

function HeadCell<Row>({
  column,
  isFirst,
  sorting,
  onSort,
}: TableProps<Row> & { column: Column<Row>; isFirst: boolean }): ReactNode {
  const order = sorting?.by === column.id ? sorting.order : null;
  const sorted = order === null ? 'none' : order === 'asc' ? 'ascending' : 'descending';
  return (
    <div
      role="columnheader"
      {...(column.sortable ? { 'aria-sort': sorted } : {})}
      className={cx(
        'flex h-full min-w-0 items-center bg-surface px-3 text-sm text-muted',
        column.align === 'end' && 'justify-end',
        isFirst && 'sticky left-0',
      )}
    >
      {column.sortable && onSort ? (
        <button
          type="button"
          className="inline-flex h-full items-center gap-1 hover:text-text"
          onClick={() => onSort({ by: column.id, order: order === 'desc' ? 'asc' : 'desc' })}
        >
          {column.title}
          {order === 'asc' && <ArrowUp size={12} />}
          {order === 'desc' && <ArrowDown size={12} />}
        </button>
      ) : (
        column.title
      )}
    </div>
  );
}
