import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { simulateCustomers } from '../../src/demo/simulate.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { evaluateEvents } from '../../src/evaluate/in-process/evaluate-events.ts';
import { backfill, ensureRollup } from '../../src/evaluate/rollup.ts';
import { loadModel } from '../../src/model/load.ts';
import { useStores } from '../support/engines.ts';
import { accountTrait, dayMs, event, trait } from './build.ts';

const stores = useStores();
const now = Date.UTC(2026, 4, 20, 13, 47, 11, 5);
const workspace = 'ws_demo';

describe('the shipped model on a company of the demo', () => {
  it('gives the same to the last bit from the engine, in process and from plain data', async () => {
    const { model } = loadModel(fileURLToPath(new URL('../../models/b2b-saas.yaml', import.meta.url)));
    if (model === null) throw new Error('the shipped model does not load');
    const compiled = compile(model);
    const { events, traits } = await settle();
    await ensureRollup(stores.events, workspace, [compiled]);
    await backfill(stores.events, workspace, [compiled]);
    const midnight = Math.floor(now / dayMs) * dayMs;
    for (const asOf of [now, midnight, midnight - 100 * dayMs + 5, now + 20 * dayMs]) {
      const ask = { compiled, workspace, asOf, source: 'rollup' } as const;
      const all = await evaluate(stores.events, { ...ask, accounts: null });
      expect(all.length).toBeGreaterThan(60);
      expect(await evaluate(stores.events, { ...ask, accounts: all.map(({ account }) => account) })).toEqual(all);
      expect(evaluateEvents({ compiled, asOf, events, traits: traits.map(accountTrait) })).toEqual(all);
    }
  }, 120_000);
});

/** The messages of some customers as the rows that loading them makes. */
async function settle() {
  const messages = simulateCustomers({ seed: 7, now, accounts: 90, months: 9 }).flatMap(({ profile, messages: own }) =>
    own.map((message) => ({ account: profile.id, message, time: Date.parse(message.timestamp) })),
  );
  const rows = messages.map(({ account, message, time }) => {
    const person = 'userId' in message ? message.userId : '';
    const common = { workspace, account, time, id: message.messageId, person };
    return message.type === 'track'
      ? event({ ...common, kind: 'track', name: message.event }, message.properties)
      : event({ ...common, kind: message.type, name: message.type });
  });
  const traits = messages.flatMap(({ account, message, time }) =>
    message.type !== 'group'
      ? []
      : Object.entries(message.traits).map(([name, value]) => trait(account, name, time, value, { workspace })),
  );
  await stores.events.insert('events', rows);
  await stores.events.insert('traits', traits);
  return { events: rows, traits };
}
