import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReadFile } from '../model/load.ts';
import { InProcess } from './in-process.ts';
import { readScenarios } from './read.ts';
import { renderScenarioReference, scenarioJsonSchema } from './reference.ts';
import { failedLines } from './report.ts';
import { runScenario, type ScenarioResult } from './run.ts';

const folder = join(import.meta.dirname, '../../models');
const shipped = readdirSync(folder).filter((name) => name.endsWith('.test.yaml'));

/** Plays a file in process; with `change` on another model than the one that is written. */
async function play(name: string, read?: ReadFile): Promise<readonly ScenarioResult[]> {
  const { scenarios: file, diagnostics } = readScenarios(join(folder, name), read);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const results: ScenarioResult[] = [];
  for (const scenario of file?.scenarios ?? [])
    if (file !== null) results.push(await runScenario(file.model, scenario, new InProcess(file.model, scenario)));
  return results;
}

function texts(results: readonly ScenarioResult[]): string[] {
  return results
    .filter(({ failures }) => failures.length > 0)
    .map((one) => failedLines(one, (_, text) => text).join('\n'));
}

describe('the shipped scenarios', () => {
  it.each(shipped)('%s holds', async (name) => {
    expect(texts(await play(name))).toEqual([]);
  });

  it('are there for each shipped model', () => {
    const models = readdirSync(folder).filter((name) => /^[a-z0-9-]+\.yaml$/.test(name));
    expect(shipped).toEqual(models.map((name) => name.replace('.yaml', '.test.yaml')));
  });
});

/** One change of the model each, the scenario that must notice, and what it must say. */
const changes = [
  {
    what: 'a later deadline',
    from: 'due: 10d',
    to: 'due: 12d',
    noticed: 'Your Customer Engagement Model should start at the time of sale',
    said: ['expected  kickoff open, opens 5d, due 15d', 'got       kickoff open, role onboarding, opens 5d, due 17d'],
  },
  {
    what: 'a condition that asks for less',
    from: 'measures.users_added >= min(5,',
    to: 'measures.users_added >= min(4,',
    noticed: 'If your customers have not created x accounts in y weeks, that should trigger proactive engagement',
    said: [
      'expected  accounts_created open',
      'got       accounts_created done',
      'open → done: its condition',
      'measures.users_added is 4',
    ],
  },
  {
    what: 'an event of another severity',
    from: `where: 'properties.severity == "sev1"'`,
    to: `where: 'properties.severity == "sev2"'`,
    noticed: 'A customer logging a high-severity case with your Support Desk',
    said: ['expected  no severe_case', 'got       severe_case open', 'the event Case Opened'],
  },
  {
    what: 'an escalation to somebody else',
    from: 'escalate: [{ after: 3d, to: csm }, { after: 7d, to: manager }]',
    to: 'escalate: [{ after: 3d, to: csm }, { after: 7d, to: sponsor }]',
    noticed: 'Set escalation triggers if you do not see adoption events occurring according to expected timeframes',
    said: [
      'expected  kickoff open, role manager, escalated 2',
      'role sponsor, escalated 2',
      'escalated (step 2): it was overdue',
    ],
  },
  {
    what: 'a longer silence',
    from: 'absent: { of: Case Opened, for: 90d',
    to: 'absent: { of: Case Opened, for: 91d',
    noticed: 'An absence of support cases over a defined period of time',
    said: [
      'expected  silent_support open, role csm, due 124d',
      'got       none',
      'it never opened',
      '20d  Case Opened',
    ],
  },
  {
    what: 'a segment that begins higher',
    from: `enterprise: { when: 'account.arr >= 100000'`,
    to: `enterprise: { when: 'account.arr >= 300000'`,
    noticed: 'Even Weekly Meetings for your highest of high-touch customers',
    said: ['got       none', 'it is for the segments enterprise, and the account is in growth'],
  },
];

describe('a scenario fails, and says why, when the model changes:', () => {
  it.each(changes)('$what', async ({ from, to, noticed, said }) => {
    const results = await play('b2b-saas.test.yaml', (path) => {
      const text = readFileSync(path, 'utf8');
      if (!path.endsWith('b2b-saas.yaml')) return text;
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    const told = texts(results).filter((text) => text.startsWith(`failed  ${noticed}\n`));
    expect(told).toHaveLength(1);
    for (const one of said) expect(told[0]).toContain(one);
  });
});

describe('a file of scenarios', () => {
  const read = (text: string) => readScenarios('own.test.yaml', (path) => (path === 'own.test.yaml' ? text : ''));

  it('is told all its mistakes at once, with their places and what could be meant', () => {
    const { scenarios, diagnostics } = read(`model: minimal
start: 2026-03-02T09:00:00Z
scenarios:
  - name: A
    account: { id: acme }
    steps:
      - { at: 5x }
      - { at: 2d, track: { event: Sined In } }
      - { at: 1d, track: { event: Report Viewed, properties: { minutes: many } }, expect: { bnd: engaged, band: engagd } }
      - { at: 3d, track: { event: Signed In }, group: { traits: { seats: 2, plans: pro } } }
  - name: A
    account: { id: acme }
    steps: [{ at: -1d, expect: { score: { above: 5, below: 3 } } }]
`);
    expect(scenarios).toBeNull();
    expect(diagnostics.map(({ line, column, code, hint }) => [line, column, code, hint])).toEqual([
      [7, 15, 'scenario/bad-instant', expect.stringContaining('8d')],
      [8, 35, 'model/unknown-event', 'did you mean Signed In?'],
      [9, 9, 'scenario/order', expect.anything()],
      [9, 73, 'model/wrong-type', undefined],
      [9, 93, 'model/unknown-key', 'did you mean band?'],
      [9, 113, 'model/wrong-type', 'did you mean engaged?'],
      [10, 55, 'scenario/two-things', expect.anything()],
      [11, 11, 'scenario/same-name', expect.anything()],
      [13, 13, 'scenario/history', expect.anything()],
      [13, 32, 'scenario/history', expect.anything()],
      [13, 41, 'model/not-applicable', undefined],
    ]);
  });

  it.each([
    ['scenario/accounts', 'steps: []'],
    ['scenario/accounts', 'account: { id: acme }, accounts: [{ id: globex }], steps: []'],
    ['scenario/accounts', 'accounts: [{ id: acme }, { id: globex }], steps: [{ at: 1d }]'],
    ['scenario/accounts', 'accounts: [{ id: acme }, { id: acme }], steps: []'],
    ['scenario/accounts', 'account: { id: acme }, steps: [{ at: 1d, account: globex }]'],
    ['scenario/order', 'account: { id: acme }, steps: [{ at: 1d, every: 1h, until: 0d }]'],
    ['scenario/order', 'account: { id: acme }, steps: [{ at: 1d, track: { event: Signed In, time: 2d } }]'],
    [
      'scenario/order',
      'account: { id: acme }, steps: [{ at: 2d, snooze: { moment: kickoff, by: kim, until: 2d } }]',
      'b2b-saas',
    ],
    ['scenario/too-many-steps', 'account: { id: acme }, steps: [{ at: 0d, every: 1s, until: 9d }]'],
    ['model/missing-key', 'account: { id: acme }, steps: [{ at: 0d, every: 1s }]'],
    ['model/bad-duration', 'account: { id: acme }, steps: [{ at: 0d, every: 0d, until: 9d }]'],
    ['model/unknown-trait', 'account: { id: acme, traits: { seets: 1 } }, steps: []'],
    [
      'model/unknown-property',
      'account: { id: acme }, steps: [{ at: 0d, track: { event: Signed In, properties: { x: 1 } } }]',
    ],
    ['model/unknown-phase', 'account: { id: acme }, steps: [{ at: 0d, expect: { phase: trial } }]'],
    ['model/unknown-moment', 'account: { id: acme }, steps: [{ at: 0d, complete: { moment: kickoff, by: kim } }]'],
    ['model/not-applicable', 'account: { id: acme }, steps: [{ at: 0d, expect: { others: allowed } }]'],
  ])('is told of a mistake: %s in %s', (code, scenario, model = 'minimal') => {
    const { scenarios, diagnostics } = read(
      `model: ${model}\nstart: 2026-03-02T09:00:00Z\nscenarios: [{ name: A, ${scenario} }]\n`,
    );
    expect(scenarios).toBeNull();
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });

  it('says what is wrong with its model', () => {
    const { scenarios, diagnostics } = readScenarios('own.test.yaml', (path) =>
      path === 'own.test.yaml'
        ? 'model: ./own.yaml\nstart: 2026-03-02\nscenarios: []\n'
        : 'rapport: 1\nname: Own\nmeasures: { logins: { count: Signed In } }\n',
    );
    expect(scenarios).toBeNull();
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ file: 'own.yaml', line: 3, code: 'model/unknown-event' }),
    );
  });

  it('that is empty, or names no model, is a mistake and never an exception', () => {
    expect(read('').diagnostics.map(({ code }) => code)).toEqual(['yaml/empty']);
    expect(read('- 1').diagnostics.map(({ code }) => code)).toEqual(['model/wrong-type']);
    expect(read('model: minimall\nscenarios: []').diagnostics).toMatchObject([{ hint: 'did you mean minimal?' }]);
    expect(read('scenarios: 3').diagnostics.map(({ code }) => code)).toEqual(['model/missing-key', 'model/wrong-type']);
  });
});

describe('the page about scenarios', () => {
  it('shows one that holds', async () => {
    const page = readFileSync(join(folder, '../docs/scenarios.md'), 'utf8');
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { scenarios: file, diagnostics } = readScenarios('own.test.yaml', (path) =>
      path === 'own.test.yaml' ? text : 'rapport: 1\nname: Mine\nextends: b2b-saas\n',
    );
    expect(diagnostics).toEqual([]);
    const [scenario] = file?.scenarios ?? [];
    if (file === null || scenario === undefined) throw new Error('the page shows no scenario');
    expect(texts([await runScenario(file.model, scenario, new InProcess(file.model, scenario))])).toEqual([]);
  });
});

describe('reference', () => {
  it('gives every key a meaning, and a closed schema whose references lead somewhere', () => {
    expect(renderScenarioReference()).not.toMatch(/\| `\w+` \|[^|]*\|[^|]*\| {2}\|/);
    const schema = scenarioJsonSchema();
    const text = JSON.stringify(schema);
    const parts = Object.keys(schema['$defs'] as object);
    for (const [, name] of text.matchAll(/#\/\$defs\/(\w+)/g)) expect(parts).toContain(name);
    for (const part of Object.values(schema['$defs'] as object))
      expect(part).toMatchObject({ additionalProperties: false });
  });
});
