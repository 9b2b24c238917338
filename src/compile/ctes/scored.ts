import { accountScope, type Seen } from '../account-scope.ts';
import { conditionSql } from '../expression.ts';
import { numberLiteral } from '../parameters.ts';
import { origin, type Step } from '../step.ts';
import { arraySql, stateCodes } from './valued.ts';

const noTriggers = `CAST([], 'Array(Tuple(String, Float64))')`;

/** Weights of each domain's indicators that apply, and of those with fresh data; points of each domain. */
export function domainsStep({ compiled }: Seen): Step {
  const { indicators, score } = compiled.model;
  const weights = arraySql(
    indicators.map(({ weight }) => numberLiteral(weight)),
    'Float64',
  );
  const places = arraySql(
    indicators.map((one) => String(score.domains.findIndex(({ id }) => id === one.domain) + 1)),
    'UInt8',
  );
  const perDomain = (lambda: string, list: string): string =>
    `arrayMap(domain -> arraySum((w, place, item) -> if(place = domain, ${lambda}, 0e0), ${weights}, ${places}, ${list}), range(1, ${score.domains.length + 1}))`;
  const columns = [
    `${perDomain(`if(item = ${stateCodes.na}, 0e0, w)`, 'states')} AS domain_weights`,
    `${perDomain(`if(item <= ${stateCodes.zero}, w, 0e0)`, 'states')} AS domain_covered`,
    `${perDomain('ifNull(w * item, 0e0)', 'points')} AS domain_sums`,
    'arrayMap((sum, w) -> if(w > 0, toNullable(sum / w), NULL), domain_sums, domain_weights) AS domains',
  ];
  return {
    name: 'weighted',
    title: 'domains: weighted mean of the indicators that apply',
    notes: score.domains.map(({ id, at }, index) => origin(`domains[${index + 1}]`, `score.domains.${id}`, at)),
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM pointed`,
  };
}

/** Raw score and coverage (over the domains with an indicator that applies), domains below their limit, hard triggers. */
export function weighedStep(seen: Seen): Step {
  const { compiled, parameters } = seen;
  const { domains, limit, hardTriggers } = compiled.model.score;
  const shares = arraySql(
    domains.map(({ weight }) => numberLiteral(weight)),
    'Float64',
  );
  const ids = parameters.texts(domains.map(({ id }) => id));
  const scope = accountScope(seen);
  const triggers = hardTriggers.map(
    ({ id, when, cap }) =>
      `if(${conditionSql(when, scope)}, [(${parameters.text(id)}, ${numberLiteral(cap)})], ${noTriggers})`,
  );
  const columns = [
    `arraySum((share, d) -> if(isNull(d), 0e0, share), ${shares}, domains) AS total_weight`,
    `if(total_weight > 0, arraySum((share, d) -> ifNull(share * d, 0e0), ${shares}, domains) / total_weight, 50e0) AS raw_score`,
    `if(total_weight > 0, arraySum((share, covered, w) -> if(w > 0, share * (covered / w), 0e0), ${shares}, domain_covered, domain_weights) / total_weight, 0e0) AS coverage`,
    `arrayFilter((id, share, d) -> share >= ${numberLiteral(limit.weight)} AND ifNull(d < ${numberLiteral(limit.below)}, 0), ${ids}, ${shares}, domains) AS limits`,
    `${triggers.length === 0 ? noTriggers : `arrayConcat(${[noTriggers, ...triggers].join(', ')})`} AS triggers`,
  ];
  return {
    name: 'weighed',
    title: 'score before limits, how much of it rests on fresh data, limits and hard triggers',
    notes: hardTriggers.map(({ id, at }) => origin('triggers', `score.hardTriggers.${id}`, at)),
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM weighted`,
  };
}

/** The score under the caps of its limits and hard triggers. */
export function scoredStep({ compiled }: Seen): Step {
  const { limit } = compiled.model.score;
  const caps = `arrayMin(arrayConcat([raw_score, if(empty(limits), raw_score, ${numberLiteral(limit.cap)})], arrayMap(trigger -> trigger.2, triggers)))`;
  return { name: 'scored', title: 'score under its caps', notes: [], body: `SELECT *, ${caps} AS score\nFROM weighed` };
}
