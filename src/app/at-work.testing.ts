import { expect } from 'vitest';
import { waitFor } from '../../test/support/server.ts';
import type { MomentNews } from '../api/control.ts';
import type { Stores } from '../store/open.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** A Monday at nine, UTC. */
export const start = Date.UTC(2026, 4, 4, 9);

const yaml = `
rapport: 1
name: At work
catalog:
  Deal Won: {}
  Signed In: {}
  Case Opened: { severity: string }
traits: { account: { name: string, arr: number, region: string } }
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
    label: First login
    objective: Somebody could be in the product
    owner: [onboarding, csm]
    due: 7d
    done: { on: Signed In }
    escalate: [{ after: 1d, to: manager }]
    appeals: { logos: The first minutes shorten the way to value }
    minutes: 15
  kickoff:
    phase: onboarding
    objective: We could agree what success means
    owner: csm
    due: 10d
    minutes: 60
  severe_case:
    label: Severe case
    objective: They could feel that we are on their side
    owner: csm
    on: Case Opened
    where: properties.severity == "sev1"
    within: 4h
`;

/** A Rapport with a model of moments, whose clock only the test moves. */
export interface AtWork {
  readonly rapport: TestRapport;
  readonly clock: { at: number; now(): number };
  readonly workspace: string;
  /** What live subscribers were told. */
  readonly news: MomentNews[];
  readonly admin: string;
  readonly read: string;
  /** Sends with the admin key; fails the test unless the answer has the status. */
  ask<Body = Record<string, unknown>>(method: string, path: string, body?: object, status?: number): Promise<Body>;
  /** Adds members of these ids. */
  join(...members: readonly (string | { readonly id: string; readonly [field: string]: unknown })[]): Promise<void>;
  /** A deal is won; resolves when its moments are open. */
  win(account: string, traits?: object): Promise<void>;
  track(account: string, event: string, properties?: object): Promise<void>;
  /** Resolves when the rows of an account look like this, by moment. */
  become(account: string, wanted: Readonly<Record<string, object>>): Promise<void>;
}

/** Opens it. */
export async function openAtWork(stores: Pick<Stores, 'events' | 'state'>): Promise<AtWork> {
  const clock = { at: start, now: () => clock.at };
  const rapport = await openTestRapport(stores, { clock, firstModel: null });
  const [writeKey, admin, read] = [await rapport.key('write'), await rapport.key('admin'), await rapport.key('read')];
  const { workspace } = rapport.firstRun;
  const news: MomentNews[] = [];
  rapport.control.onMoments(workspace, (some) => void news.push(...some));
  const { published, diagnostics } = await rapport.control.publish(
    workspace,
    { file: 'at-work.yaml', yaml, extended: {} },
    '',
  );
  if (published === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const ask: AtWork['ask'] = async <Body>(method: string, path: string, body?: object, wanted = 200) => {
    const answer = await rapport.send(method, path, admin, body);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBe(wanted);
    return answer.body as Body;
  };
  const track: AtWork['track'] = async (account, event, properties = {}) =>
    rapport.track(writeKey, {
      userId: `somebody at ${account}`,
      event,
      properties,
      timestamp: new Date(clock.at).toISOString(),
      context: { groupId: account },
    });
  const become: AtWork['become'] = async (account, wanted) => {
    let got: Readonly<Record<string, object>> = {};
    await waitFor(
      async () => {
        got = await rowsOf(rapport, account);
        return matches(got, wanted);
      },
      8_000,
      () => `${JSON.stringify(got, null, 1)} is not ${JSON.stringify(wanted, null, 1)}`,
    );
  };
  return {
    rapport,
    clock,
    workspace,
    news,
    admin,
    read,
    ask,
    track,
    become,
    join: async (...members) => {
      for (const one of members) {
        const member = typeof one === 'string' ? { id: one } : one;
        await ask('POST', '/api/members', { name: member.id, ...member }, 201);
      }
    },
    win: async (account, traits) => {
      if (traits !== undefined) {
        const response = await fetch(`${rapport.url}/v1/group`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
          body: JSON.stringify({
            userId: `somebody at ${account}`,
            groupId: account,
            traits,
            timestamp: new Date(clock.at).toISOString(),
          }),
        });
        expect(response.status).toBe(200);
      }
      await track(account, 'Deal Won');
      await become(account, { first_login: { state: 'open' }, kickoff: { state: 'open' } });
    },
  };
}

async function rowsOf(rapport: TestRapport, account: string): Promise<Record<string, object>> {
  const rows = await rapport.core.state.within(rapport.firstRun.workspace, (db) =>
    db.selectFrom('occurrence').selectAll().where('account_id', '=', account).execute(),
  );
  return Object.fromEntries(rows.map((row) => [row.moment, row]));
}

function matches(got: object, wanted: object): boolean {
  try {
    expect(got).toMatchObject(wanted);
    return true;
  } catch {
    return false;
  }
}
