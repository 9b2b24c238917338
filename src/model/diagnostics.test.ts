import { describe, expect, it } from 'vitest';
import { diagnosticCodes } from './diagnostic-codes.ts';
import { type Diagnostic, formatDiagnostics } from './diagnostics.ts';
import { mistakes } from './diagnostics.cases.testing.ts';
import { loadModelText } from './load.ts';
import { readYaml } from './source/read.ts';
import type { Located } from './source/tree.ts';

const files: Readonly<Record<string, string>> = {
  'models/cycle.yaml': 'extends: ./model.yaml\n',
};
const read = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error(`no file ${path}`);
  return text;
};

describe('every mistake is told once, where it is', () => {
  it.each(mistakes)('$code: $message', ({ code, yaml, message, hint }) => {
    const marked = /⟨([^⟩]*)⟩/.exec(yaml);
    const text = yaml.replace(/[⟨⟩]/g, '');
    const before = yaml.slice(0, marked?.index ?? 0).split('\n');
    const { diagnostics, model } = loadModelText(text, 'models/model.yaml', read);
    const told = diagnostics.map((one) => `${one.code} ${one.line}:${one.column} ${one.message}`);
    expect(told).toEqual([`${code} ${before.length}:${(before.at(-1) ?? '').length + 1} ${message}`]);
    expect(diagnostics[0]?.hint).toBe(hint);
    expect(model === null).toBe(diagnosticCodes[code].severity === 'error');
  });

  it('has a case for every code', () => {
    const covered = new Set<string>(mistakes.map((one) => one.code));
    // Those of scenarios have theirs in `scenarios/`.
    const own = Object.keys(diagnosticCodes).filter((code) => !code.startsWith('scenario/'));
    expect(own.filter((code) => !covered.has(code))).toEqual([]);
  });
});

describe('one mistake, one diagnostic', () => {
  const text = `
rapport: 1
name: Whole
timezone: Europe/Berlin
account: group
catalog:
  Signed In: {}
  Case Opened: { id: string, severity: string, minutes: number }
  Case Closed: { id: string }
  Asked: { score: number }
traits: { account: { seats: number, plan: string, version: version, renewal_at: time }, person: { role: string } }
sources: { desk: { events: [Case Opened, Case Closed], freshness: 8d } }
releases: [{ version: "1.0", at: 2026-01-01, capabilities: [cases] }]
capabilities: { cases: [Case Opened] }
keyEvents: [Signed In]
segments: { big: { when: 'account.seats > 10', touch: high }, rest: { otherwise: true, touch: low } }
audiences: { quiet: { when: 'segment == "big" && measures.logins == 0 && band != "engaged" && indicators.logins < 20' } }
outcomes: { closed: { on: Case Closed, where: 'properties.id != ""' } }
measures:
  logins: { count: Signed In, within: 28d }
  key_days: { days: key, within: 28d }
  severe: { open: { from: Case Opened, to: Case Closed, by: properties.id }, where: 'properties.severity == "sev1"' }
  minutes: { sum: properties.minutes, of: Case Opened, within: 4w }
  weekly: { count: "any", every: 7d, for: 26 }
  answer: { latest: properties.score, of: Asked }
  used: { capabilities: used, within: 84d }
indicators:
  use: [active_days, active_user_ratio, release_adoption]
  active_days: { weight: 5 }
  logins: { domain: adoption, value: measures.logins / account.seats, cuts: [0, 1, 2], weight: 1, segments: [big] }
  days: { domain: adoption, value: measures.key_days, points: [[0, 0], [5, 100], [9, 10]], shape: peaked, weight: 1 }
  severe: { domain: support, value: measures.severe + measures.used, cuts: [3, 1, 0], weight: 1 }
  minutes: { domain: support, value: measures.minutes, percentile: { p0: 0.9, p50: 0.5, p100: 0.1 }, weight: 1 }
  weekly: { domain: adoption, value: trend(measures.weekly), weight: 1 }
  answer: { domain: voice, value: measures.answer, cuts: [1, 5, 9], halfLife: 90d, weight: 1 }
  behind: { domain: adoption, value: releasesBehind(account.version), cuts: [3, 1, 0], weight: 1 }
score:
  domains: { adoption: 3, support: 2, voice: 1 }
  bands: { engaged: { enter: 70, leave: 60 }, disengaged: { enter: 30, leave: 40 }, dwell: 7d }
  limit: { weight: 1, below: 20, cap: 69 }
  coverage: { unknown: 0.4, badge: 0.6 }
  hardTriggers: { severe: { when: measures.severe > 2, cap: 39 } }
roles: { csm: { label: Success }, lead: {} }
calendars: { team: { workdays: [mo, tu], holidays: [12-25, 2026-05-01] } }
phases:
  trial: { starts: { known: true }, ends: { on: [Signed In, Asked], where: 'properties.score > 3' }, label: Trial }
  onboarding: { starts: { on: Case Opened, where: 'properties.severity != "sev1"' }, ends: { after: 60d } }
  ongoing: { starts: { after: onboarding }, ends: { completed: review } }
  renewal: { starts: { at: account.renewal_at } }
  late: { starts: { when: 'indicators.logins < 20 && measures.key_days < 3' }, ends: { when: 'phase == "late" && score < 20' } }
policy: { atMost: 3, per: 7d, exempt: [severe] }
moments:
  kickoff:
    label: Kickoff
    objective: They have met us
    phase: onboarding
    segments: [big]
    owner: [lead, csm]
    due: 10d
    done: { on: Case Closed, where: 'properties.id != ""' }
    expires: 14d
    escalate: [{ after: 0d, to: csm }, { after: 3d, to: lead, playbook: nudge }]
    appeals: { ethos: Who we are, pathos: What success feels like, logos: What we measure }
    minutes: 60
  review:
    objective: Value is shown
    schedule: { rrule: 'FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU', from: phase, prepare: 14d, calendar: team }
    phase: ongoing
    touch: { high: { owner: lead }, low: { playbook: nudge } }
    done: { when: measures.minutes > 60 }
    notWithin: { of: [annual, review], days: 30 }
  annual:
    objective: The year is seen
    touch: { low: { skip: true } }
    schedule: { rrule: 'FREQ=YEARLY', from: account.renewal_at }
  fixed: { objective: News, schedule: { rrule: 'FREQ=WEEKLY;BYDAY=MO', from: '2026-01-05T10:30' } }
  severe:
    objective: They are heard
    on: [Case Opened, Asked]
    where: properties.score > 1
    within: 4h
    atMostOncePer: 1d
    escalate: [{ after: 1h, playbook: nudge }]
  silent: { objective: They are asked, absent: { of: any, for: 90d, since: known }, within: 3d, expires: 1d }
  quiet:
    objective: They are back
    phase: ongoing
    absent: { of: Case Opened, where: 'properties.severity == "sev1"', for: 30d, since: phase }
    notWithin: { of: kickoff, days: 3 }
  dropped: { objective: The reason is known, when: 'indicators.logins < 20 && segment == "big" || phase == "ongoing"', for: 3d, within: 2d }
playbooks: { nudge: {} }
`;
  const { root } = readYaml('m.yaml', text);
  const scalars = root === null ? [] : scalarsOf(root);

  const said = (yaml: string): Diagnostic[] =>
    loadModelText(yaml, 'm.yaml').diagnostics.filter((one) => one.code !== 'model/later-key');

  it('has nothing to say about the whole', () => {
    expect(said(text)).toEqual([]);
    expect(scalars.length).toBeGreaterThan(100);
  });

  it.each([['[[1]]'], ['"§"'], ['-7.5']])('whatever single value becomes %s', (wrong) => {
    const followUps = scalars.flatMap(({ start, end }) => {
      const changed = `${text.slice(0, start)}${wrong}${text.slice(end)}`;
      const told = said(changed).filter((one) => one.severity !== 'info');
      const lines = told.slice(1).map((one) => `${one.line}:${one.column} ${one.code} ${one.message}`);
      if (wrong === '[[1]]' && told.length === 0) lines.push('nothing is said');
      return lines.map((line) => `${text.slice(start - 20, start)}⟨${wrong}⟩ → ${line}`);
    });
    expect(followUps).toEqual([]);
  });
});

it('tells all mistakes that have nothing to do with each other, whatever else is wrong around them', () => {
  const text = `
rapport: 1
name: Many
catalog:
  Signed In: { id: string }
traits: { account: { seats: number } }
segments:
  big: { when: account.seatz > 10 }
  rest: { otherwise: true }
measures:
  a: { count: Signed Inn, within: 7, where: properties.x == 2 }
  b: { open: { from: Signd In, to: 4, by: properties.id }, where: 5 }
indicators:
  i: { domain: adoption, value: 5, cuts: [0, 2, 1], weight: x, segments: [bigg] }
score:
  bands: { engaged: { enter: 60, leave: 65 }, disengaged: { enter: x, leave: 45 }, dwell: 7 }
  limit: { wight: 10 }
moments:
  m: { on: Signed In, within: 3, objective: 5, where: properties.q == 1, phase: p2, segments: [x] }
  n: { absent: { for: 3 }, done: { on: Signed Up }, objective: It is done }
`;
  const told = loadModelText(text, 'm.yaml').diagnostics.map(({ line, column, message }) => {
    const at = text.split('\n')[line - 1]?.slice(column - 1) ?? '';
    return `${line} ${/^([\w ]+|.)/.exec(at)?.[0].trim()}: ${message}`;
  });
  expect(told).toEqual([
    '8 big: "touch" is missing',
    '8 account: there is no trait "seatz"',
    '9 rest: "touch" is missing',
    '11 Signed Inn: there is no event "Signed Inn" in the catalog',
    '11 7: a text is needed here',
    '12 Signd In: there is no event "Signd In" in the catalog',
    '12 4: a text is needed here',
    '12 5: a text is needed here',
    '14 5: a text is needed here',
    '14 [: the cuts 0, 2, 1 do not strictly rise or fall',
    '14 x: a number is needed here',
    '14 bigg: there is no segment "bigg"',
    '16 bands: the thresholds of the bands overlap or are out of order',
    '16 x: a number is needed here',
    '16 7: a text is needed here',
    '17 limit: "weight" is missing',
    '17 limit: "below" is missing',
    '17 limit: "cap" is missing',
    '17 wight: score.limit has no key "wight"',
    '19 3: a text is needed here',
    '19 5: a text is needed here',
    '19 properties: there is no property "q"',
    '19 p2: there is no phase "p2"',
    '19 x: there is no segment "x"',
    '20 absent: "of" is missing',
    '20 3: a text is needed here',
    '20 Signed Up: there is no event "Signed Up" in the catalog',
  ]);
});

function scalarsOf(part: Located): { start: number; end: number }[] {
  if (part.kind === 'scalar') return [part.span];
  return part.kind === 'list'
    ? part.items.flatMap(scalarsOf)
    : [...part.entries.values()].flatMap((one) => scalarsOf(one.value));
}

it('shows the line, a mark under the place, and the hint', () => {
  const text =
    'rapport: 1\nname: x\nindicators:\n  a: { domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: 1 }\n';
  const { diagnostics } = loadModelText(text, 'm.yaml');
  expect(formatDiagnostics(diagnostics, () => text)).toEqual([
    'm.yaml:4:33 error there is no measure "logins" [model/unknown-measure]',
    '  4 |   a: { domain: adoption, value: measures.logins, cuts: [0, 1, 2], weight: 1 }',
    '    |                                 ^^^^^^^^^^^^^^^',
    '  hint: none is declared',
  ]);
});

it('paints only when asked to', () => {
  const { diagnostics } = loadModelText('rapport: 1', 'm.yaml');
  expect(formatDiagnostics(diagnostics)[0]).toMatch(/:1:1 error /);
  const painted = formatDiagnostics(diagnostics, undefined, (style, text) => `<${style} ${text}>`);
  expect(painted[0]).toMatch(/:1:1 <red error> /);
});
