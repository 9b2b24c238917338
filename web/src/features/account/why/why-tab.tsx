import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback } from 'react';
import { number } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Problem } from '../../../data/http.ts';
import { Empty, Failed, Loading, Shown } from '../../../ui/states.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { historyQuery, midnightBefore, modelsQuery, type Why, whyQuery } from '../queries.ts';
import { type AccountSearch, periods } from '../search.ts';
import { ScoreHistory } from './history.tsx';
import { raises } from './raise.ts';
import { domainChanges, hasMoved, unfelt } from './steps.ts';
import { Waterfall } from './waterfall.tsx';
import { plainName, sentences, titleOf } from './words.ts';

/** Nights that the score history looks back. */
export const historyDays = 400;

interface WhyTabProps {
  readonly account: string;
  readonly name: string;
  readonly search: AccountSearch;
  readonly onSearch: (next: AccountSearch) => void;
}

/** Why the score is what it is: in words, as a chart, and over time. */
export function WhyTab({ account, name, search, onSearch }: WhyTabProps): ReactNode {
  const now = useNow();
  const days = search.days ?? 28;
  const query = useQuery({ ...whyQuery(account, midnightBefore(now, days)), placeholderData: (before) => before });
  if (query.data) return <Reasons why={query.data} {...{ account, name, search, onSearch }} />;
  if (query.error instanceof Problem && query.error.status === 409)
    return (
      <Empty title="There is no model yet">
        Publish one, and every account gets its score, with reasons, within moments.
      </Empty>
    );
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading rows={10} />;
}

function Reasons({ why, account, name, search, onSearch }: WhyTabProps & { why: Why }): ReactNode {
  const days = search.days ?? 28;
  // The domain that moved most is open unless the address says otherwise.
  const open = search.open ?? domainChanges(why)[0]?.id ?? '';
  const isOpen = useCallback((domain: string) => open.split(',').includes(domain), [open]);
  const toggle = (domain: string): void => {
    const others = open.split(',').filter((one) => one !== '' && one !== domain);
    onSearch({ ...search, open: (isOpen(domain) ? others : [...others, domain]).join(',') });
  };
  return (
    <div className="flex flex-col gap-8">
      <div className="flex max-w-3xl flex-col gap-1 text-pretty">
        {sentences(why, name).map((sentence, at) => (
          <p key={sentence} dir="auto" className={at === 0 ? 'text-lg wrap-anywhere' : 'text-muted wrap-anywhere'}>
            {sentence}
          </p>
        ))}
      </div>
      <Waterfall
        why={why}
        isOpen={isOpen}
        onToggle={toggle}
        onIndicator={(indicator) => onSearch({ ...search, indicator })}
        aside={
          <Choice
            label="Since when"
            value={days}
            options={periods.map((one) => ({ value: one, title: `${one} days` }))}
            onChange={(chosen) => onSearch({ ...search, days: chosen })}
          />
        }
      />
      <Unmoved why={why} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
        <Raises why={why} onIndicator={(indicator) => onSearch({ ...search, indicator })} />
        <Holds why={why} />
      </div>
      <History account={account} />
    </div>
  );
}

/** The domains that have no row. */
function Unmoved({ why }: { why: Why }): ReactNode {
  const still = domainChanges(why).filter((domain) => !hasMoved(domain));
  if (still.length === 0) return null;
  const names = still.map(({ id }) => titleOf(id)).join(', ');
  return (
    <p className="-mt-5 text-sm text-muted">
      {why.change ? 'Did not move' : 'Bring nothing'}: {names}.
    </p>
  );
}

const mostRaises = 5;

/** What has most to give. */
function Raises({ why, onIndicator }: { why: Why; onIndicator: (id: string) => void }): ReactNode {
  const found = raises(why).slice(0, mostRaises);
  if (found.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">What would raise it most</h2>
      <p className="text-sm text-muted">
        Points that each could still add to the score{why.caps <= -unfelt && ', once nothing holds it back'}.
      </p>
      <ol className="m-0 list-none p-0">
        {found.map(({ id, label, domain, gain }) => (
          <li key={id} className="border-b last:border-b-0">
            <button
              type="button"
              aria-haspopup="dialog"
              onClick={() => onIndicator(id)}
              className="flex min-h-9 w-full items-center gap-3 px-1 text-left hover:bg-sunken pointer-coarse:min-h-11"
            >
              <span className="w-12 shrink-0 font-medium tabular">+{number(gain)}</span>
              <span className="min-w-0 flex-1 truncate">{label}</span>
              <span className="shrink-0 text-sm text-muted">{titleOf(domain)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What holds the score below the sum of its parts, with the line of the model. */
function Holds({ why: { hardTriggers, limits } }: { why: Why }): ReactNode {
  const all = [
    ...hardTriggers.map(({ id, cap, at }) => ({ what: titleOf(id), cap, at })),
    ...limits.map(({ domain, cap, at }) => ({ what: `Very little ${plainName(domain)}`, cap, at })),
  ];
  if (all.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">What limits it</h2>
      <p className="text-sm text-muted">As long as one of these is so, the score goes no higher.</p>
      <ul className="m-0 list-none p-0">
        {all.map(({ what, cap, at }) => (
          <li key={what} className="flex min-h-9 flex-wrap items-center gap-x-3 border-b px-1 last:border-b-0">
            <span className="w-12 shrink-0 font-medium tabular">≤ {number(cap)}</span>
            <span className="min-w-0 flex-1">{what}</span>
            {at && (
              <code className="text-xs text-muted">
                {at.file}:{at.line}
              </code>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ account }: { account: string }): ReactNode {
  const now = useNow();
  const history = useQuery(historyQuery(account, midnightBefore(now, historyDays)));
  const models = useQuery(modelsQuery());
  return (
    <Shown query={history} rows={4}>
      {({ data }) =>
        data.length === 0 ? (
          <p className="text-muted">The score of each night is kept; the first one is tonight.</p>
        ) : (
          <ScoreHistory points={data} models={models.data?.data ?? noModels} />
        )
      }
    </Shown>
  );
}

const noModels: readonly never[] = [];
