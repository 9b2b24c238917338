import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { number, percent } from '../../lib/format.ts';
import { useNow } from '../../lib/now.ts';
import { Shown } from '../../ui/states.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { nightsBack } from './indicator/own-history.tsx';
import { midnightBefore, type Nights, nightsQuery, type Why, whyQuery } from './queries.ts';
import { stateText, titleOf, valueText } from './why/words.ts';

const days = 28;

/** Every indicator by its domain: what it is, what it counts, how it was. */
export function IndicatorsTab({
  account,
  onIndicator,
}: {
  account: string;
  onIndicator: (indicator: string) => void;
}): ReactNode {
  const now = useNow();
  const why = useQuery(whyQuery(account, midnightBefore(now, days)));
  const nights = useQuery(nightsQuery(account, midnightBefore(now, nightsBack)));
  return (
    <Shown query={why} rows={12}>
      {({ domains }) => (
        <div className="flex max-w-4xl flex-col gap-6">
          {domains.map((domain) => (
            <Domain key={domain.id} domain={domain} nights={nights.data} onIndicator={onIndicator} />
          ))}
        </div>
      )}
    </Shown>
  );
}

interface DomainProps {
  readonly domain: Why['domains'][number];
  readonly nights: Nights | undefined;
  readonly onIndicator: (indicator: string) => void;
}

const columns = 'grid grid-cols-[minmax(0,1fr)_80px_64px_72px_88px] max-md:grid-cols-[minmax(0,1fr)_64px_52px] gap-3';
const wide = 'max-md:hidden';

function Domain({ domain: { id, points, weight, indicators }, nights, onIndicator }: DomainProps): ReactNode {
  const said = useMemo(
    () =>
      [points === null ? null : `${number(points)} points`, `${percent(weight)} of the score`]
        .filter(Boolean)
        .join(' · '),
    [points, weight],
  );
  if (indicators.length === 0) return null;
  return (
    <section aria-label={titleOf(id)}>
      <div className="flex items-baseline gap-3 pb-1">
        <h2 className="text-lg font-semibold">{titleOf(id)}</h2>
        <span className="text-sm text-muted tabular">{said}</span>
      </div>
      <div aria-hidden="true" className={`${columns} border-b px-2 pb-1 text-right text-sm text-muted`}>
        <span className="text-left">Indicator</span>
        <span>Value</span>
        <span>Points</span>
        <span className={wide}>Weight</span>
        <span className={`${wide} text-left`}>13 weeks</span>
      </div>
      <ul className="m-0 list-none p-0">
        {indicators.map((one) => (
          <li key={one.id} className="border-b">
            <button
              type="button"
              aria-haspopup="dialog"
              onClick={() => onIndicator(one.id)}
              className={`${columns} min-h-10 w-full items-center px-2 text-right tabular hover:bg-sunken pointer-coarse:min-h-11`}
            >
              <span className="min-w-0 text-left">
                <span className="block truncate">{one.label}</span>
                {stateText(one.state) !== null && (
                  <span className="block truncate text-xs text-muted">{stateText(one.state)}</span>
                )}
              </span>
              <span>
                <span className="sr-only">value </span>
                {valueText(one.value)}
              </span>
              <span>
                {one.points === null ? '–' : number(one.points, 0)}
                <span className="sr-only"> points</span>
              </span>
              <span className={`${wide} text-muted`}>{percent(one.weight, 1)}</span>
              <span className={wide}>
                <Sparkline
                  values={nights?.indicators[one.id]?.points ?? []}
                  label={`Points of ${one.label}, 13 weeks`}
                />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
