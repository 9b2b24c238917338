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
    expect(Object.keys(diagnosticCodes).filter((code) => !covered.has(code))).toEqual([]);
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
