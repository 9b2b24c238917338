import { type Action, useActions } from '../../data/actions.tsx';
import type { ActKind } from './act-dialog.tsx';
import type { TodayItem } from './queries.ts';

interface Handling {
  readonly move: (by: number) => void;
  readonly open: (item: TodayItem) => void;
  readonly ask: (kind: ActKind, item: TodayItem) => void;
}

/** The keys of Today. */
export function useItemActions(chosen: TodayItem | null, { move, open, ask }: Handling): void {
  const on = (id: string, keys: string, title: string, run: (item: TodayItem) => void): Action => ({
    id: `today ${id}`,
    title,
    section: 'Today',
    keys,
    run: () => {
      if (chosen) run(chosen);
    },
  });
  useActions([
    on('next', 'j', 'Next moment', () => move(1)),
    on('before', 'k', 'Moment before', () => move(-1)),
    on('open', 'o', 'Open its account', open),
    on('done', 'd', 'Done …', (item) => ask('complete', item)),
    on('snooze', 's', 'Put off …', (item) => ask('snooze', item)),
    on('hand over', 'h', 'Hand over …', (item) => ask('assign', item)),
    on('skip', 'x', 'Skip, with the reason …', (item) => ask('skip', item)),
    on('why', 'w', 'Why this rank', (item) => ask('why', item)),
  ]);
}
