import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { given } from '../../../test/support/given.ts';
import { useStores } from '../../../test/support/engines.ts';
import { testSettings } from '../../../test/support/settings.ts';
import { systemClock } from '../../lib/clock.ts';
import { silentLog } from '../../lib/log.ts';
import { loadMessages } from '../loader/load-messages.ts';
import { newCounters } from '../reasons.ts';
import { Tail } from '../tail.ts';
import { type ImportDeps, importFiles } from './import.ts';
import { type LoadedMapping, loadMapping } from './mapping.ts';
import { storedRuns } from './runs.ts';

const dataSets = testSettings.dataSets;
const hasDataSets = given(
  dataSets !== null,
  'the real data sets, because RAPPORT_TEST_DATA names no folder with oulad/ and ravenstack/',
);

function shipped(name: string): LoadedMapping {
  const file = join(import.meta.dirname, '../../../models', `${name}.mapping.yaml`);
  const { loaded, problems } = loadMapping(readFileSync(file, 'utf8'), file);
  if (!loaded) throw new Error(JSON.stringify(problems));
  return loaded;
}

describe.runIf(hasDataSets)('the mapping of RavenStack', () => {
  const stores = useStores();
  const workspace = 'ws_ravenstack';

  async function realDeps(): Promise<ImportDeps> {
    await stores.state.everywhere((state) =>
      state
        .insertInto('workspace')
        .values({ id: workspace, slug: workspace, name: 'Test' })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
    const { events, state } = stores;
    const deps = { events, state, clock: systemClock, log: silentLog, counters: newCounters(), tail: new Tail() };
    return { load: (chunk) => loadMessages(deps, chunk), runs: storedRuns(stores), clock: systemClock };
  }

  async function countsByName(): Promise<Record<string, number>> {
    const rows = await stores.events.query({
      name: 'test-counts',
      sql: `SELECT name, count() AS events FROM ${stores.events.table('events')} FINAL
            WHERE workspace = {workspace:String} GROUP BY name ORDER BY name`,
      params: { workspace },
      row: (raw): [string, number] => [String(raw['name']), Number(raw['events'])],
    });
    return Object.fromEntries(rows);
  }

  it('imports every row into the real stores, and running it again changes nothing', async () => {
    const deps = await realDeps();
    const request = { workspace, files: [join(dataSets ?? '', 'ravenstack')], mapping: shipped('ravenstack') };
    const first = await importFiles(deps, request);
    const counts = {
      Group: 500,
      'Subscription Started': 5000,
      'Subscription Ended': 486,
      'Feature Used': 25_000,
      'Ticket Opened': 2000,
      'Ticket Closed': 2000,
      'Account Churned': 600,
    };
    expect(first).toMatchObject({ rows: 33_100, newEvents: 35_586, alreadyThere: 0, failed: 0, messages: counts });
    expect(first.accounts).toEqual({ before: 0, after: 500 });
    expect(await countsByName()).toEqual(counts);
    const again = await importFiles(deps, request);
    expect(again).toMatchObject({
      newEvents: 0,
      alreadyThere: 35_586,
      failed: 0,
      accounts: { before: 500, after: 500 },
    });
    // The same rows under another mapping text are other segments, yet the same events.
    const mapping = { ...request.mapping, text: `${request.mapping.text}\n# a comment` };
    expect(await importFiles(deps, { ...request, mapping })).toMatchObject({ newEvents: 0, alreadyThere: 35_586 });
    expect(await countsByName()).toEqual(counts);
  });
});

describe.runIf(hasDataSets)('the mapping of OULAD', () => {
  const noStores: ImportDeps = {
    load: () => Promise.reject(new Error('a dry run loads nothing')),
    runs: {
      find: () => Promise.resolve(null),
      save: () => Promise.reject(new Error('a dry run saves nothing')),
      storedEvents: () => Promise.resolve(0),
      known: () => Promise.resolve({ accounts: 0, persons: 0 }),
    },
    clock: systemClock,
  };

  it('makes of every row what the README of the data set counts', { timeout: 300_000 }, async () => {
    const report = await importFiles(noStores, {
      workspace: 'w',
      files: [join(dataSets ?? '', 'oulad')],
      mapping: shipped('oulad'),
      dryRun: true,
    });
    expect(report.messages).toEqual({
      Group: 32_593,
      Enrolled: 32_548,
      Unenrolled: 10_072,
      'Assessment Submitted': 173_912,
      'Assessment Marked': 173_739,
      'Content Viewed': 10_655_280,
    });
    expect(report).toMatchObject({ rows: 10_894_378, failed: 0, leftOut: 0 });
    const view = report.samples.find(({ file }) => file.includes('code_module=AAA/code_presentation=2013J'));
    expect(view?.messages[0]).toEqual({
      type: 'track',
      event: 'Content Viewed',
      userId: 's28400',
      context: { groupId: 'AAA-2013J-28400' },
      messageId: 'view-AAA-2013J-0',
      timestamp: '2013-09-25T12:00:00.000Z',
      properties: { site_id: 546_652, activity_type: 'forumng', clicks: 4 },
    });
  });
});
