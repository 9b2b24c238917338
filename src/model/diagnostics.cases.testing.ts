import type { DiagnosticCode } from './diagnostic-codes.ts';
import { momentMistakes } from './diagnostics.moment-cases.testing.ts';
import { phaseMistakes } from './diagnostics.phase-cases.testing.ts';
import { sourceMistakes } from './diagnostics.source-cases.testing.ts';

/** One mistake: ⟨…⟩ marks the place that the diagnostic must name. */
export interface Mistake {
  readonly code: DiagnosticCode;
  readonly yaml: string;
  readonly message: string;
  readonly hint?: string;
}

const head = `rapport: 1
name: Test
catalog:
  Signed In: {}
  Report Viewed: { minutes: number, id: string }
  Case Opened: { id: string, minutes: string }
  Case Closed: { id: string }
traits: { account: { seats: number, plan: string, renewal_at: time } }
`;
const logins = 'measures: { logins: { count: Signed In, within: 7d } }\n';
const indicators = 'indicators: { a: { domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: 1 } }\n';
const whole = head + logins + indicators;
/** A model whose only indicator is the one written here. */
const one = (indicator: string, more = logins): string => `${head}${more}indicators:\n  a: ${indicator}\n`;
const measure = (text: string): string =>
  `${head}measures:\n  logins: { count: Signed In }\n  m: ${text}\nindicators: { a: { domain: adoption, value: measures.logins + measures.m, cuts: [0, 1, 2], weight: 1 } }\n`;
const expression = (text: string): string => `${whole}audiences: { x: { when: '${text}' } }\n`;

/** One of each code, with its place, message and hint. */
export const mistakes: readonly Mistake[] = [
  {
    code: 'model/unknown-event',
    yaml: measure('{ count: ⟨signed⟩ }'),
    message: 'there is no event "signed" in the catalog',
    hint: 'did you mean Signed In?',
  },
  {
    code: 'model/wrong-type',
    yaml: measure('{ count: Signed In, within: ⟨7⟩ }'),
    message: 'a text is needed here',
    hint: 'such as 28d',
  },
  {
    code: 'model/unknown-key',
    yaml: `${whole}⟨segmnts⟩: {}\n`,
    message: 'a model has no key "segmnts"',
    hint: 'did you mean segments?',
  },
  {
    code: 'model/missing-key',
    yaml: `⟨n⟩ame: x\n${whole.replace('rapport: 1\nname: Test\n', '')}`,
    message: '"rapport" is missing',
    hint: 'start the file with `rapport: 1`',
  },
  {
    code: 'model/wrong-type',
    yaml: one('{ domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: ⟨heavy⟩ }'),
    message: 'a number is needed here',
  },
  {
    code: 'model/bad-duration',
    yaml: measure('{ count: Signed In, within: ⟨28 days⟩ }'),
    message: '"28 days" is not a duration',
    hint: 'a number and a unit, such as 4h, 28d or 2w',
  },
  {
    code: 'model/bad-timezone',
    yaml: `${whole}timezone: ⟨Europe/Berlinn⟩\n`,
    message: '"Europe/Berlinn" is not a time zone',
    hint: 'for example Europe/Berlin, or UTC',
  },
  {
    code: 'model/bad-name',
    yaml: `${whole}audiences: { ⟨my audience⟩: { when: 'true' } }\n`,
    message: '"my audience" cannot be a name here',
    hint: 'letters, digits, _ and -; the first one is a letter',
  },
  {
    code: 'model/bad-time',
    yaml: `${whole}releases: [{ version: "1", at: ⟨May 2026⟩ }]\n`,
    message: '"May 2026" is not a time',
    hint: 'write 2026-01-31 or 2026-01-31T08:00:00Z',
  },
  {
    code: 'model/later-key',
    yaml: `${whole}⟨playbooks⟩: { nudge: {} }\n`,
    message: 'playbooks are not yet supported in this version and are ignored',
  },
  {
    code: 'model/unknown-event',
    yaml: measure('{ count: ⟨Signed in⟩ }'),
    message: 'there is no event "Signed in" in the catalog',
    hint: 'did you mean Signed In?',
  },
  {
    code: 'model/unknown-property',
    yaml: measure('{ sum: ⟨properties.minuts⟩, of: Report Viewed }'),
    message: 'none of its events has a property "minuts"',
    hint: 'did you mean minutes?',
  },
  {
    code: 'model/unknown-trait',
    yaml: expression('⟨account.seat⟩ > 1'),
    message: 'there is no trait "seat"',
    hint: 'did you mean seats?',
  },
  {
    code: 'model/unknown-measure',
    yaml: expression('1 > ⟨measures.logns⟩'),
    message: 'there is no measure "logns"',
    hint: 'did you mean logins?',
  },
  {
    code: 'model/unknown-indicator',
    yaml: expression('⟨indicators.b⟩ > 1'),
    message: 'there is no indicator "b"',
    hint: 'known: a',
  },
  { code: 'model/unknown-segment', yaml: expression('segment == ⟨"big"⟩'), message: 'there is no segment "big"' },
  {
    code: 'model/negative-duration',
    yaml: measure('{ count: Signed In, within: ⟨-28d⟩ }'),
    message: '"-28d" lies before what it counts from',
    hint: 'write it without the minus',
  },
  {
    code: 'model/unknown-band',
    yaml: expression('band == ⟨"engagd"⟩'),
    message: 'there is no band "engagd"',
    hint: 'did you mean engaged?',
  },
  {
    code: 'model/unknown-builtin',
    yaml: `${head}indicators: { use: [active_days, ⟨activ_recency⟩] }\n`,
    message: 'there is no built-in indicator "activ_recency"',
    hint: 'did you mean activity_recency?',
  },
  {
    code: 'model/unknown-name',
    yaml: expression('⟨scor⟩ > 1'),
    message: 'there is no name "scor"',
    hint: 'did you mean score?',
  },
  { code: 'cel/syntax', yaml: expression('score >⟨⟩'), message: 'the expression ends too early' },
  {
    code: 'cel/unsupported',
    yaml: expression('⟨{"a": 1}⟩ == 1'),
    message: 'maps and optional access are not part of the language',
  },
  {
    code: 'cel/type',
    yaml: expression('score > 1 && ⟨account.seats⟩'),
    message: 'true or false is needed here, this is a number',
    hint: 'compare it, as in `… > 0`',
  },
  {
    code: 'cel/arguments',
    yaml: expression('⟨ln(1, 2)⟩ > 1'),
    message: 'wrong number of arguments',
    hint: 'write ln(x)',
  },
  {
    code: 'cel/unknown-function',
    yaml: expression('⟨cieling(score)⟩ > 1'),
    message: 'there is no function cieling',
    hint: 'functions: has, coalesce, contains, startsWith, endsWith, lower, size, ln, sqrt, abs, round, floor, ceil, min, max, daysSince, before, releasesBehind, onTime, rate, trend',
  },
  {
    code: 'cel/not-here',
    yaml: `${whole}segments: { x: { when: '⟨score⟩ > 1', touch: low }, y: { otherwise: true, touch: low } }\n`,
    message: "score is not known in a segment's condition",
    hint: 'known here: account.…, measures.…, now',
  },
  {
    code: 'cel/top-only',
    yaml: expression('⟨rate(1, 2)⟩ > 1'),
    message: 'rate(…) can only be the whole value of an indicator',
    hint: 'give it an indicator of its own and use indicators.<id>',
  },
  {
    code: 'measure/no-aggregate',
    yaml: measure('{ within: 7d }').replace('  m:', '  ⟨m⟩:'),
    message: 'measure m does not say what it computes',
    hint: 'give it one of count, sum, min, max, avg, unique, days, first, last, latest, open, capabilities',
  },
  {
    code: 'measure/two-aggregates',
    yaml: measure('{ count: Signed In, ⟨days⟩: "any" }'),
    message: 'measure m already has count',
    hint: 'make two measures of it',
  },
  {
    code: 'measure/not-applicable',
    yaml: measure('{ days: "any", ⟨every⟩: 7d, for: 4 }'),
    message: 'every only makes a series of count',
  },
  {
    code: 'measure/bad-window',
    yaml: whole.replace(
      'logins: { count: Signed In, within: 7d }',
      'logins: { count: Signed In, every: ⟨36h⟩, for: 4 }',
    ),
    message: 'a block is a whole number of days',
    hint: 'for example 7d',
  },
  {
    code: 'measure/property-types-differ',
    yaml: measure('{ sum: ⟨properties.minutes⟩, of: [Report Viewed, Case Opened] }'),
    message: '"minutes" is a number in one event and a text in another',
    hint: 'give it one type, or name fewer events',
  },
  {
    code: 'measure/unused',
    yaml: `${head}measures: { logins: { count: Signed In }, ⟨extra⟩: { days: "any" } }\n${indicators}`,
    message: 'nothing refers to measure extra',
  },
  {
    code: 'segment/unreachable',
    yaml: `${whole}segments: { x: { otherwise: true, touch: low }, ⟨y⟩: { when: 'account.seats > 1', touch: low } }\n`,
    message: 'nobody is left for y: x before it takes every account',
    hint: 'move x to the end',
  },
  {
    code: 'segment/unreachable',
    yaml: `${whole}segments: { x: { when: 'account.seats > 1', touch: low }, ⟨y⟩: { when: 'account.seats > 1.0', touch: low }, z: { otherwise: true, touch: low } }\n`,
    message: 'nobody is left for y: x before it has the same condition',
  },
  {
    code: 'segment/no-condition',
    yaml: `${whole}segments: { ⟨x⟩: { touch: low } }\n`,
    message: 'segment x needs either when or otherwise: true',
  },
  {
    code: 'segment/no-otherwise',
    yaml: `${whole}⟨segments⟩: { x: { when: 'account.seats > 1', touch: low } }\n`,
    message: 'accounts that match none of these have no segment',
    hint: 'add a last one with otherwise: true',
  },
  {
    code: 'indicator/cuts-not-monotone',
    yaml: one('{ domain: adoption, value: measures.logins, cuts: ⟨[0, 3, 2]⟩, weight: 1 }'),
    message: 'the cuts 0, 3, 2 do not strictly rise or fall',
    hint: 'the values for 0, 50 and 100 points',
  },
  {
    code: 'indicator/points-not-rising',
    yaml: one('{ domain: adoption, value: measures.logins, points: [[0, 0], ⟨[0, 100]⟩], weight: 1 }'),
    message: '0 does not stand above 0',
    hint: 'order the points by their first number',
  },
  {
    code: 'indicator/points-out-of-range',
    yaml: one('{ domain: adoption, value: measures.logins, points: [[0, 0], ⟨[1, 120]⟩], weight: 1 }'),
    message: '120 points are not within 0–100',
  },
  {
    code: 'indicator/shape',
    yaml: one('{ domain: adoption, value: measures.logins, points: ⟨[[0, 0], [1, 100], [2, 0]]⟩, weight: 1 }'),
    message: 'the points go up and down',
    hint: 'if that is meant, add shape: peaked',
  },
  {
    code: 'indicator/shape',
    yaml: one(
      '{ domain: adoption, value: measures.logins, points: ⟨[[0, 0], [1, 9], [2, 0], [3, 5], [4, 0]]⟩, shape: peaked, weight: 1 }',
    ),
    message: 'this does not go up and then down again, once',
  },
  {
    code: 'indicator/percentiles-not-rising',
    yaml: one(
      '{ domain: adoption, value: measures.logins, percentile: ⟨{ p0: 0.5, p50: 0.1, p100: 0.9 }⟩, weight: 1 }',
    ),
    message: 'the percentiles do not strictly rise or fall within 0–1',
    hint: 'for example {p0: 0.1, p50: 0.5, p100: 0.9}',
  },
  {
    code: 'indicator/two-scales',
    yaml: one('{ domain: adoption, value: measures.logins, cuts: [0, 1, 2], ⟨points⟩: [[0, 0], [1, 100]], weight: 1 }'),
    message: 'indicator a already has cuts',
    hint: 'keep one',
  },
  {
    code: 'indicator/no-scale',
    yaml: one('{ domain: adoption, value: measures.logins, weight: 1 }').replace('  a:', '  ⟨a⟩:'),
    message: 'nothing says how the value of a becomes points',
    hint: 'add cuts: [<0 points>, <50 points>, <100 points>]',
  },
  {
    code: 'indicator/two-cohorts',
    yaml: one(
      '{ domain: adoption, value: "rate(measures.logins, 10)", ⟨percentile⟩: { p0: 0.1, p50: 0.5, p100: 0.9 }, weight: 1 }',
    ),
    message: 'rate(…) already compares with other accounts',
    hint: 'use cuts',
  },
  {
    code: 'indicator/half-life',
    yaml: one('{ domain: adoption, value: measures.logins, cuts: [0, 1, 2], ⟨halfLife⟩: 90d, weight: 1 }'),
    message: 'halfLife needs the age of an answer, and the value comes from no latest measure',
    hint: 'refer to a measure { latest: properties.… }',
  },
  {
    code: 'builtin/needs-key-events',
    yaml: `${head}indicators: { use: [⟨usage_volume⟩] }\n`,
    message: 'built-in usage_volume: the model names no key events',
    hint: 'add keyEvents: [<event>, …]',
  },
  {
    code: 'builtin/needs-capabilities',
    yaml: `${head}indicators: { use: [active_days, ⟨capability_breadth⟩] }\n`,
    message: 'built-in capability_breadth: the model names no capabilities',
    hint: 'add capabilities: {<name>: [<event>, …]}',
  },
  {
    code: 'builtin/needs-releases',
    yaml: `${head}capabilities: { reports: [Report Viewed] }\nindicators: { use: [⟨release_adoption⟩] }\n`,
    message: 'built-in release_adoption: no release of the model brings a capability',
    hint: 'add releases: [{version, at, capabilities}]',
  },
  {
    code: 'builtin/type-conflict',
    yaml: `${head.replace('plan: string', 'modules: ⟨string⟩')}capabilities: { reports: [Report Viewed] }\nindicators: { use: [modules_licensed] }\n`,
    message: 'built-in modules_licensed needs modules to be list',
    hint: 'write modules: list',
  },
  {
    code: 'builtin/measure-replaced',
    yaml: `${head}measures: { ⟨active_days_28d⟩: { days: Signed In, within: 28d } }\nindicators: { use: [active_days] }\n`,
    message: 'active_days_28d takes the place of the measure of built-in active_days',
  },
  {
    code: 'score/unknown-domain',
    yaml: one('{ domain: ⟨adopton⟩, value: measures.logins, cuts: [0, 1, 2], weight: 1 }'),
    message: 'domain "adopton" has no weight',
    hint: 'did you mean adoption?',
  },
  {
    code: 'score/empty-domain',
    yaml: `${whole}score: { domains: { adoption: 1, ⟨voice⟩: 1 } }\n`,
    message: 'domain voice has no indicator',
  },
  {
    code: 'score/weights',
    yaml: one('{ domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: ⟨-1⟩ }'),
    message: 'a weight cannot be below 0',
  },
  {
    code: 'score/bands',
    yaml: `${whole}score: { ⟨bands⟩: { engaged: { enter: 60, leave: 65 } } }\n`,
    message: 'the thresholds of the bands overlap or are out of order',
    hint: 'disengaged.enter ≤ disengaged.leave ≤ engaged.leave ≤ engaged.enter',
  },
  {
    code: 'score/no-indicators',
    yaml: `⟨r⟩${head.slice(1)}`,
    message: 'the model has no indicator, so there is no score',
  },
  ...sourceMistakes,
  ...phaseMistakes,
  ...momentMistakes,
];
