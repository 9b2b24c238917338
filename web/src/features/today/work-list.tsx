import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { number } from '../../lib/format.ts';
import { Empty } from '../../ui/states.tsx';
import { type ActKind, ActDialog } from './act-dialog.tsx';
import { Item } from './item.tsx';
import { type Today, type TodayItem, useAct } from './queries.ts';
import { useItemActions } from './use-item-actions.ts';

const parts: readonly { readonly id: TodayItem['part']; readonly title: string; readonly says: string }[] = [
  { id: 'overdue', title: 'Overdue', says: 'first, whatever they weigh' },
  { id: 'week', title: 'This week', says: 'what fits into the minutes that are left, most effect first' },
  { id: 'later', title: 'Later', says: 'can wait, or does not fit' },
];

interface WorkListProps {
  readonly workspace: string;
  readonly owner: string;
  readonly today: Today;
}

/** The ranked list, worked with the keyboard alone: j and k move, the rest acts on what is chosen. */
export function WorkList({ workspace, owner, today }: WorkListProps): ReactNode {
  const { chosen, choose, move } = useChosen(today.data);
  const [asking, setAsking] = useState<{ readonly kind: ActKind; readonly item: TodayItem } | null>(null);
  const act = useAct(workspace, owner);
  const navigate = useNavigate();
  const open = (item: TodayItem): void =>
    void navigate({ to: '/w/$workspace/accounts/$account', params: { workspace, account: item.account.id } });
  useItemActions(chosen, { move, open, ask: (kind, item) => setAsking({ kind, item }) });
  if (today.data.length === 0) return <NothingToDo today={today} />;
  return (
    <>
      {parts.map(({ id, title, says }) => {
        const items = today.data.filter(({ part }) => part === id);
        if (items.length === 0) return null;
        return (
          <section key={id} aria-labelledby={`part-${id}`} className="pb-6">
            <h2 id={`part-${id}`} className="flex items-baseline gap-2 pb-2 font-semibold">
              {title}{' '}
              <span className="tabular font-normal text-muted">
                {number(id === 'overdue' ? today.overdue : items.length, 0)}
              </span>
              <span className="text-sm font-normal text-muted max-md:hidden">{says}</span>
            </h2>
            <ol className="flex flex-col gap-2">
              {items.map((item) => (
                <Item
                  key={item.occurrence.id}
                  item={item}
                  workspace={workspace}
                  isChosen={item === chosen}
                  onChoose={() => choose(item)}
                  onAsk={(kind) => setAsking({ kind, item })}
                />
              ))}
            </ol>
          </section>
        );
      })}
      {today.total > today.data.length && (
        <p className="pb-6 text-muted">
          The first {number(today.data.length, 0)} of {number(today.total, 0)}; the others move up as these are done.
        </p>
      )}
      {asking && (
        <ActDialog
          {...asking}
          workspace={workspace}
          owner={owner}
          onClose={() => setAsking(null)}
          onAct={(done) => {
            setAsking(null);
            act({ item: asking.item, act: done });
          }}
        />
      )}
    </>
  );
}

/** Which item is chosen: kept by its occurrence, so that a live change of the list does not move it. */
function useChosen(items: readonly TodayItem[]) {
  const [id, setId] = useState<string | null>(null);
  const place = useRef(0);
  const found = items.findIndex(({ occurrence }) => occurrence.id === id);
  // What was chosen is gone: the one that has come to its place is next.
  const at = found >= 0 ? found : Math.max(0, Math.min(place.current, items.length - 1));
  useEffect(() => {
    place.current = at;
  }, [at]);
  const choose = (item: TodayItem): void => setId(item.occurrence.id);
  const move = (by: number): void => {
    const next = items[Math.max(0, Math.min(items.length - 1, at + by))];
    if (!next) return;
    choose(next);
    document.getElementById(`item-${next.occurrence.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  return { chosen: items[at] ?? null, choose, move };
}

function NothingToDo({ today }: { today: Today }): ReactNode {
  const done = today.changes.done.total;
  return (
    <Empty title="Nothing needs you now">
      {done > 0
        ? `${done === 1 ? 'One moment was' : `${done} moments were`} completed since yesterday. See beside this what changed.`
        : 'When a moment opens for you, it appears here at once.'}
    </Empty>
  );
}
