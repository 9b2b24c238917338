import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { change, date, number, percent } from '../../../lib/format.ts';
import { useNow } from '../../../lib/now.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Empty, Loading, Shown } from '../../../ui/states.tsx';
import {
  indicatorQuery,
  type IndicatorBody,
  midnightBefore,
  type Why,
  type WhyIndicator,
  whyQuery,
} from '../queries.ts';
import { nextCut } from '../why/raise.ts';
import { stateText, titleOf, valueText } from '../why/words.ts';
import { Evidence } from './evidence.tsx';
import { OwnHistory } from './own-history.tsx';
import { Scale } from './scale.tsx';
import { Standing } from './standing.tsx';

interface IndicatorDrawerProps {
  readonly account: string;
  /** The period of the page behind it. */
  readonly days: number;
  /** Null: closed. */
  readonly indicator: string | null;
  readonly onClose: () => void;
}

/** One indicator of an account: what it measures, how it stands, and the events behind it. */
export function IndicatorDrawer({ account, days, indicator, onClose }: IndicatorDrawerProps): ReactNode {
  const now = useNow();
  const why = useQuery({ ...whyQuery(account, midnightBefore(now, days)), enabled: indicator !== null });
  const all = why.data?.domains.flatMap((domain) => domain.indicators.map((one) => ({ ...one, domain: domain.id })));
  const found = all?.find(({ id }) => id === indicator);
  return (
    <Dialog
      place="side"
      open={indicator !== null}
      onOpenChange={(open) => !open && onClose()}
      title={found?.label ?? titleOf(indicator ?? '')}
      {...(found
        ? { description: `${titleOf(found.domain)} · counts for ${percent(found.weight, 1)} of the score` }
        : {})}
    >
      {indicator !== null &&
        (found && why.data ? (
          <Parts key={indicator} account={account} one={found} why={why.data} />
        ) : all ? (
          <Empty title="The model has no such indicator">
            It may have been called something else in an earlier version.
          </Empty>
        ) : (
          <Shown query={why}>{() => <Loading />}</Shown>
        ))}
    </Dialog>
  );
}

function Parts({ account, one, why }: { account: string; one: WhyIndicator; why: Why }): ReactNode {
  const about = useQuery(indicatorQuery(account, one.id));
  const state = stateText(one.state);
  return (
    <div className="flex flex-col gap-6">
      {about.data?.evidence && <p className="-mb-2">{about.data.evidence}</p>}
      <ThenAndNow one={one} why={why} />
      {state !== null && <p className="-mt-3 text-sm text-muted">Now: {state}.</p>}
      <Shown query={about}>
        {(indicator) => (
          <>
            <Raise one={one} indicator={indicator} />
            <Scale one={one} why={why} indicator={indicator} />
            <Standing account={account} one={one} indicator={indicator} />
          </>
        )}
      </Shown>
      <OwnHistory account={account} one={one} />
      <Evidence account={account} indicator={one.id} />
      {about.data && <Measured indicator={about.data} />}
    </div>
  );
}

function ThenAndNow({ one, why }: { one: WhyIndicator; why: Why }): ReactNode {
  const before = why.change?.indicators.find(({ id }) => id === one.id)?.before;
  const rows: readonly (readonly [
    title: string,
    then: number | null | undefined,
    now: number | null,
    digits: number,
  ])[] = [
    ['Value', before?.value, one.value, 2],
    ['Points, 0 to 100', before?.points, one.points, 1],
    ['Brings to the score', before?.contribution, one.contribution, 2],
  ];
  return (
    <table className="w-full tabular">
      <thead className="text-right text-sm text-muted">
        <tr>
          <th scope="col" className="text-left font-normal">
            <span className="sr-only">What</span>
          </th>
          {why.change && (
            <th scope="col" className="font-normal">
              {date(why.change.since)}
            </th>
          )}
          <th scope="col" className="font-normal">
            Now
          </th>
          {why.change && (
            <th scope="col" className="font-normal">
              Change
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, then, now, digits]) => (
          <tr key={title} className="border-t text-right">
            <th scope="row" className="py-1.5 text-left font-normal text-muted">
              {title}
            </th>
            {why.change && <td>{valueText(then ?? null)}</td>}
            <td className="font-medium">{valueText(now)}</td>
            {why.change && (
              <td>{then === undefined || then === null || now === null ? '–' : change(now - then, digits)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What would raise this most: the nearest better cut, and all that it could give. */
function Raise({ one, indicator: { scale } }: { one: WhyIndicator; indicator: IndicatorBody }): ReactNode {
  if (one.points === null) return null;
  const most = one.weight * (100 - one.points);
  if (most < 0.05) return <p>It gives all that it can. Whatever you do there, it works.</p>;
  const cut = scale.line === null || one.value === null ? null : nextCut(scale.line, one.value);
  const gain = cut === null ? null : one.weight * (cut.points - one.points);
  return (
    <p className="text-pretty">
      {cut !== null && gain !== null && gain >= 0.05 && (
        <>
          At <b className="font-semibold">{valueText(cut.value)}</b> it could bring{' '}
          <b className="font-semibold">{change(gain)}</b> to the score.{' '}
        </>
      )}
      {(gain === null || most - gain > 0.05) && <>At its best it could bring {change(most)}.</>}
    </p>
  );
}

function Measured({ indicator: { at, text, measures, halfLifeDays } }: { indicator: IndicatorBody }): ReactNode {
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold">What it measures</h2>
      <ul className="m-0 flex list-none flex-col gap-1 p-0 text-sm text-muted">
        {measures.map(({ id, events, windowDays }) => (
          <li key={id}>
            {events === null ? 'Any event' : events.join(', ')}
            {windowDays === null ? ', ever' : `, in the last ${number(windowDays, 0)} days`}
          </li>
        ))}
        {halfLifeDays !== null && (
          <li>What is known fades: half as far from the middle every {number(halfLifeDays, 0)} days</li>
        )}
      </ul>
      {text !== null && (
        <pre
          tabIndex={0}
          aria-label="Its lines in the model"
          className="m-0 overflow-x-auto rounded border bg-sunken p-3 font-mono text-xs"
        >
          {text}
        </pre>
      )}
      <code className="text-xs text-muted">
        {at.file}:{at.line}
      </code>
    </section>
  );
}
