import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { membersQuery } from '../../data/team.ts';
import { instantIn } from '../../lib/now.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import type { Act, TodayItem } from './queries.ts';
import { WhyRank } from './why-rank.tsx';

/** What can be asked about a moment. */
export type ActKind = 'complete' | 'snooze' | 'assign' | 'skip' | 'why';

interface ActDialogProps {
  readonly kind: ActKind;
  readonly item: TodayItem;
  readonly workspace: string;
  readonly owner: string;
  readonly onClose: () => void;
  readonly onAct: (act: Act) => void;
}

const titles: Readonly<Record<ActKind, string>> = {
  complete: 'What came of it?',
  snooze: 'Until when?',
  assign: 'To whom?',
  skip: 'Why is it skipped?',
  why: 'Why this rank',
};

/** Asks the one thing that an act needs; Enter does it. */
export function ActDialog(props: ActDialogProps): ReactNode {
  const { kind, item, onClose } = props;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={titles[kind]}
      description={`${item.occurrence.label} · ${item.account.name || item.account.id}`}
    >
      {kind === 'complete' && <Complete {...props} />}
      {kind === 'snooze' && <Snooze {...props} />}
      {kind === 'assign' && <Assign {...props} />}
      {kind === 'skip' && <Skip {...props} />}
      {kind === 'why' && <WhyRank item={item} />}
    </Dialog>
  );
}

interface FormProps {
  readonly action: string;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => void;
  readonly children: ReactNode;
}

function Form({ action, onSubmit, children }: FormProps): ReactNode {
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const values = [...new FormData(event.currentTarget)];
    onSubmit(Object.fromEntries(values.map(([name, value]) => [name, typeof value === 'string' ? value.trim() : ''])));
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
      <div className="flex justify-end">
        <Button type="submit" look="primary">
          {action}
        </Button>
      </div>
    </form>
  );
}

function Complete({ onAct }: ActDialogProps): ReactNode {
  return (
    <Form
      action="Done"
      onSubmit={({ text = '' }) =>
        onAct({ kind: 'complete', note: text, ...(text === '' ? {} : { interaction: { text } }) })
      }
    >
      <TextField
        label="The contact in a sentence"
        optional
        name="text"
        autoFocus
        maxLength={2_000}
        autoComplete="off"
        hint="It is written down as an interaction of the account. Enter completes it."
      />
    </Form>
  );
}

const hourMs = 3_600_000;
const spans: readonly { readonly title: string; readonly ms: number }[] = [
  { title: '4 hours', ms: 4 * hourMs },
  { title: 'Tomorrow', ms: 24 * hourMs },
  { title: '3 days', ms: 72 * hourMs },
  { title: 'A week', ms: 168 * hourMs },
  { title: 'Four weeks', ms: 672 * hourMs },
];

function Snooze({ onAct }: ActDialogProps): ReactNode {
  return (
    <div className="flex flex-col gap-2">
      {spans.map(({ title, ms }, at) => (
        <Button
          key={title}
          autoFocus={at === 1}
          className="justify-start!"
          onClick={() => onAct({ kind: 'snooze', until: instantIn(ms) })}
        >
          {title}
        </Button>
      ))}
      <p className="text-sm text-muted">Its deadline stays. Escalation waits until then.</p>
    </div>
  );
}

function Assign({ workspace, owner, onAct }: ActDialogProps): ReactNode {
  const members = useQuery(membersQuery(workspace));
  const others = members.data?.data.filter(({ id }) => id !== owner) ?? [];
  return (
    <Form action="Hand over" onSubmit={({ to = '', note = '' }) => onAct({ kind: 'assign', to, note })}>
      <SelectField label="Member" name="to" required autoFocus>
        {others.map(({ id, name, openMinutes, weeklyMinutes }) => (
          <option key={id} value={id}>
            {name} ({Math.round((100 * openMinutes) / Math.max(1, weeklyMinutes))} % of a week open)
          </option>
        ))}
      </SelectField>
      <TextField label="What they should know" optional name="note" maxLength={2_000} autoComplete="off" />
    </Form>
  );
}

function Skip({ onAct }: ActDialogProps): ReactNode {
  const [error, setError] = useState<string | undefined>(undefined);
  return (
    <Form
      action="Skip it"
      onSubmit={({ note = '' }) =>
        note === '' ? setError('A few words help whoever reads this later.') : onAct({ kind: 'skip', note })
      }
    >
      <TextField label="Reason" name="note" autoFocus maxLength={2_000} autoComplete="off" error={error} />
    </Form>
  );
}
