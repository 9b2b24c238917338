import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { usualOf } from '../../src/app/replay/usual.ts';
import { compile } from '../../src/compile/compile.ts';
import { simulateCustomers } from '../../src/demo/simulate.ts';
import { decoder } from '../../src/evaluate/decode.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { readHeartbeatHistory } from '../../src/evaluate/heartbeat-history.ts';
import { readHistories } from '../../src/evaluate/history.ts';
import { AccountHistory } from '../../src/evaluate/in-process/account-history.ts';
import { instantAt } from '../../src/evaluate/in-process/instants.ts';
import { reducer } from '../../src/evaluate/in-process/reduce.ts';
import { loadModel } from '../../src/model/load.ts';
import { useStores } from '../support/engines.ts';
import { dayMs, event, trait } from './build.ts';

const stores = useStores();
const now = Math.floor(Date.UTC(2026, 4, 20) / dayMs) * dayMs;
const workspace = 'ws_history';
const { model } = loadModel(fileURLToPath(new URL('../../models/b2b-saas.yaml', import.meta.url)));
if (model === null) throw new Error('the shipped model does not load');
// Cases are silent for longer than this now and then, so that their source is stale.
const sources = model.sources.map((source) => ({ ...source, freshness: dayMs / 3 }));
const compiled = compile({ ...model, sources });
let accounts: readonly string[] = [];

/** Every third event takes hours or days to come in. */
function delayOf(index: number): number {
  return index % 3 === 0 ? (index * 7_919_000) % (4 * dayMs) : 0;
}

beforeAll(async () => {
  const customers = simulateCustomers({ seed: 7, now, accounts: 60, months: 6 });
  const sent = customers.flatMap(({ profile, messages }) =>
    messages.map((message) => ({ account: profile.id, message, time: Date.parse(message.timestamp) })),
  );
  const rows = sent.map(({ account, message, time }, index) => {
    const person = 'userId' in message ? message.userId : '';
    const common = { workspace, account, time, id: message.messageId, person, received_at: time + delayOf(index) };
    return message.type === 'track'
      ? event({ ...common, kind: 'track', name: message.event }, message.properties)
      : event({ ...common, kind: message.type, name: message.type });
  });
  const traits = sent.flatMap(({ account, message, time }) =>
    message.type !== 'group'
      ? []
      : Object.entries(message.traits).map(([name, value]) => trait(account, name, time, value, { workspace })),
  );
  await stores.events.insert('events', rows);
  await stores.events.insert('traits', traits);
  accounts = [...new Set(sent.map(({ account }) => account))].toSorted();
});

async function histories(receivedBy: number): Promise<AccountHistory[]> {
  const tables = { events: stores.events.table('events'), traits: stores.events.table('traits'), rollup: '' };
  const need = { workspace, subject: 'account', tables, accounts, kind: 'account', receivedBy } as const;
  const found = await readHistories(stores.events, need);
  return [...found].map(([account, stored]) => new AccountHistory(account, stored, reducer(compiled)));
}

describe('a history that is gone through', () => {
  it('gives at every instant what the engine says was known then, to the last bit', async () => {
    const heartbeats = await readHeartbeatHistory(stores.events, workspace, compiled);
    const shared = { compiled, subject: 'account', reduce: reducer(compiled), heartbeats } as const;
    const instants = [90, 61, 60, 8, 0].map((days) => now - days * dayMs);
    const period = { from: Math.min(...instants), to: now };
    const gathering = usualOf(shared, period, accounts.length, async function* () {
      yield await histories(now);
    });
    let usual = await gathering.next();
    while (usual.done !== true) usual = await gathering.next();
    const cohorts = usual.value;
    const walked = await histories(now);
    const states = new Set<string>();
    for (const asOf of instants) {
      const asked = await evaluate(stores.events, {
        compiled,
        workspace,
        asOf,
        knownAt: asOf,
        accounts: null,
        source: 'raw',
      });
      const { observe } = instantAt({ ...shared, cohorts: (at) => cohorts.get(at) ?? [] }, asOf);
      const decode = decoder(compiled, asOf);
      const found = walked.flatMap((history) => {
        history.advance(asOf);
        const seen = observe(history);
        return seen === null ? [] : [decode(seen.answer)];
      });
      expect(found.toSorted((a, b) => (a.account < b.account ? -1 : 1))).toEqual(asked);
      for (const { indicators } of asked) for (const { state } of Object.values(indicators)) states.add(state);
    }
    expect([...states].toSorted()).toEqual(['na', 'never', 'ok', 'stale', 'zero']);
  }, 120_000);
});
