import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { cx } from '../../../lib/class-names.ts';
import { counted, date, distance } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Empty, Shown } from '../../../ui/states.tsx';
import { type JourneyBody, journeyQuery, type OccurrenceBody, teamQuery } from '../queries.ts';

interface MomentsTabProps {
  readonly account: string;
  readonly onMoment: (occurrence: string) => void;
}

/** What should happen with an account, what did, and where it stands on its way. */
export function MomentsTab({ account, onMoment }: MomentsTabProps): ReactNode {
  const query = useQuery(journeyQuery(account));
  return (
    <Shown query={query}>
      {(journey) => {
        const { open, planned, past, phases } = journey;
        if (open.length + planned.length + past.length + phases.length === 0)
          return (
            <Empty title="No moments yet">
              {journey.decidedAt === null
                ? 'They come with a model that has moments, as soon as the account is looked at.'
                : 'The model has none for an account like this.'}
            </Empty>
          );
        return (
          <div className="flex max-w-5xl flex-col gap-6">
            <Phases phases={phases} />
            <Group title="Open" some={open} onMoment={onMoment} none="Nothing needs you now." />
            <Group title="Planned" some={planned} onMoment={onMoment} none="Nothing is planned." />
            <Group title="Past" some={past} onMoment={onMoment} none="Nothing yet." />
          </div>
        );
      }}
    </Shown>
  );
}

function Phases({ phases }: Pick<JourneyBody, 'phases'>): ReactNode {
  if (phases.length === 0) return null;
  return (
    <ol aria-label="Phases" className="m-0 flex list-none flex-wrap gap-y-2 p-0">
      {phases.map(({ phase, label, since, until }) => (
        <li
          key={`${phase} ${since}`}
          aria-current={until === null ? 'step' : undefined}
          className={cx('border-t-2 pt-1.5 pr-8', until === null ? 'border-text' : 'border-line text-muted')}
        >
          <span className={cx('block', until === null && 'font-medium')}>{label}</span>
          <span className="text-sm text-muted tabular">
            {date(since)} – {until === null ? 'now' : date(until)}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface GroupProps {
  readonly title: string;
  readonly some: readonly OccurrenceBody[];
  readonly none: string;
  readonly onMoment: (occurrence: string) => void;
}

function Group({ title, some, none, onMoment }: GroupProps): ReactNode {
  return (
    <section className="flex flex-col gap-1">
      <div className="flex items-baseline gap-3">
        <h2 className="text-lg font-semibold">{title}</h2>
        <span className="text-sm text-muted">{some.length === 0 ? none : counted(some.length, 'moment')}</span>
      </div>
      <ul className="m-0 list-none p-0">
        {some.map((one) => (
          <li key={one.id} className="border-b">
            <button
              type="button"
              aria-haspopup="dialog"
              onClick={() => onMoment(one.id)}
              className="flex min-h-12 w-full items-center gap-4 px-2 py-1.5 text-left hover:bg-sunken max-md:flex-col max-md:items-start max-md:gap-1"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{one.label}</span>
                {one.objective !== null && <span className="block text-sm text-muted">{one.objective}</span>}
              </span>
              <When one={one} />
              <Owner owner={one.owner} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function When({ one }: { one: OccurrenceBody }): ReactNode {
  const now = useNow();
  return (
    <span className={cx('w-48 shrink-0 text-sm tabular', one.overdue ? 'font-medium text-warning' : 'text-muted')}>
      {whenText(one, now)}
    </span>
  );
}

/** When it was, is or will be, in words. */
export function whenText(one: OccurrenceBody, now: number): string {
  if (one.state === 'planned') return `opens ${distance(one.opensAt, now)}`;
  if (one.state !== 'open') return [one.state, one.endedAt && date(one.endedAt)].filter(Boolean).join(' · ');
  if (one.snoozedUntil !== null && Date.parse(one.snoozedUntil) > now) return `snoozed until ${date(one.snoozedUntil)}`;
  if (one.dueAt === null) return `open since ${date(one.openedAt ?? one.opensAt)}`;
  return `${one.overdue ? 'was due' : 'due'} ${distance(one.dueAt, now)}`;
}

function Owner({ owner }: { owner: string | null }): ReactNode {
  const team = useQuery(teamQuery()).data?.data ?? [];
  return (
    <span dir="auto" className="w-40 shrink-0 truncate text-sm text-muted">
      {owner === null ? 'nobody yet' : (team.find(({ id }) => id === owner)?.name ?? owner)}
    </span>
  );
}
