import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { type Arrival, SteppedLife } from './replay.testing.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';
import { replay } from './replay.ts';
import type { ReplayedAccount } from './replay/replayed.ts';

const stores = useStores();
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.UTC(2026, 2, 9, 9);
const middle = start + 10 * dayMs;
const end = start + 24 * dayMs;
const clock = { at: start, now: () => clock.at };
let rapport: TestRapport;
let life: SteppedLife;
let workspace = '';
let thenKnown: readonly ReplayedAccount[] = [];

const yaml = `
rapport: 1
name: Life
timezone: Europe/Berlin
catalog:
  Account Created: {}
  Deal Won: {}
  Signed In: {}
  Report Viewed: { minutes: number }
  Case Opened: { case_id: string, severity: string }
  Meeting Held: { kind: string }
traits: { account: { seats: number, region: string, plan: string } }
segments:
  large: { when: account.seats >= 10, touch: high }
  busy: { when: measures.logins >= 12, touch: high }
  small: { otherwise: true, touch: low }
measures:
  logins: { count: Signed In, within: 7d }
  minutes: { sum: properties.minutes, of: Report Viewed, within: 14d }
  cases: { count: Case Opened, within: 10d }
indicators:
  logins: { domain: adoption, value: measures.logins, cuts: [0, 3, 8], weight: 2 }
  reading: { domain: adoption, value: measures.minutes, cuts: [0, 20, 60], weight: 1 }
  calm: { domain: support, value: measures.cases, cuts: [5, 2, 0], weight: 1 }
score:
  domains: { adoption: 70, support: 30 }
  bands: { engaged: { enter: 70, leave: 65 }, disengaged: { enter: 40, leave: 45 }, dwell: 3d }
roles: { csm: { label: Success }, onboarding: { label: Onboarding }, manager: { label: Manager } }
phases:
  pre-sales: { starts: { on: Account Created } }
  onboarding: { starts: { on: Deal Won }, ends: { completed: kickoff } }
  ongoing: { starts: { after: onboarding } }
policy: { atMost: 3, per: 7d, exempt: [] }
playbooks: { getting_started: {} }
moments:
  kickoff:
    phase: onboarding
    objective: Meet
    owner: [onboarding, csm]
    due: 5d
    done: { on: Meeting Held, where: 'properties.kind == "kickoff"' }
    escalate: [{ after: 1d, to: csm }, { after: 3d, to: manager }]
    minutes: 60
  training:
    phase: onboarding
    objective: Learn
    owner: onboarding
    due: 3d
    expires: 4d
    done: { on: Report Viewed }
  weekly:
    phase: ongoing
    objective: Talk
    owner: csm
    schedule: { rrule: 'FREQ=WEEKLY;BYDAY=TU;BYHOUR=11', from: phase, prepare: 2d }
    done: { on: Meeting Held, where: 'properties.kind == "weekly"' }
  severe:
    objective: React
    owner: csm
    on: Case Opened
    where: properties.severity == "sev1"
    within: 4h
    atMostOncePer: 2d
    escalate: [{ after: 2h, to: manager }]
  silence:
    objective: Ask
    owner: csm
    absent: { of: Signed In, for: 6d, since: known }
    notWithin: { of: severe, days: 2 }
  few_logins:
    objective: Ask what changed
    owner: csm
    when: measures.logins < 3 && phase == "ongoing"
    for: 1d
    done: { when: measures.logins >= 5 }
  unwell:
    objective: Win them back
    owner: csm
    touch: { low: { playbook: getting_started } }
    when: band == "disengaged"
    done: { when: band == "engaged" }
`;

/** The same numbers in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** What some customers do: before the model is published, and after it, some of it received late. */
function story(): { readonly past: Arrival[]; readonly future: Arrival[] } {
  const draw = random(7);
  const arrivals: Arrival[] = [];
  const send = (account: string, time: number, delay: number, message: object): void => {
    const shared = {
      messageId: `m-${arrivals.length}`,
      timestamp: new Date(time).toISOString(),
      userId: `${account}-p`,
    };
    arrivals.push({ receivedAt: time + delay, message: { ...shared, context: { groupId: account }, ...message } });
  };
  for (let number = 0; number < 4; number++) {
    const account = `account-${number}`;
    const track = (event: string, time: number, properties: object = {}): void => {
      const delay = time > start && draw() < 0.1 ? Math.floor(draw() * 3 * dayMs) : 0;
      send(account, time, delay, { type: 'track', event, properties });
    };
    const created = start + (number - 2) * 6 * dayMs + Math.floor(draw() * dayMs);
    const group = (time: number, traits: object): void =>
      send(account, time, 0, { type: 'group', groupId: account, traits });
    group(created, { seats: 4 * number, region: number % 2 ? 'emea' : 'apac' });
    track('Account Created', created + 1_000);
    track('Deal Won', created + (1 + number) * dayMs);
    if (number % 3 === 1) group(start + 13 * dayMs + 1_234, { seats: 50 });
    const meets = created + (3 + 2 * number) * dayMs + 17;
    track('Meeting Held', meets, { kind: 'kickoff' });
    const rate = [0.3, 1.2, 2.5][number % 3] ?? 1;
    for (let time = created; time < end; time += Math.floor((draw() + 0.3) * dayMs)) {
      if (time > start + 9 * dayMs && time < start + 18 * dayMs && number % 2 === 0) continue;
      for (let count = 0; count < rate; count++) track('Signed In', time + Math.floor(draw() * 5 * hourMs));
      if (draw() < 0.5) track('Report Viewed', time + hourMs, { minutes: Math.floor(draw() * 30) });
      if (draw() < 0.1)
        track('Case Opened', time + 2 * hourMs, { case_id: `${time}`, severity: draw() < 0.6 ? 'sev1' : 'sev3' });
      if (draw() < 0.2) track('Meeting Held', time + 3 * hourMs, { kind: 'weekly' });
    }
  }
  return {
    past: arrivals.filter(({ receivedAt }) => receivedAt <= start),
    future: arrivals.filter(({ receivedAt }) => receivedAt > start),
  };
}

beforeAll(async () => {
  rapport = await openTestRapport(stores, { clock, firstModel: null });
  workspace = rapport.firstRun.workspace;
  life = new SteppedLife(rapport, clock, workspace);
  const { past, future } = story();
  await rapport.core.state.within(workspace, async (db) => {
    const member = { workspace_id: workspace, most_accounts: null, removed_at: null };
    await db
      .insertInto('member')
      .values([
        { ...member, id: 'ann', name: 'Ann', region: 'apac' },
        { ...member, id: 'eve', name: 'Eve', region: 'emea' },
        { ...member, id: 'boss', name: 'Boss', role: 'manager' },
      ])
      .execute();
    const pool = (role: string, member_id: string) => ({ workspace_id: workspace, role, member_id });
    await db
      .insertInto('pool_member')
      .values([pool('csm', 'ann'), pool('csm', 'eve'), pool('onboarding', 'eve')])
      .execute();
  });
  await life.bring(past);
  const { published, diagnostics } = await rapport.control.publish(
    workspace,
    { file: 'life.yaml', yaml, extended: {} },
    '',
  );
  if (published === null) throw new Error(diagnostics.map(({ message, line }) => `${line}: ${message}`).join('\n'));
  await life.until(middle, future);
  thenKnown = await replayed(start, middle);
  await life.until(
    end,
    future.filter(({ receivedAt }) => receivedAt > middle),
  );
}, 600_000);
afterAll(() => rapport.close());

async function replayed(from = start, to = end, accounts: readonly string[] | null = null): Promise<ReplayedAccount[]> {
  const live = await rapport.core.models.live(workspace);
  if (live === null) throw new Error('nothing is published');
  const { version, accountKind, compiled } = live;
  const found: ReplayedAccount[] = [];
  const request = { workspace, model: compiled.model, version, accountKind, from, to, accounts };
  for await (const block of replay(rapport.core, request)) found.push(...block);
  return found;
}

describe('a replay of the live model', () => {
  it('says what live deciding stored, to the last field', async () => {
    const stored = await life.occurrences();
    const found = await replayed();
    const simulated = found
      .flatMap(({ account, occurrences }) => occurrences.map((one) => storedPart(account, one)))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(simulated).toEqual(stored);
    expect(new Map(found.map(({ account, phases }) => [account, phases]))).toEqual(await life.phases());
    // The comparison is worth something: every moment came about, with late work, dwelling bands and automations among it.
    expect(new Set(stored.map(({ moment }) => moment)).size).toBe(7);
    expect(stored.some(({ escalation }) => escalation > 0)).toBe(true);
    expect(stored.some(({ state }) => state === 'missed')).toBe(true);
  });

  it('up to an instant sees nothing that was received later, also when that is stored', async () => {
    expect(thenKnown.flatMap(({ occurrences }) => occurrences).length).toBeGreaterThan(10);
    expect(await replayed(start, middle)).toEqual(thenKnown);
  });

  it('says the same of an account alone', async () => {
    const all = await replayed();
    for (const one of all.slice(0, 2)) expect(await replayed(start, end, [one.account])).toEqual([one]);
    expect(await replayed(start, end, ['nobody'])).toEqual([]);
  });
});

function storedPart(account: string, one: ReplayedAccount['occurrences'][number]) {
  const { id, moment, cause, state, phase, segment, opensAt, openedAt, dueAt, endedAt, endedBy } = one;
  const { escalation, owner, role, minutes, modelVersion } = one;
  const what = { id, account, moment, cause, state, phase, segment, opensAt, openedAt, dueAt, endedAt, endedBy };
  return { ...what, escalation, owner, role, minutes, modelVersion };
}
