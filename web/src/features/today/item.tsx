import { Link } from '@tanstack/react-router';
import { ArrowRight, Check, Clock, HelpCircle, SkipForward, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../../lib/class-names.ts';
import { compact, dateTime, distance } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import type { Band } from '../../ui/band.tsx';
import { ScoreChip } from '../../ui/band.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import type { ActKind } from './act-dialog.tsx';
import type { TodayItem } from './queries.ts';

interface ItemProps {
  readonly item: TodayItem;
  readonly workspace: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onAsk: (kind: ActKind) => void;
}

/** One moment: for whom, what for, why now, and what could be next. */
export function Item({ item, workspace, isChosen, onChoose, onAsk }: ItemProps): ReactNode {
  const { occurrence, account, evidence, nextStep, appeals } = item;
  return (
    <li
      id={`item-${occurrence.id}`}
      aria-current={isChosen || undefined}
      onClick={onChoose}
      className={cx(
        'rounded-lg border bg-surface px-4 py-3 animate-appear transition-colors duration-150',
        isChosen ? 'border-accent ring-1 ring-accent' : 'hover:border-line-strong',
      )}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/w/$workspace/accounts/$account"
          params={{ workspace, account: account.id }}
          className="min-w-0 truncate font-semibold hover:underline"
        >
          {account.name || account.id}
        </Link>
        <ScoreChip score={account.score} band={account.band as Band | null} coverage={null} />
        {account.value !== null && (
          <span className="tabular text-sm text-muted" title={`${account.value} a year`}>
            {compact(account.value)} a year
          </span>
        )}
        <span className="ml-auto">
          <Due item={item} />
        </span>
      </div>
      <p className="mt-1.5">
        <span className="font-medium">{occurrence.label}</span>
        {occurrence.objective && <span className="text-muted"> · {occurrence.objective}</span>}
      </p>
      <p className="mt-1 text-muted">{evidence.text}</p>
      {isChosen && <Hints appeals={appeals} />}
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="flex min-w-0 flex-1 basis-60 items-start gap-1.5 text-sm">
          <ArrowRight size={14} aria-hidden="true" className="mt-0.5 shrink-0 text-accent" />
          {nextStep}
        </p>
        <Acts isChosen={isChosen} label={occurrence.label} onAsk={onAsk} />
      </div>
    </li>
  );
}

function Due({ item: { occurrence } }: { item: TodayItem }): ReactNode {
  const now = useNow();
  const { dueAt, overdue, escalation } = occurrence;
  return (
    <span className="flex items-center gap-2 text-sm">
      {escalation > 0 && (
        <span className="rounded bg-warning-soft px-1.5 text-warning">
          escalated{escalation > 1 && ` ${escalation} times`}
        </span>
      )}
      {dueAt !== null && (
        <time dateTime={dueAt} title={dateTime(dueAt)} className={overdue ? 'font-medium text-danger' : 'text-muted'}>
          {overdue ? 'was due' : 'due'} {distance(dueAt, now)}
        </time>
      )}
    </span>
  );
}

/** What could win them: by who we are, by how it feels, by reason. */
function Hints({ appeals }: { appeals: TodayItem['appeals'] }): ReactNode {
  const said = (['ethos', 'pathos', 'logos'] as const).flatMap((name) => {
    const text = appeals[name];
    return text ? [{ name, text }] : [];
  });
  if (said.length === 0) return null;
  return (
    <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 rounded bg-sunken px-3 py-2 text-sm">
      {said.map(({ name, text }) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ActsProps {
  readonly isChosen: boolean;
  readonly label: string;
  readonly onAsk: (kind: ActKind) => void;
}

function Acts({ isChosen, label, onAsk }: ActsProps): ReactNode {
  return (
    <div className="flex items-center gap-1">
      <IconButton label={`Why this rank: ${label}`} onClick={() => onAsk('why')}>
        <HelpCircle size={15} />
      </IconButton>
      <IconButton label={`Put off: ${label}`} onClick={() => onAsk('snooze')}>
        <Clock size={15} />
      </IconButton>
      <IconButton label={`Hand over: ${label}`} onClick={() => onAsk('assign')}>
        <UserRound size={15} />
      </IconButton>
      <IconButton label={`Skip: ${label}`} onClick={() => onAsk('skip')}>
        <SkipForward size={15} />
      </IconButton>
      <Button
        look={isChosen ? 'primary' : 'plain'}
        icon={<Check size={15} />}
        aria-label={`Done: ${label}`}
        onClick={() => onAsk('complete')}
      >
        Done
      </Button>
    </div>
  );
}
