import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { waitFor } from '../../test/support/server.ts';
import type { MomentNews } from '../api/control.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
const start = Date.UTC(2026, 4, 4, 9);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const clock = { at: start, now: () => clock.at };
let rapport: TestRapport;
let writeKey = '';
const news: MomentNews[] = [];

const yaml = `
rapport: 1
name: Moments
catalog:
  Deal Won: {}
  Signed In: {}
  Case Opened: { severity: string }
traits: { account: { seats: number, region: string } }
segments: { everybody: { otherwise: true, touch: high } }
measures:
  logins: { count: Signed In, within: 7d }
indicators:
  logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 }
score: { domains: { adoption: 100 } }
phases:
  onboarding: { starts: { on: Deal Won } }
moments:
  first_login:
    phase: onboarding
    objective: Somebody is in the product
    owner: onboarding
    due: 7d
    done: { on: Signed In }
    escalate: [{ after: 1d, to: manager }]
  severe_case:
    objective: React before it shapes the relationship
    on: Case Opened
    where: properties.severity == "sev1"
    within: 4h
  quiet:
    objective: Ask what changed
    when: measures.logins < 1 && phase == "onboarding"
`;

beforeAll(async () => {
  rapport = await openTestRapport(stores, { clock, firstModel: null });
  writeKey = await rapport.key('write');
  const workspace = rapport.firstRun.workspace;
  rapport.control.onMoments(workspace, (some) => void news.push(...some));
  const source = { file: 'moments.yaml', yaml, extended: {} };
  const { published, diagnostics } = await rapport.control.publish(workspace, source, '');
  if (published === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  await rapport.core.state.within(workspace, async (db) => {
    await db
      .insertInto('member')
      .values([
        { workspace_id: workspace, id: 'kim', name: 'Kim', most_accounts: null, removed_at: null },
        { workspace_id: workspace, id: 'boss', name: 'Boss', role: 'manager', most_accounts: null, removed_at: null },
      ])
      .execute();
    await db
      .insertInto('pool_member')
      .values({ workspace_id: workspace, role: 'onboarding', member_id: 'kim' })
      .execute();
  });
});
afterAll(() => rapport.close());

async function track(account: string, event: string, properties = {}): Promise<void> {
  await rapport.track(writeKey, {
    userId: 'ada',
    event,
    properties,
    timestamp: new Date(clock.at).toISOString(),
    context: { groupId: account },
  });
}

async function occurrences(account: string) {
  return rapport.core.state.within(rapport.firstRun.workspace, (db) =>
    db
      .selectFrom('occurrence')
      .selectAll()
      .where('account_id', '=', account)
      .orderBy('opens_at')
      .orderBy('moment')
      .execute(),
  );
}

async function settled(account: string, wanted: readonly object[]): Promise<void> {
  let got: unknown;
  await waitFor(
    async () => {
      got = await occurrences(account);
      try {
        expect(got).toMatchObject(wanted);
        return true;
      } catch {
        return false;
      }
    },
    8_000,
    () => JSON.stringify(got, null, 1),
  );
}

describe('moments, live', () => {
  it('open with their phase, with an owner from the pool who keeps the account', async () => {
    await track('acme', 'Deal Won');
    await settled('acme', [
      {
        moment: 'first_login',
        state: 'open',
        owner_id: 'kim',
        role: 'onboarding',
        due_at: new Date(start + 7 * dayMs),
      },
      { moment: 'quiet', state: 'open', owner_id: 'boss', role: null },
    ]);
    const held = await rapport.core.state.within(rapport.firstRun.workspace, (db) =>
      db.selectFrom('account_role').select(['role', 'member_id', 'given_by']).execute(),
    );
    expect(held).toEqual([{ role: 'onboarding', member_id: 'kim', given_by: 'pool' }]);
    expect(
      news.some(({ moment, state, owner }) => moment === 'first_login' && state === 'open' && owner === 'kim'),
    ).toBe(true);
  });

  it('escalate when nothing happened by the deadline, without any event', async () => {
    clock.at = start + 8 * dayMs;
    await settled('acme', [
      { moment: 'first_login', state: 'open', escalation: 1, owner_id: 'boss' },
      { moment: 'quiet' },
    ]);
  });

  it('are done by their event, and keep the history of it all', async () => {
    await track('acme', 'Signed In');
    await settled('acme', [{ moment: 'first_login', state: 'done' }, { moment: 'quiet' }]);
    const [first] = await occurrences('acme');
    const history = await rapport.core.state.within(rapport.firstRun.workspace, (db) =>
      db
        .selectFrom('occurrence_change')
        .select(['number', 'from_state', 'to_state', 'escalation', 'owner_id'])
        .where('occurrence_id', '=', first?.id ?? '')
        .orderBy('number')
        .execute(),
    );
    expect(history.at(-1)).toMatchObject({ to_state: 'done' });
    expect(history.map(({ number }) => number)).toEqual(history.map((_, index) => index + 1));
  });

  it('open once per event, also when the event comes twice', async () => {
    const message = {
      messageId: 'case-1',
      userId: 'ada',
      event: 'Case Opened',
      properties: { severity: 'sev1' },
      timestamp: new Date(clock.at).toISOString(),
      context: { groupId: 'globex' },
    };
    await rapport.track(writeKey, message);
    await rapport.track(writeKey, message);
    await rapport.settled();
    await settled('globex', [{ moment: 'severe_case', state: 'open', due_at: new Date(clock.at + 4 * hourMs) }]);
  });

  it('fire again on a condition when an event leaves its window, at that instant', async () => {
    const signedInAt = clock.at;
    clock.at = signedInAt + 7 * dayMs - 1;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await occurrences('acme')).filter(({ moment }) => moment === 'quiet')).toHaveLength(1);
    clock.at = signedInAt + 7 * dayMs;
    await waitFor(
      async () => (await occurrences('acme')).filter(({ moment }) => moment === 'quiet').length === 2,
      8_000,
      () => 'quiet did not fire again',
    );
  });
});
