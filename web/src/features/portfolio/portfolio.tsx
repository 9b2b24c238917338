import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type RegisteredRouter, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo } from 'react';
import { type Account, readAccounts } from '../../data/accounts.ts';
import { useLiveQueries } from '../../data/live.tsx';
import { counted, distance } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { bands, ScoreChip } from '../../ui/band.tsx';
import { BareInput, BareSelect } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty, Shown } from '../../ui/states.tsx';
import { type Column, Table } from '../../ui/table.tsx';

type Search = ReturnType<typeof useSearch<RegisteredRouter, '/w/$workspace/portfolio'>>;

/** All accounts, filtered and sorted. What is shown is in the address. */
export function Portfolio(): ReactNode {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const search = useSearch({ from: '/w/$workspace/portfolio' });
  const navigate = useNavigate({ from: '/w/$workspace/portfolio' });
  const { query, rows, total, more } = useAccounts(workspace, search);
  const columns = useColumns();
  const { q, band, sort = 'score', order = 'asc' } = search;
  const change = (next: Search): void => void navigate({ search: next, replace: true });
  return (
    <Page title="Portfolio" question="How do all our accounts do, and which need a look?">
      <Filters search={search} onChange={change} count={query.data ? total : null} />
      <Shown query={query}>
        {() =>
          total === 0 ? (
            <Empty title={q || band ? 'No account is like that' : 'No accounts yet'}>
              {q || band ? 'Try fewer conditions.' : 'They appear with the first event that names one.'}
            </Empty>
          ) : (
            <div className="flex h-[calc(100dvh-190px)] flex-col max-md:h-[calc(100dvh-260px)]">
              <Table
                label="Accounts"
                columns={columns}
                rows={rows}
                total={total}
                keyOf={({ id }) => id}
                sorting={{ by: sort, order }}
                onSort={({ by, order: to }) => change({ ...search, sort: by, order: to })}
                onNearEnd={more}
                onOpen={({ id }) =>
                  void navigate({ to: '/w/$workspace/accounts/$account', params: { workspace, account: id } })
                }
              />
            </div>
          )
        }
      </Shown>
    </Page>
  );
}

/** The accounts as far as they were read, and how to read on. */
function useAccounts(workspace: string, { q, band, sort = 'score', order = 'asc' }: Search) {
  const queryKey = ['accounts', workspace, { q, band, sort, order }];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      readAccounts({ sort, order, limit: 200, search: q, band, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  useLiveQueries([queryKey], ({ kind }) => kind === 'score');
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data]);
  const { fetchNextPage } = query;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return { query, rows, total: query.data?.pages[0]?.total ?? 0, more };
}

interface FiltersProps {
  readonly search: Search;
  readonly onChange: (search: Search) => void;
  readonly count: number | null;
}

function Filters({ search, onChange, count }: FiltersProps): ReactNode {
  const { q, band, ...rest } = search;
  const chosen = (next: { q?: string | undefined; band?: string | undefined }): void =>
    onChange({ ...rest, ...(next.q ? { q: next.q } : {}), ...(next.band ? { band: next.band } : {}) });
  return (
    <div className="flex flex-wrap items-center gap-2 pb-3">
      <BareInput
        label="Part of a name or id"
        type="search"
        placeholder="Name or id"
        className="max-w-60"
        defaultValue={q}
        onChange={(event) => chosen({ q: event.target.value, band })}
      />
      <BareSelect label="Band" value={band ?? ''} onChange={(event) => chosen({ q, band: event.target.value })}>
        <option value="">All bands</option>
        {bands.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </BareSelect>
      {count !== null && <span className="text-muted">{counted(count, 'account')}</span>}
    </div>
  );
}

function useColumns(): readonly Column<Account>[] {
  const now = useNow();
  return useMemo(
    () => [
      {
        id: 'name',
        title: 'Account',
        width: 'minmax(200px, 2fr)',
        sortable: true,
        cell: ({ id, name }) => <span className="truncate font-medium">{name || id}</span>,
      },
      {
        id: 'score',
        title: 'Score',
        width: '180px',
        sortable: true,
        cell: ({ score, band, coverage }) => <ScoreChip score={score} band={band} coverage={coverage} />,
      },
      {
        id: 'segment',
        title: 'Segment',
        width: 'minmax(100px, 1fr)',
        sortable: true,
        cell: ({ segment }) => segment ?? '–',
      },
      {
        id: 'lastSeenAt',
        title: 'Last seen',
        width: 'minmax(120px, 1fr)',
        sortable: true,
        cell: ({ lastSeenAt }) => <span className="text-muted">{distance(lastSeenAt, now)}</span>,
      },
    ],
    [now],
  );
}
