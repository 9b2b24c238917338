import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { InProcess } from '../scenarios/in-process.ts';
import { readScenarios } from '../scenarios/read.ts';
import { runScenario, type ScenarioResult } from '../scenarios/run.ts';
import { readConfig } from './config.ts';
import { OnEngines, type SteppedEngines, stepEngines } from './scenario-world.ts';

const stores = useStores();
const folder = join(import.meta.dirname, '../../models');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.yaml'))
  .flatMap((name) => readScenarios(join(folder, name)).scenarios ?? []);
const cases = files.flatMap(({ scenarios, ...file }) =>
  scenarios.map((scenario) => ({ name: scenario.name, scenario, file })),
);
const dataDir = mkdtempSync(join(tmpdir(), 'rapport-scenarios-'));
let engines: SteppedEngines;
beforeAll(async () => {
  engines = await stepEngines(stores, readConfig({ dataDir, minFreeSpace: '0' }, {}));
});
afterAll(async () => {
  await engines.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Ids hash the workspace, which is another one each time. */
function withoutIds({ seen, ...result }: ScenarioResult): object {
  const rest = seen.map((one) => ({ ...one, occurrences: one.occurrences.map((all) => ({ ...all, id: '' })) }));
  return { ...result, seen: rest };
}

/** What shipped models do not have: windows of all lengths, bands in conditions, events that come late, several accounts. */
const odd = `
rapport: 1
name: Odd
catalog: { Deal Won: {}, Signed In: {}, Pinged: {}, Case Opened: { severity: string, tags: list, since: time } }
traits: { account: { seats: number, contract_at: time } }
sources: { support: { events: [Case Opened], freshness: 2d } }
segments: { big: { when: 'account.seats >= 10', touch: high }, small: { otherwise: true, touch: low } }
measures:
  logins_7d: { count: Signed In, within: 7d }
  pings_36h: { count: Pinged, within: 36h } # nobody else reads this event: only the days that a window cuts are at hand
  logins_4h: { count: Signed In, within: 4h }
  cases: { count: Case Opened, within: 3d }
  last_login: { last: time, of: Signed In }
indicators:
  logins: { domain: adoption, value: measures.logins_7d, cuts: [0, 2, 5], weight: 3 }
  calm: { domain: adoption, value: measures.cases, cuts: [3, 1, 0], weight: 1 }
score: { domains: { adoption: 100 }, bands: { engaged: { enter: 70, leave: 60 }, disengaged: { enter: 40, leave: 45 }, dwell: 2d } }
phases: { trial: { starts: { known: true }, ends: { on: Deal Won } }, customer: { starts: { after: trial } } }
moments:
  quiet_week: { objective: Ask, when: measures.logins_7d < 1, touch: { low: { playbook: mail } } }
  quiet_days: { objective: Ask, when: measures.pings_36h < 1, within: 1d, escalate: [{ after: 1h, to: manager }] }
  quiet_hours: { objective: Ask, when: measures.logins_4h < 1, for: 2h, expires: 2h, within: 1h }
  gone: { objective: Ask, when: daysSince(measures.last_login) > 2.5 }
  fallen: { objective: Ask, when: band == "disengaged", owner: [sales, csm] }
  case: { objective: React, on: Case Opened, where: '"vip" in properties.tags', atMostOncePer: 6h, done: { on: Signed In } }
  contract: { objective: Review, schedule: { rrule: FREQ=WEEKLY, from: account.contract_at, prepare: 2d } }
playbooks: { mail: {} }
`;
const oddScenarios = `
model: ./odd.yaml
start: 2026-03-27T20:30:00Z
scenarios:
  - name: Odd
    accounts:
      - { id: big, traits: { seats: 10, contract_at: 3d, timezone: America/New_York } }
      - { id: small, traits: { seats: 1 } }
    steps:
      - { at: -9d, every: 7h, until: -5h, account: big, track: { event: Signed In, user: ada } }
      - { at: -2d, account: small, track: { event: Signed In, user: bo } }
      - { at: 0d, account: big, expect: { phase: trial, band: engaged } }
      - at: 2h
        account: big
        track: { event: Case Opened, properties: { severity: sev1, tags: [vip, eu], since: -1d } }
      - { at: 3h, account: small, track: { event: Signed In, user: bo, time: -3d } }
      - { at: 3h 30m, account: small, track: { event: Signed In, user: cy, time: 1h } }
      - { at: 2026-03-28T03:00:00Z, account: big, track: { event: Pinged, user: ada } } # leaves at 15:00 on the next day
      - { at: 1d, account: big, track: { event: Deal Won }, expect: { phase: customer, occurrences: [], others: allowed } }
      - { at: 2d, account: small, group: { traits: { seats: 12 } }, expect: { segment: big, occurrences: [], others: allowed } }
      - { at: 2d, account: big, snooze: { moment: case, by: kim, for: 1d } }
      - { at: 2d 1h, account: big, assign: { moment: case, by: kim, to: lee } }
      - { at: 2d 2h, account: big, expect: { occurrences: [{ moment: case, state: open, assigned: lee }], others: allowed } }
      - { at: 2026-03-30T00:00:00Z, account: small, track: { event: Signed In, user: bo } }
      - { at: 2d 8h, account: small, group: { traits: { seats: null } }, expect: { segment: small } }
      - { at: 4d, account: small, identify: { user: bo, traits: {} } }
      - { at: 6d, account: small, expect: { occurrences: [], others: allowed, band: engaged } }
      - { at: 10d, account: big, expect: { occurrences: [], others: allowed, band: disengaged } }
`;
const oddFile = readScenarios('odd.test.yaml', (path) => (path === 'odd.test.yaml' ? oddScenarios : odd));

describe('a world of odd cases', () => {
  it('is the same on the real engines as in process', { timeout: 240_000 }, async () => {
    const { scenarios: file, diagnostics } = oddFile;
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const [scenario] = file?.scenarios ?? [];
    if (file === null || scenario === undefined) throw new Error('it was not read');
    const expected = await runScenario(file.model, scenario, new InProcess(file.model, scenario));
    const world = new OnEngines(engines, file, scenario);
    const got = await runScenario(file.model, scenario, world).finally(() => world.close());
    expect(withoutIds(got)).toEqual(withoutIds(expected));
    expect(got.failures).toEqual([]);
    const moments = new Set(got.seen.flatMap(({ occurrences }) => occurrences.map(({ moment }) => moment)));
    expect([...moments].toSorted()).toEqual(file.model.moments.map(({ id }) => id).toSorted());
  });
});

describe('a shipped scenario is the same on the real engines as in process, and holds:', () => {
  it.each(cases)('$name', { timeout: 240_000 }, async ({ scenario, file }) => {
    const expected = await runScenario(file.model, scenario, new InProcess(file.model, scenario));
    const world = new OnEngines(engines, file, scenario);
    const got = await runScenario(file.model, scenario, world).finally(() => world.close());
    expect(withoutIds(got)).toEqual(withoutIds(expected));
    expect(got.failures).toEqual([]);
  });
});
