export type Severity = 'error' | 'warning' | 'info';

interface CodeSpec {
  readonly severity: Severity;
  /** What it means, for the reference page. */
  readonly meaning: string;
  /** What to do. */
  readonly advice: string;
}

const error = (meaning: string, advice: string): CodeSpec => ({ severity: 'error', meaning, advice });
const warning = (meaning: string, advice: string): CodeSpec => ({ severity: 'warning', meaning, advice });
const info = (meaning: string, advice: string): CodeSpec => ({ severity: 'info', meaning, advice });

/** Every code a diagnostic can have. An error means that there is no usable model; warnings and infos do not stop anything. */
export const diagnosticCodes = {
  'yaml/syntax': error('The file is not YAML.', 'Look at the marked place: most often an indent, a colon or a quote.'),
  'yaml/duplicate-key': error('A key stands twice in the same map.', 'Keep one of them.'),
  'yaml/unsupported': error(
    'A tag, or a key that is not a plain name.',
    'Write plain YAML 1.2: maps, lists, texts, numbers.',
  ),
  'yaml/too-large': error(
    'The file is larger or deeper than a model can be, perhaps through aliases.',
    'Write it without aliases of aliases.',
  ),
  'yaml/empty': error('The file has no content.', 'Start with `rapport: 1`.'),
  'file/unreadable': error('A file cannot be read.', 'Check the name; it is relative to the file that names it.'),
  'extends/cycle': error('Models extend each other in a circle.', 'Let one of them extend nothing.'),
  'extends/unknown': error(
    'There is no shipped model of that name.',
    'Use a shipped name, or a path that starts with `./` or `../`.',
  ),
  'extends/nothing-to-remove': warning(
    '`null` removes a key that the model below does not have.',
    'Correct the name, or take the line out.',
  ),
  'model/unknown-key': error('A key that the language does not have.', 'Correct it; the reference lists all keys.'),
  'model/missing-key': error('A key that must be there is missing.', 'Add it.'),
  'model/wrong-type': error('A value of another kind is needed.', 'Write what the message asks for.'),
  'model/bad-duration': error('Not a duration.', 'A number and a unit: `4h`, `28d`, `2w`.'),
  'model/negative-duration': error(
    'A duration below zero, which would lie before what it counts from.',
    'Write it without the minus.',
  ),
  'model/long-duration': error(
    'A duration of more than 100 years, which would reach beyond the dates there are.',
    'At most `36500d`. A measure without `within` counts all there ever was.',
  ),
  'model/bad-timezone': error('Not a time zone of the IANA database.', 'For example `Europe/Berlin`, or `UTC`.'),
  'model/bad-name': error(
    'A name that expressions could not refer to.',
    'Letters, digits, `_` and `-`; the first one is a letter.',
  ),
  'model/bad-time': error('Not a date or instant.', 'Write `2026-01-31` or `2026-01-31T08:00:00Z`.'),
  'model/later-key': warning(
    'A key of the language that this version does not support yet; it is ignored.',
    'Nothing to do; it will start to work in a later version.',
  ),
  'model/unknown-event': error(
    'An event that the catalog does not have.',
    'Correct the name, or add the event to `catalog`.',
  ),
  'model/unknown-property': error(
    'A property that the catalog gives none of the events in question.',
    'Correct the name, or add it to the event in `catalog`.',
  ),
  'model/unknown-trait': error('A trait that `traits` does not have.', 'Correct the name, or declare it.'),
  'model/unknown-measure': error('A measure that does not exist.', 'Correct the name, or declare it in `measures`.'),
  'model/unknown-indicator': error(
    'An indicator that does not exist.',
    'Correct the name, or declare it in `indicators`.',
  ),
  'model/unknown-segment': error('A segment that does not exist.', 'Correct the name, or declare it in `segments`.'),
  'model/unknown-band': error('A band that does not exist.', 'Use engaged, neutral, disengaged or unknown.'),
  'model/unknown-phase': error('A phase that does not exist.', 'Correct the name, or declare it in `phases`.'),
  'model/unknown-moment': error('A moment that does not exist.', 'Correct the name, or declare it in `moments`.'),
  'model/unknown-role': error('A role that is not declared.', 'Correct the name, or declare it in `roles`.'),
  'model/unknown-playbook': error(
    'A playbook that does not exist.',
    'Correct the name, or name it in `playbooks`; what it does comes with a later version.',
  ),
  'model/unknown-calendar': error('A calendar that does not exist.', 'Correct the name, or declare it in `calendars`.'),
  'model/unknown-builtin': error('A built-in indicator that does not exist.', 'See the list of built-in indicators.'),
  'model/unknown-name': error(
    'A name that the expression language does not have.',
    'Names start with account., measures., properties. or indicators., or are segment, band, score, coverage, phase, now.',
  ),
  'model/not-applicable': error('A key that means nothing beside the others.', 'Follow the hint, or leave it out.'),
  'model/never-true': error(
    'A condition that is false or not known for every account, so what waits for it never happens.',
    'Correct the condition.',
  ),
  'cel/syntax': error('The text of a condition or value is not an expression.', 'Look at the marked place.'),
  'cel/unsupported': error('A part of CEL that the model language leaves out.', 'Use the functions of the reference.'),
  'cel/type': error(
    'An expression has parts that do not fit together, or a type that its place does not take.',
    'Follow the hint.',
  ),
  'cel/arguments': error('A function is called in a way it does not have.', 'Follow the hint, which shows its use.'),
  'cel/unknown-function': error('A function that does not exist.', 'See the functions in the reference.'),
  'cel/not-here': error(
    'A name that exists, but is not known where the expression stands.',
    'Use one of the names that the hint lists.',
  ),
  'cel/top-only': error(
    '`rate` and `trend` compare with other accounts, so they are the whole value of an indicator.',
    'Give the part an indicator of its own.',
  ),
  'measure/no-aggregate': error(
    'A measure does not say what it computes.',
    'Give it one of count, sum, min, max, avg, unique, days, first, last, latest, open.',
  ),
  'measure/two-aggregates': error('A measure says two things at once.', 'Make two measures of it.'),
  'measure/not-applicable': error(
    'A key that means nothing for this kind of measure, or one that it lacks.',
    'Follow the hint.',
  ),
  'measure/bad-window': error(
    'A window or a block that is not possible.',
    'Windows are above 0; blocks are whole days, 2 to 520 of them.',
  ),
  'measure/property-types-differ': error(
    'A property has different types in the events of one measure.',
    'Give it one type, or name fewer events.',
  ),
  'measure/unused': warning('Nothing refers to a measure.', 'Use it, or take it out; it costs a column.'),
  'segment/unreachable': warning(
    'No account can ever come into this segment: one before it takes all, or has the same condition.',
    'Move it up, or change the condition.',
  ),
  'segment/no-condition': error('A segment has neither `when` nor `otherwise: true`, or both.', 'Give it exactly one.'),
  'segment/no-otherwise': info(
    'Accounts that match no segment have none.',
    'Add a last one with `otherwise: true` if that is not meant.',
  ),
  'indicator/cuts-not-monotone': error(
    'The three cuts do not strictly rise or strictly fall.',
    'Order them: the values for 0, 50 and 100 points.',
  ),
  'indicator/points-not-rising': error(
    'The x values of a polyline do not strictly rise.',
    'Order the points by their first number.',
  ),
  'indicator/points-out-of-range': error('Points outside 0–100.', 'Points lie between 0 and 100.'),
  'indicator/shape': error(
    'A polyline does not have the shape it says: one peak when `peaked`, else only up or only down.',
    'Correct the points, or say `shape: peaked`.',
  ),
  'indicator/percentiles-not-rising': error(
    'The three percentiles do not strictly fall or rise within 0–1.',
    'Write for example {p0: 0.1, p50: 0.5, p100: 0.9}.',
  ),
  'indicator/two-scales': error('An indicator has more than one of cuts, points and percentile.', 'Keep one.'),
  'indicator/no-scale': error(
    'The value of an indicator is not points, and nothing says how it becomes points.',
    'Give it cuts, points or percentile.',
  ),
  'indicator/two-cohorts': error(
    'An indicator compares with other accounts in two ways.',
    'Use rate(…) and trend(…) with cuts, percentile with a plain value.',
  ),
  'indicator/half-life': error(
    '`halfLife` fades an answer with its age, so the value must come from a `latest` measure.',
    'Refer to a `latest` measure, or leave halfLife out.',
  ),
  'builtin/needs-key-events': error('A built-in counts key events, and the model names none.', 'Add `keyEvents: […]`.'),
  'builtin/needs-capabilities': error(
    'A built-in counts capabilities, and the model names none.',
    'Add `capabilities: {name: [event, …]}`.',
  ),
  'builtin/needs-releases': error(
    'A built-in compares with releases, and the model names none.',
    'Add `releases: [{version, at, capabilities}]`.',
  ),
  'builtin/type-conflict': error(
    'A property or trait that a built-in needs is declared with another type.',
    'Use the type that the built-in needs, or replace its measure by your own of the same name.',
  ),
  'builtin/measure-replaced': info(
    'A measure of the model takes the place of the one a built-in brings.',
    'Nothing, if that is meant.',
  ),
  'score/unknown-domain': error(
    'An indicator belongs to a domain that `score.domains` does not have.',
    'Correct the name, or give the domain a weight.',
  ),
  'score/empty-domain': warning('A domain has a weight but no indicator.', 'Add an indicator, or take the domain out.'),
  'score/weights': error('Weights that cannot be averaged: below 0, or nothing above 0.', 'Give numbers above 0.'),
  'score/bands': error(
    'The thresholds of the bands overlap or stand in the wrong order.',
    'disengaged.enter ≤ disengaged.leave ≤ engaged.leave ≤ engaged.enter, all within 0–100.',
  ),
  'score/no-indicators': warning(
    'The model has no indicator, so there is no score.',
    'Add one, for example `use: [active_days]`.',
  ),
  'phase/no-start': error('Nothing starts a phase.', 'Give `starts` one of on, after, when, at, known.'),
  'phase/two-starts': error('A phase starts in two ways.', 'Keep one; `on` takes a list of events.'),
  'phase/no-end': error(
    '`ends` does not say what ends the phase.',
    'Give it one of on, when, completed, after, or leave `ends` out.',
  ),
  'phase/two-ends': error('A phase ends in two ways.', 'Keep one; `on` takes a list of events.'),
  'phase/cycle': error(
    'Phases wait for each other in a circle, so none of them ever starts.',
    'Let one of them start by an event or a condition.',
  ),
  'phase/unreachable': error(
    'No account can come into a phase: the order or the end of the one before rules it out.',
    'Accounts only move forward: put phases in the order of the lifecycle, and give an end to those others start after.',
  ),
  'phase/foreign-moment': error(
    'A phase ends with a moment that only happens in another phase.',
    'Name a moment of this phase, or one without a phase.',
  ),
  'moment/no-trigger': error('Nothing opens a moment.', 'Give it one of due, schedule, on, absent, when.'),
  'moment/two-triggers': error('A moment opens in two ways.', 'Make two moments of it.'),
  'moment/not-one': error('A part of a moment that says one of several things says none or two.', 'Follow the hint.'),
  'moment/no-phase': error(
    'A moment counts from the start of its phase and has none.',
    'Add `phase`, or count from something else.',
  ),
  'moment/no-due': error('`expires` and `escalate` count from a deadline, and the moment has none.', 'Add `within`.'),
  'moment/never': error(
    'A moment that can never happen: the touch of each of its segments skips it.',
    'Name who does it, or take it out.',
  ),
  'moment/done-at-once': error(
    'What opens a moment also completes it, so there is never anything to do.',
    'Let `done` name what happens afterwards.',
  ),
  'moment/empty-step': error('A step of an escalation does nothing.', 'Give it `to` or `playbook`.'),
  'moment/escalation-order': error(
    'A step of an escalation whose turn never comes: it is not after the step before it, or the moment is missed by then.',
    'Order the steps by `after`, and let the moment expire after the last one.',
  ),
  'moment/unused-touch': warning(
    '`touch` names a touch that no segment of the moment has.',
    'Take it out, or give a segment that touch.',
  ),
  'schedule/bad-rule': error(
    'Not a recurrence rule of RFC 5545, or a part of it that says nothing.',
    'Follow the hint; `FREQ=MONTHLY;BYDAY=2TU` is every second Tuesday of a month.',
  ),
  'schedule/no-date': error(
    'A recurrence rule that has no date: it ends before it starts, or names days that do not exist.',
    'Correct COUNT, UNTIL or the BY… parts.',
  ),
  'schedule/date-for-some': warning(
    'A recurrence rule that has dates for some accounts only, depending on the day on which they start.',
    'Let the rule pick its days itself, without INTERVAL.',
  ),
  'schedule/prepare-too-long': warning(
    'A moment opens before the one before it is due, so several are open all the time.',
    'Prepare for less than one recurrence.',
  ),
  'scenario/bad-instant': error(
    'Not an instant of a scenario.',
    'An offset from the start (`8d`, `2h 30m`, `-30d`) or an instant (`2026-03-02T09:00:00Z`).',
  ),
  'scenario/accounts': error(
    'The accounts of a scenario are not clear: none, one twice, or a step that names none of them.',
    'Give it `account`, or `accounts` and an `account` in each step.',
  ),
  'scenario/two-things': error('A step does two things.', 'Make two steps at the same instant.'),
  'scenario/order': error('Something stands before what has to come first.', 'Write steps in order of time.'),
  'scenario/history': error(
    'A step before the model is live does something else than tracking an event.',
    'Let it happen later, or the model go live earlier.',
  ),
  'scenario/too-many-steps': error(
    'A step is repeated more often than a scenario can be long.',
    'Choose a longer `every` or an earlier `until`.',
  ),
  'scenario/same-name': error('Two scenarios of a file have the same name.', 'Say what each of them shows.'),
} as const satisfies Readonly<Record<string, CodeSpec>>;

export type DiagnosticCode = keyof typeof diagnosticCodes;
