import { useQuery } from '@tanstack/react-query';
import { useLoaderData, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLiveQueries } from '../../data/live.tsx';
import { membersQuery } from '../../data/team.ts';
import { counted } from '../../lib/format.ts';
import { BareSelect } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { Shown } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Changes } from './changes.tsx';
import { teamLoadQuery, type Today, todayQuery } from './queries.ts';
import { Team } from './team.tsx';
import { WorkList } from './work-list.tsx';

/** What needs me now, and why. */
export function TodayPage(): ReactNode {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const me = useLoaderData({ from: '/w/$workspace' });
  const { owner, view = 'mine' } = useSearch({ from: '/w/$workspace/today' });
  const navigate = useNavigate({ from: '/w/$workspace/today' });
  const own = me.memberships.find((one) => one.workspace.slug === workspace)?.member ?? '';
  const shown = owner ?? own;
  return (
    <Page
      title="Today"
      question={view === 'team' ? 'Who has too much, and what is late?' : 'What could I do now, for whom, and why?'}
      actions={
        view === 'mine' && (
          <OwnerSelect
            workspace={workspace}
            value={shown}
            onChange={(next) => void navigate({ search: next === own ? {} : { owner: next } })}
          />
        )
      }
    >
      <Tabs
        label="Whose work"
        value={view}
        onChange={(next) => void navigate({ search: next === 'team' ? { view: 'team' } : {} })}
        tabs={[
          { id: 'mine', title: 'Work' },
          { id: 'team', title: 'Team' },
        ]}
      >
        {view === 'team' ? <TeamView workspace={workspace} /> : <OwnView workspace={workspace} owner={shown} />}
      </Tabs>
    </Page>
  );
}

function OwnView({ workspace, owner }: { workspace: string; owner: string }): ReactNode {
  const options = todayQuery(workspace, owner);
  const query = useQuery(options);
  useLiveQueries([options.queryKey]);
  return (
    <Shown query={query}>
      {(today) => (
        <div className="grid gap-x-8 gap-y-4 xl:grid-cols-[minmax(0,1fr)_300px]">
          <div className="min-w-0">
            <Sum today={today} />
            <WorkList workspace={workspace} owner={owner} today={today} />
          </div>
          <Changes workspace={workspace} today={today} />
        </div>
      )}
    </Shown>
  );
}

/** The morning in one sentence. */
function Sum({ today }: { today: Today }): ReactNode {
  const { total, overdue, snoozed, minutes } = today;
  const hours = (value: number): string => counted(Math.round((value / 60) * 10) / 10, 'hour');
  if (total === 0) return null;
  return (
    <p className="pb-3 text-muted">
      {counted(total, 'moment')} open{overdue > 0 && <b className="font-medium text-text">, {overdue} overdue</b>}
      {snoozed > 0 && `, ${snoozed} put off`}.{' '}
      {minutes.left >= 0
        ? `After what is overdue, ${hours(minutes.left)} of your ${hours(minutes.week)} are left this week.`
        : `What is overdue alone takes ${hours(minutes.overdue)}, more than the week has left; somebody could help.`}
    </p>
  );
}

function TeamView({ workspace }: { workspace: string }): ReactNode {
  const options = teamLoadQuery(workspace);
  const query = useQuery(options);
  useLiveQueries([options.queryKey], ({ kind }) => kind === 'moment');
  return <Shown query={query}>{(load) => <Team workspace={workspace} load={load} />}</Shown>;
}

interface OwnerSelectProps {
  readonly workspace: string;
  readonly value: string;
  readonly onChange: (owner: string) => void;
}

function OwnerSelect({ workspace, value, onChange }: OwnerSelectProps): ReactNode {
  const members = useQuery(membersQuery(workspace));
  return (
    <BareSelect label="Whose work" value={value} onChange={(event) => onChange(event.target.value)}>
      {members.data?.data.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </BareSelect>
  );
}
