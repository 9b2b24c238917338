import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { TeamLoad, TodayBody } from '../../../../src/api/moments/today-shapes.ts';
import { ask } from '../../data/http.ts';
import { instantIn } from '../../lib/now.ts';
import { toast, toastError } from '../../ui/toast.tsx';

export type Today = TodayBody;
export type TodayItem = Today['data'][number];
export type Load = TeamLoad;

/** What a member could do now, in order. */
export function todayQuery(workspace: string, owner: string) {
  return queryOptions({
    queryKey: ['today', workspace, owner],
    queryFn: ({ signal }) => ask<Today>('/api/today', { query: { owner, limit: 200 }, signal }),
  });
}

/** What everybody has to do. */
export function teamLoadQuery(workspace: string) {
  return queryOptions({
    queryKey: ['today', workspace, 'team'],
    queryFn: ({ signal }) => ask<Load>('/api/today/team', { signal }),
  });
}

/** What a person does with an occurrence, as `POST /api/occurrences/:occurrence/acts` takes it. */
export type Act =
  | { readonly kind: 'complete'; readonly note: string; readonly interaction?: { readonly text: string } }
  | { readonly kind: 'skip' | 'reopen'; readonly note: string }
  | { readonly kind: 'snooze'; readonly until: string }
  | { readonly kind: 'assign'; readonly to: string; readonly note: string };

interface Acting {
  readonly item: TodayItem;
  readonly act: Act;
}

const done: Readonly<Record<Act['kind'], string>> = {
  complete: 'Done',
  skip: 'Skipped',
  snooze: 'Put off',
  assign: 'Handed over',
  reopen: 'Open again',
};

/**
 * Acts on an occurrence. It leaves the list at once and comes back when the server refuses; each act can be taken back
 * from its toast.
 */
export function useAct(workspace: string, owner: string) {
  const queries = useQueryClient();
  const { queryKey } = todayQuery(workspace, owner);
  const send = ({ item, act }: Acting): Promise<unknown> =>
    ask(`/api/occurrences/${encodeURIComponent(item.occurrence.id)}/acts`, { method: 'POST', body: act });
  const mutation = useMutation({
    mutationFn: send,
    onMutate: async ({ item }: Acting) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (today) => today && without(today, item.occurrence.id));
      return before;
    },
    onError: (error, _, before) => {
      queries.setQueryData(queryKey, before);
      toastError(error);
    },
    onSuccess: (_, { item, act }) => {
      const back = reverse(act, owner);
      toast(`${done[act.kind]}: ${item.occurrence.label}, ${item.account.name || item.account.id}`, {
        undo: () =>
          void send({ item, act: back })
            .catch(toastError)
            .finally(() => void queries.invalidateQueries({ queryKey: ['today', workspace] })),
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['today', workspace] }),
  });
  return mutation.mutate;
}

function without(today: Today, occurrence: string): Today {
  const data = today.data.filter((item) => item.occurrence.id !== occurrence);
  const gone = today.data.length - data.length;
  return { ...today, data, total: today.total - gone };
}

/** What takes an act back. */
function reverse(act: Act, owner: string): Act {
  if (act.kind === 'snooze') return { kind: 'snooze', until: instantIn(1_000) };
  if (act.kind === 'assign') return { kind: 'assign', to: owner, note: 'Taken back' };
  return { kind: 'reopen', note: 'Taken back' };
}
