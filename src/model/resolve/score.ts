import type { Indicator, Score } from '../resolved.ts';
import type { AuthoredScore } from '../schema.ts';
import {
  durationAt,
  hasErrors,
  isBroken,
  expressionAt,
  placeAt,
  type Resolving,
  reportKey,
  reportValue,
  suggest,
} from './context.ts';
import { authoredIndicators } from './indicators.ts';
import { type AccountNames, accountNames } from './names.ts';

/** Weights of domains that a model does not weigh itself. */
export const usualDomains: Readonly<Record<string, number>> = {
  adoption: 30,
  milestones: 40,
  relationship: 20,
  value: 15,
  learning: 10,
  support: 10,
  voice: 10,
  advocacy: 5,
};

const day = 86_400_000;
const usual = {
  engaged: { enter: 70, leave: 65 },
  disengaged: { enter: 40, leave: 45 },
  dwell: 7 * day,
  limit: { weight: 10, below: 25, cap: 69 },
  coverage: { unknown: 0.5, badge: 0.75 },
} as const;

/** Reads the score; what is not said gets its usual value, written out. */
export function resolveScore(
  resolving: Resolving,
  known: AccountNames,
  indicators: readonly Indicator[],
  awaited: ReadonlySet<string>,
): Score {
  const authored = resolving.authored.score ?? {};
  const domains = resolveDomains(resolving, authored, indicators, awaited);
  return {
    domains,
    bands: resolveBands(resolving, authored),
    limit: authored.limit ?? usual.limit,
    coverage: authored.coverage ?? usual.coverage,
    hardTriggers: resolveHardTriggers(resolving, authored, known),
  };
}

function resolveDomains(
  resolving: Resolving,
  authored: AuthoredScore,
  indicators: readonly Indicator[],
  awaited: ReadonlySet<string>,
): Score['domains'] {
  const authoredDomains = authoredIndicators(resolving).flatMap(([, one]) =>
    one.domain === undefined ? [] : [one.domain],
  );
  const used = new Set(authoredDomains);
  const weights: Readonly<Record<string, number>> =
    authored.domains ?? Object.fromEntries(Object.entries(usualDomains).filter(([id]) => used.has(id)));
  for (const [id, indicator] of authoredIndicators(resolving)) {
    if (indicator.domain === undefined || Object.hasOwn(weights, indicator.domain)) continue;
    if (isBroken(resolving, ['score', 'domains', indicator.domain])) continue;
    const hint =
      suggest(indicator.domain, Object.keys(authored.domains ?? usualDomains)) ?? 'give it a weight in score.domains';
    reportValue(
      resolving,
      ['indicators', id, 'domain'],
      'score/unknown-domain',
      `domain ${JSON.stringify(indicator.domain)} has no weight`,
      hint,
    );
  }
  const entries = Object.entries(weights);
  for (const [id, weight] of entries) {
    const path = ['score', 'domains', id];
    if (isBroken(resolving, path)) continue;
    if (!(weight >= 0 && Number.isFinite(weight)))
      reportValue(resolving, path, 'score/weights', 'a weight cannot be below 0');
    else if (!used.has(id) && !awaited.has(id) && !hasErrors(resolving))
      reportKey(resolving, path, 'score/empty-domain', `domain ${id} has no indicator`);
  }
  if (authored.domains !== undefined && entries.length > 0 && entries.every(([, weight]) => weight === 0)) {
    reportKey(resolving, ['score', 'domains'], 'score/weights', 'no domain has a weight above 0');
  }
  reportWeightless(resolving, indicators);
  return entries.map(([id, weight]) => ({ id, weight, at: placeAt(resolving, ['score', 'domains', id]) }));
}

function reportWeightless(resolving: Resolving, indicators: readonly Indicator[]): void {
  for (const domain of new Set(indicators.map((one) => one.domain))) {
    const members = indicators.filter((one) => one.domain === domain);
    const first = members[0];
    if (first === undefined || members.some((one) => one.weight > 0)) continue;
    reportValue(
      resolving,
      ['indicators', first.id, 'weight'],
      'score/weights',
      `no indicator of ${domain} has a weight above 0`,
    );
  }
}

function resolveBands(resolving: Resolving, authored: AuthoredScore): Score['bands'] {
  const engaged = authored.bands?.engaged ?? usual.engaged;
  const disengaged = authored.bands?.disengaged ?? usual.disengaged;
  const dwellText = authored.bands?.dwell;
  const dwell = dwellText === undefined ? usual.dwell : durationAt(resolving, ['score', 'bands', 'dwell'], dwellText);
  const thresholds: readonly (readonly [number, ...string[]])[] = [
    [disengaged.enter, 'disengaged', 'enter'],
    [disengaged.leave, 'disengaged', 'leave'],
    [engaged.leave, 'engaged', 'leave'],
    [engaged.enter, 'engaged', 'enter'],
  ];
  const sound = thresholds.filter(([, ...path]) => !isBroken(resolving, ['score', 'bands', ...path]));
  const order = [0, ...sound.map(([value]) => value), 100];
  if (order.some((value, i) => i > 0 && value < (order[i - 1] ?? 0))) {
    reportKey(
      resolving,
      ['score', 'bands'],
      'score/bands',
      'the thresholds of the bands overlap or are out of order',
      'disengaged.enter ≤ disengaged.leave ≤ engaged.leave ≤ engaged.enter',
    );
  }
  return { engaged, disengaged, dwell: dwell ?? usual.dwell };
}

function resolveHardTriggers(
  resolving: Resolving,
  authored: AuthoredScore,
  known: AccountNames,
): Score['hardTriggers'] {
  const names = accountNames("a hard trigger's condition", known, ['segment']);
  const triggers: Score['hardTriggers'][number][] = [];
  const entries = Object.entries(authored.hardTriggers ?? {});
  for (const [id, trigger] of entries) {
    const path = ['score', 'hardTriggers', id];
    const when = expressionAt(resolving, [...path, 'when'], trigger.when, names, 'bool');
    if (when !== null) triggers.push({ id, when, cap: trigger.cap, at: placeAt(resolving, path) });
  }
  return triggers;
}
