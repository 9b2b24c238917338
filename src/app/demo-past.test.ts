import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { simulateCompany } from '../demo/simulate.ts';
import { demoTeam } from '../demo/team.ts';
import { loadMessages } from '../ingest/loader/load-messages.ts';
import { readConfig } from './config.ts';
import { dayMs } from './days.ts';
import { bringTeam } from './demo-company.ts';
import { liveThrough } from './demo-past.ts';
import { publishShipped } from './first-run.ts';
import { evaluateDirty } from './live.ts';
import { type SteppedEngines, stepEngines } from './scenario-world.ts';
import { createWorkspace } from './workspaces.ts';

const stores = useStores();
const dataDir = mkdtempSync(join(tmpdir(), 'rapport-demo-'));
const seed = 20;
const now = Date.UTC(2026, 10, 24, 15, 30);
let engines: SteppedEngines;
let workspace = '';

beforeAll(async () => {
  engines = await stepEngines(stores, readConfig({ dataDir, minFreeSpace: '0' }, {}));
  const { core, ingest, clock } = engines;
  clock.at = now;
  workspace = (await createWorkspace(core.state, { slug: 'demo', name: 'Demo' }))?.id ?? '';
  const messages = [...simulateCompany({ seed, now, accounts: 50, months: 8 })];
  await loadMessages(ingest, { workspace, source: 'demo', segment: 'demo', messages, receivedAt: null });
  await publishShipped(core, workspace, 'b2b-saas');
  await bringTeam(core, workspace, now);
  await liveThrough(core, workspace, { seed, from: now - 90 * dayMs, to: now });
});
afterAll(async () => {
  await engines.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Row {
  readonly id: string;
  readonly state: string;
  readonly owner_id: string | null;
  readonly role: string | null;
  readonly due_at: Date | null;
  readonly ended_at: Date | null;
}

function rows(): Promise<Row[]> {
  return engines.core.state.within(workspace, (db) =>
    db
      .selectFrom('occurrence')
      .select(['id', 'state', 'owner_id', 'role', 'due_at', 'ended_at'])
      .where('opened_at', 'is not', null)
      .execute(),
  );
}

describe('the past of the demo company', () => {
  it('has work that was done, mostly in time, some that is late, and some that was missed', async () => {
    const all = await rows();
    const of = (state: string): Row[] => all.filter((one) => one.state === state);
    const late = of('done').filter(({ due_at, ended_at }) => due_at !== null && ended_at !== null && ended_at > due_at);
    expect(all.length).toBeGreaterThan(150);
    expect(of('done').length / all.length).toBeGreaterThan(0.5);
    expect(late.length / of('done').length).toBeGreaterThan(0.05);
    expect(late.length / of('done').length).toBeLessThan(0.4);
    expect(of('missed').length).toBeGreaterThan(0);
    expect(of('missed').length / all.length).toBeLessThan(0.2);
    expect(of('open').length).toBeGreaterThan(0);
  });

  it('has open work with those who do it, and not with the manager alone', async () => {
    const open = (await rows()).filter(({ state, owner_id }) => state === 'open' && owner_id !== null);
    const managers = new Set(demoTeam.filter(({ role }) => role === 'manager').map(({ id }) => id));
    expect(open.filter(({ owner_id }) => managers.has(owner_id ?? '')).length / open.length).toBeLessThan(0.5);
    expect(new Set(open.map(({ owner_id }) => owner_id)).size).toBeGreaterThan(2);
  });

  it('is told in order, by who it was, and at its own time', async () => {
    const changes = await engines.core.state.within(workspace, (db) =>
      db.selectFrom('occurrence_change').selectAll().orderBy('occurrence_id').orderBy('number').execute(),
    );
    const acts = changes.filter(({ reason }) => (reason as { kind?: string } | null)?.kind === 'person');
    expect(acts.length).toBeGreaterThan(20);
    for (const { at, owner_id, reason } of acts) {
      expect(at.getTime()).toBeGreaterThan(now - 90 * dayMs);
      expect((reason as { member?: string }).member).toBe(owner_id);
    }
    for (const own of Map.groupBy(changes, ({ occurrence_id }) => occurrence_id).values()) {
      expect(own.map(({ number }) => number)).toEqual(own.map((_, index) => index + 1));
      expect(own.map(({ at }) => at.getTime())).toEqual(own.map(({ at }) => at.getTime()).toSorted((a, b) => a - b));
    }
  });

  it('goes on: a look at now leaves what has ended as it is', async () => {
    const before = new Map((await rows()).map((one) => [one.id, one]));
    // Everybody is marked since the model was published.
    while ((await evaluateDirty(engines.core)) > 0);
    expect(before.size).toBeGreaterThan(150);
    for (const one of await rows()) {
      const known = before.get(one.id);
      if (known !== undefined && known.ended_at !== null) expect(one.state).toBe(known.state);
    }
  });
});
