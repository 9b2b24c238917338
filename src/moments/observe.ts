import type { EvaluationScope } from '../model/expression/evaluate.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Observed, SeenEvent } from './journey.ts';

/** An event as it is kept: its properties read as texts, numbers and times. */
export interface KeptEvent {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly time: number;
  readonly receivedAt: number;
  readonly texts: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly times: Readonly<Record<string, number>>;
}

/** An account as it was just evaluated. */
export interface ObservedAccount {
  readonly workspace: string;
  readonly account: string;
  readonly now: number;
  readonly knownSince: number;
  readonly watchedSince: number;
  readonly segment: string;
  /** What conditions see, but for band and phase. */
  readonly scope: EvaluationScope;
  readonly band: string;
  /** Also such as happen after `now`. */
  readonly events: readonly KeptEvent[];
}

/** What deciding is told about an account: its events in the types of the catalog, its touch, its time zone. */
export function observe(model: ResolvedModel, one: ObservedAccount): Observed {
  const { workspace, account, now, knownSince, watchedSince, segment, scope, band } = one;
  const traits = scope.account ?? {};
  const zone = traits['timezone'];
  return {
    workspace,
    account,
    now,
    knownSince,
    watchedSince,
    timezone: typeof zone === 'string' ? zone : model.timezone,
    segment,
    touch: model.segments.find(({ id }) => id === segment)?.touch ?? 'high',
    scope: { ...scope, evaluation: { ...scope.evaluation, band } },
    traits,
    events: one.events.filter(({ time }) => time <= now).flatMap((event) => seenEvent(model, event)),
  };
}

/** An event as deciding sees it; none for other calls. What has another type than the catalog says is not known. */
export function seenEvent({ catalog }: ResolvedModel, event: KeptEvent): SeenEvent[] {
  const { id, name, kind, time, receivedAt, texts, numbers, times } = event;
  if (kind !== 'track' && kind !== 'page' && kind !== 'screen') return [];
  const properties: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(catalog[name] ?? {})) {
    const from: Readonly<Record<string, unknown>> = type === 'number' ? numbers : type === 'time' ? times : texts;
    if (!Object.hasOwn(from, key)) continue;
    const value = from[key];
    if (type === 'bool') properties[key] = value === 'true';
    else properties[key] = type === 'list' ? (JSON.parse(String(value)) as unknown) : value;
  }
  return [{ id, name, kind, time, receivedAt, properties }];
}
