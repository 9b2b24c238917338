import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Account, accountQuery } from '../../data/accounts.ts';
import { useActions } from '../../data/actions.tsx';
import { Problem } from '../../data/http.ts';
import { useLiveQueries } from '../../data/live.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AccountGlance, Facts } from './header.tsx';
import { IndicatorDrawer } from './indicator/indicator-drawer.tsx';
import { IndicatorsTab } from './indicators-tab.tsx';
import { MomentDrawer } from './moments/moment-drawer.tsx';
import { MomentsTab } from './moments/moments-tab.tsx';
import { PeopleTab } from './people/people-tab.tsx';
import { type AccountSearch, type Tab, tabs } from './search.ts';
import { TimelineTab } from './timeline/timeline-tab.tsx';
import { WhyTab } from './why/why-tab.tsx';

/** One account: how it does, and why. */
export function AccountPage(): ReactNode {
  const { account } = useParams({ from: '/w/$workspace/accounts/$account' });
  const options = accountQuery(account);
  const query = useQuery(options);
  // Everything about the account lies below this key, its reasons and nights too.
  useLiveQueries([options.queryKey], (change) => change.account === account);
  if (query.data) return <AccountParts key={account} account={query.data} />;
  if (query.error instanceof Problem && query.error.status === 404) return <NoSuchAccount account={account} />;
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading rows={12} />;
}

const titles: Readonly<Record<Tab, string>> = {
  why: 'Why',
  indicators: 'Indicators',
  timeline: 'Timeline',
  people: 'People',
  moments: 'Moments',
};

function AccountParts({ account }: { account: Account }): ReactNode {
  const { id, name } = account;
  const search = useSearch({ from: '/w/$workspace/accounts/$account' });
  const navigate = useNavigate({ from: '/w/$workspace/accounts/$account' });
  const tab = search.tab ?? 'why';
  const go = (next: AccountSearch): void => void navigate({ search: next, resetScroll: false });
  const openIndicator = (indicator: string): void => go({ ...search, indicator });
  const choose = (next: Tab): void => go(next === 'why' ? {} : { tab: next });
  useActions(
    tabs.map((one, at) => ({
      id: `account ${one}`,
      title: `Show ${titles[one].toLowerCase()}`,
      section: 'Account',
      keys: String(at + 1),
      run: () => choose(one),
    })),
  );
  const shown: Readonly<Record<Tab, () => ReactNode>> = {
    why: () => <WhyTab account={id} name={name || id} search={search} onSearch={go} />,
    indicators: () => <IndicatorsTab account={id} onIndicator={openIndicator} />,
    timeline: () => <TimelineTab account={id} search={search} onSearch={go} />,
    people: () => <PeopleTab account={id} onPerson={(person) => go({ tab: 'timeline', person })} />,
    moments: () => <MomentsTab account={id} onMoment={(moment) => go({ ...search, moment })} />,
  };
  return (
    <Page title={name || id} question={<AccountGlance account={account} />}>
      <Facts account={account} />
      <Tabs
        label={`Parts of ${name || id}`}
        value={tab}
        onChange={choose}
        tabs={tabs.map((one) => ({ id: one, title: titles[one] }))}
      >
        {shown[tab]()}
      </Tabs>
      <IndicatorDrawer
        account={id}
        days={search.days ?? 28}
        indicator={search.indicator ?? null}
        onClose={() => go(without(search, 'indicator'))}
      />
      <MomentDrawer occurrence={search.moment ?? null} onClose={() => go(without(search, 'moment'))} />
    </Page>
  );
}

function without(search: AccountSearch, key: 'indicator' | 'moment'): AccountSearch {
  const { [key]: _, ...rest } = search;
  return rest;
}

function NoSuchAccount({ account }: { account: string }): ReactNode {
  const { workspace } = useParams({ from: '/w/$workspace' });
  return (
    <Empty
      title="There is no such account"
      action={
        <Link to="/w/$workspace/portfolio" params={{ workspace }} className={buttonClass('primary')}>
          To the portfolio
        </Link>
      }
    >
      Nothing is known of <code className="wrap-anywhere">{account}</code>. It may have been merged into another one, or
      a letter is missing.
    </Empty>
  );
}
