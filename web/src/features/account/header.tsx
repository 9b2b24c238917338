import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Account } from '../../data/accounts.ts';
import { change, date, distance, number } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { BandMark, ScoreChip } from '../../ui/band.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { historyQuery, journeyQuery, midnightBefore, rolesQuery, type ScorePoint, teamQuery } from './queries.ts';
import { dateOf, yearlyValue } from './traits.ts';
import { plainName, titleOf } from './why/words.ts';

const dayMs = 86_400_000;
const sparkDays = 84;
/** Over which the change beside the score is told. */
const changeDays = 28;

/** How an account does, at a glance. */
export function AccountGlance({ account }: { account: Account }): ReactNode {
  const now = useNow();
  const history = useQuery(historyQuery(account.id, midnightBefore(now, sparkDays)));
  const nights = history.data?.data ?? [];
  const earlier = scoreBefore(nights, now - changeDays * dayMs);
  const { score, band, coverage, pendingBand, pendingSince } = account;
  if (score === null) return <span>Not scored yet. The first score comes within moments of its first event.</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      <ScoreChip score={score} band={band} coverage={coverage} />
      <Sparkline values={byDay(nights, now)} label="The score of the last 12 weeks" />
      {earlier !== null && (
        <span className="tabular">
          {change(score - earlier)} in {changeDays} days
        </span>
      )}
      {pendingBand && pendingSince && (
        <span className="inline-flex items-center gap-1.5">
          on its way to <BandMark band={pendingBand} /> since {date(pendingSince)}
        </span>
      )}
    </span>
  );
}

/** The newest score at or before an instant; null when none is that old. Pure. */
export function scoreBefore(nights: readonly ScorePoint[], at: number): number | null {
  return nights.find(({ asOf }) => Date.parse(asOf) <= at)?.score ?? null;
}

/** One value a day, oldest first; null where no night was kept. Pure. */
export function byDay(nights: readonly ScorePoint[], now: number): readonly (number | null)[] {
  const today = Math.floor(now / dayMs);
  const days = new Map(nights.map(({ asOf, score }) => [Math.round(Date.parse(asOf) / dayMs), score]));
  return Array.from({ length: sparkDays + 1 }, (_, at) => days.get(today - sparkDays + at) ?? null);
}

/** What is known of an account besides its score: where it stands, what it is worth, whose it is. */
export function Facts({ account }: { account: Account }): ReactNode {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const now = useNow();
  const journey = useQuery(journeyQuery(account.id)).data;
  const owners = useOwners(account.id);
  const { id, segment, parent, traits } = account;
  const value = yearlyValue(traits);
  const renewal = dateOf(traits['renewal_at']);
  return (
    <dl className="m-0 flex flex-wrap gap-x-8 gap-y-3 pb-4">
      <Fact title="Id">
        <code className="text-sm wrap-anywhere">{id}</code>
      </Fact>
      {journey?.phaseLabel && (
        <Fact title="Phase" note={journey.phaseSince && `since ${date(journey.phaseSince)}`}>
          {journey.phaseLabel}
        </Fact>
      )}
      {segment !== null && <Fact title="Segment">{titleOf(segment)}</Fact>}
      {value !== null && <Fact title="Value a year">{number(value, 0)}</Fact>}
      {renewal !== null && (
        <Fact title="Renewal" note={distance(renewal, now)}>
          {date(renewal)}
        </Fact>
      )}
      {owners.map(({ role, name }) => (
        <Fact key={role} title={roleTitle(role)}>
          <span dir="auto">{name}</span>
        </Fact>
      ))}
      {parent !== null && (
        <Fact title="Part of">
          <Link
            to="/w/$workspace/accounts/$account"
            params={{ workspace, account: parent }}
            className="text-accent underline-offset-2 hover:underline"
          >
            {parent}
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <div className="max-w-72 min-w-0">
      <dt className="text-xs text-muted">{title}</dt>
      <dd className="m-0 tabular">
        {children}
        {note && <span className="text-muted"> · {note}</span>}
      </dd>
    </div>
  );
}

/** Who holds which role now, by name. */
function useOwners(account: string): readonly { readonly role: string; readonly name: string }[] {
  const roles = useQuery(rolesQuery(account)).data?.data ?? [];
  const team = useQuery(teamQuery()).data?.data ?? [];
  return roles
    .filter(({ until }) => until === null)
    .map(({ role, member }) => ({ role, name: team.find(({ id }) => id === member)?.name ?? member }));
}

/** `csm` → `CSM`: the roles that everybody shortens. */
function roleTitle(role: string): string {
  return role.length <= 3 ? role.toUpperCase() : titleOf(plainName(role));
}
