import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { dateTime, time } from '../../../lib/format.ts';

/** What of an event is shown. */
export interface ShownEvent {
  readonly id: string;
  readonly time: string;
  readonly kind: string;
  readonly name: string;
  readonly person: string | null;
  readonly properties: unknown;
}

/** `identify`, `group` and `alias` say something about somebody instead of having a name. */
const told: Readonly<Record<string, string>> = {
  identify: 'Told about a person',
  group: 'Told about the account',
  alias: 'Two people are one',
};

/** What an event is called. */
export function eventTitle({ kind, name }: Pick<ShownEvent, 'kind' | 'name'>): string {
  return told[kind] ?? (name || kind);
}

/** One event; opens to its properties. */
export function EventLine({ event, withDate = false }: { event: ShownEvent; withDate?: boolean }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const entries = entriesOf(event.properties);
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-9 w-full min-w-0 items-center gap-2 px-1 text-left hover:bg-sunken pointer-coarse:min-h-11"
      >
        <Chevron size={14} aria-hidden="true" className="shrink-0 text-muted" />
        <time
          dateTime={event.time}
          className={`${withDate ? 'w-44' : 'w-20'} shrink-0 text-sm whitespace-nowrap text-muted tabular`}
        >
          {withDate ? dateTime(event.time) : time(event.time)}
        </time>
        <span className="min-w-0 truncate font-medium">{eventTitle(event)}</span>
        <span className="min-w-0 flex-1 truncate text-sm text-muted max-md:hidden">
          {entries
            .slice(0, 3)
            .map(([key, value]) => `${key} ${value}`)
            .join(' · ')}
        </span>
        {event.person !== null && (
          <span dir="auto" className="max-w-[40%] shrink-0 truncate text-sm text-muted max-md:hidden">
            {event.person}
          </span>
        )}
      </button>
      {isOpen && (
        <dl className="m-0 grid grid-cols-[minmax(80px,auto)_1fr] gap-x-4 gap-y-1 pt-1 pr-2 pb-3 pl-6 text-sm">
          <Entry title="when">{dateTime(event.time)}</Entry>
          {event.person !== null && <Entry title="who">{event.person}</Entry>}
          {entries.map(([key, value]) => (
            <Entry key={key} title={key}>
              {value}
            </Entry>
          ))}
          <Entry title="id">
            <code className="text-xs">{event.id}</code>
          </Entry>
        </dl>
      )}
    </div>
  );
}

function Entry({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted">{title}</dt>
      <dd dir="auto" className="m-0 min-w-0 wrap-anywhere">
        {children}
      </dd>
    </>
  );
}

/** Properties as texts; what is nested as JSON. */
function entriesOf(properties: unknown): readonly (readonly [string, string])[] {
  if (typeof properties === 'string') return properties === '' ? [] : [['properties', properties]];
  if (typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}
