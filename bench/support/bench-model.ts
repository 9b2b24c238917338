import { compile, type CompiledModel } from '../../src/compile/compile.ts';
import { loadModelText } from '../../src/model/load.ts';

/** Ten measures and eight indicators: about what a team starts with. */
const text = `
rapport: 1
name: Bench
catalog:
  Signed In: {}
  Report Viewed: { minutes: number }
  Case Opened: { case_id: string, severity: string }
  Case Resolved: { case_id: string }
traits:
  account: { seats: number, arr: number, plan: string }
segments:
  enterprise: { when: 'account.arr >= 50000', touch: high }
  rest: { otherwise: true, touch: low }
measures:
  active_people: { unique: person, within: 28d }
  active_days: { days: any, within: 28d }
  logins_7d: { count: Signed In, within: 7d }
  logins_28d: { count: Signed In, within: 28d }
  minutes_28d: { sum: properties.minutes, of: Report Viewed, within: 28d }
  longest: { max: properties.minutes, of: Report Viewed, within: 84d }
  last_seen: { last: time }
  cases_84d: { count: Case Opened, within: 84d }
indicators:
  active_people_share: { domain: adoption, value: measures.active_people / account.seats, cuts: [0.1, 0.35, 0.7], weight: 6 }
  active_days: { domain: adoption, value: measures.active_days, cuts: [1, 6, 15], weight: 3 }
  logins: { domain: adoption, value: measures.logins_7d, cuts: [0, 3, 10], weight: 3 }
  rhythm: { domain: adoption, value: measures.logins_7d / measures.logins_28d, cuts: [0.05, 0.2, 0.4], weight: 2 }
  depth: { domain: value, value: measures.minutes_28d / account.seats, cuts: [1, 10, 60], weight: 4 }
  longest: { domain: value, value: measures.longest, cuts: [1, 10, 30], weight: 1 }
  recency: { domain: adoption, value: daysSince(measures.last_seen), cuts: [30, 14, 3], weight: 4 }
  cases: { domain: support, value: measures.cases_84d, cuts: [8, 3, 0], weight: 4 }
score:
  domains: { adoption: 50, value: 30, support: 20 }
`;

/** The model of the benches, compiled. */
export function benchModel(): CompiledModel {
  const { model, diagnostics } = loadModelText(text, 'bench.yaml');
  if (!model) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return compile(model);
}

/** The rollup column behind a measure of the bench model. */
export function columnOf(compiled: CompiledModel, measure: string): string {
  const found = compiled.measures.find((one) => one.measure.id === measure);
  if (!found) throw new Error(`The bench model has no measure ${measure}.`);
  return found.column;
}
