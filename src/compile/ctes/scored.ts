import { accountScope, domainColumns, indicatorColumns, type Seen } from '../account-scope.ts';
import { conditionSql } from '../expression.ts';
import { quoteIdentifier } from '../identifier.ts';
import { numberLiteral } from '../parameters.ts';
import { origin, type Step } from '../step.ts';
import { stateCodes } from './valued.ts';

/** Sums of each domain: weight, weight × points and covered weight of its indicators that apply. */
export function domainsStep(seen: Seen): Step {
  const { model } = seen.compiled;
  const columns = model.score.domains.flatMap((domain) => {
    const names = domainColumns(domain.id);
    const mine = model.indicators.filter((indicator) => indicator.domain === domain.id);
    const terms = (term: (weight: string, points: string, state: string) => string): string =>
      mine.length === 0
        ? '0e0'
        : mine
            .map(({ id, weight }) => {
              const column = indicatorColumns(id);
              return term(numberLiteral(weight), quoteIdentifier(column.points), quoteIdentifier(column.state));
            })
            .join(' + ');
    return [
      `${terms((w, _, s) => `if(${s} = ${stateCodes.na}, 0e0, ${w})`)} AS ${quoteIdentifier(names.weight)}`,
      `${terms((w, p) => `ifNull(${w} * ${p}, 0e0)`)} AS ${quoteIdentifier(names.sum)}`,
      `${terms((w, _, s) => `if(${s} <= ${stateCodes.zero}, ${w}, 0e0)`)} AS ${quoteIdentifier(names.covered)}`,
      `if(${quoteIdentifier(names.weight)} > 0, ${quoteIdentifier(names.sum)} / ${quoteIdentifier(names.weight)}, NULL) AS ${quoteIdentifier(names.points)}`,
    ];
  });
  return {
    name: 'domains',
    title: 'domains: weighted mean of the indicators that apply',
    notes: model.score.domains.map(({ id, at }) => origin(domainColumns(id).points, `score.domains.${id}`, at)),
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM pointed`,
  };
}

/** Raw score and coverage: weighted over the domains with any indicator that applies. */
export function weighedStep({ compiled }: Seen): Step {
  const domains = compiled.model.score.domains.map(({ id, weight }) => ({ ...domainColumns(id), share: numberLiteral(weight) }));
  const sum = (term: (domain: (typeof domains)[number]) => string): string => ['0e0', ...domains.map(term)].join(' + ');
  const present = (domain: (typeof domains)[number]): string => quoteIdentifier(domain.points);
  const columns = [
    `${sum((d) => `if(isNull(${present(d)}), 0e0, ${d.share})`)} AS total_weight`,
    `if(total_weight > 0, (${sum((d) => `ifNull(${d.share} * ${present(d)}, 0e0)`)}) / total_weight, 50e0) AS raw_score`,
    `if(total_weight > 0, (${sum((d) => `if(isNull(${present(d)}), 0e0, ${d.share} * (${quoteIdentifier(d.covered)} / ${quoteIdentifier(d.weight)}))`)}) / total_weight, 0e0) AS coverage`,
  ];
  return {
    name: 'weighed',
    title: 'score before limits, and how much of it rests on fresh data',
    notes: [],
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM domains`,
  };
}

const none = `CAST([], 'Array(Tuple(String, Float64))')`;

/** Limits by weak domains, hard triggers, and the score under their caps. */
export function scoredStep(seen: Seen): Step {
  const { compiled, parameters } = seen;
  const { limit, domains, hardTriggers } = compiled.model.score;
  const limits = domains
    .filter(({ weight }) => weight >= limit.weight)
    .map(({ id }) => `if(ifNull(${quoteIdentifier(domainColumns(id).points)} < ${numberLiteral(limit.below)}, 0), [${parameters.text(id)}], emptyArrayString())`);
  const scope = accountScope(seen);
  const triggers = hardTriggers.map(({ id, when, cap }) => {
    const fired = `[(${parameters.text(id)}, ${numberLiteral(cap)})]`;
    return `if(${conditionSql(when, scope)}, ${fired}, ${none})`;
  });
  const columns = [
    `${limits.length === 0 ? 'emptyArrayString()' : `arrayConcat(emptyArrayString(), ${limits.join(', ')})`} AS limits`,
    `${triggers.length === 0 ? none : `arrayConcat(${none}, ${triggers.join(', ')})`} AS triggers`,
    `least(raw_score, if(empty(limits), 100e0, ${numberLiteral(limit.cap)}), arrayMin(arrayConcat([100e0], arrayMap(trigger -> trigger.2, triggers)))) AS score`,
  ];
  return {
    name: 'scored',
    title: 'score under its limits and hard triggers',
    notes: hardTriggers.map(({ id, at }) => origin('triggers', `score.hardTriggers.${id}`, at)),
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM weighed`,
  };
}
