import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { accountQuery } from '../../data/accounts.ts';
import { useLiveQueries } from '../../data/live.tsx';
import { ScoreChip } from '../../ui/band.tsx';
import { Page } from '../../ui/page.tsx';
import { Shown } from '../../ui/states.tsx';

/** One account: how it does, and why. */
export function AccountPage(): ReactNode {
  const { account } = useParams({ from: '/w/$workspace/accounts/$account' });
  const options = accountQuery(account);
  const query = useQuery(options);
  useLiveQueries([options.queryKey], (change) => change.account === account);
  return (
    <Shown query={query}>
      {({ id, name, score, band, coverage }) => (
        <Page title={name || id} question={<ScoreChip score={score} band={band} coverage={coverage} />}>
          {null}
        </Page>
      )}
    </Shown>
  );
}
