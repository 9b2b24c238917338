import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStream } from '../../test/support/event-stream.ts';
import { useStores } from '../../test/support/engines.ts';
import { waitFor } from '../../test/support/server.ts';
import { type AtWork, dayMs, openAtWork } from '../app/at-work.testing.ts';
import { lastMidnight } from '../app/days.ts';
import { runNight } from '../app/nightly.ts';

const stores = useStores();
let work: AtWork;

beforeAll(async () => {
  work = await openAtWork(stores);
  for (const [account, logins] of [
    ['acme', 2],
    ['globex', 5],
    ['initech', 0],
  ] as const) {
    await work.win(account);
    for (let time = 0; time < logins; time++) await work.track(account, 'Signed In');
  }
  await work.rapport.settled();
  work.clock.at += dayMs;
  await runNight(work.rapport.core, work.workspace, lastMidnight(work.clock.at));
});
afterAll(() => work.rapport.close());

describe('an indicator of an account', () => {
  it('says what it measures, with its lines in the model, and how its value becomes points', async () => {
    expect(await work.ask('GET', '/api/accounts/acme/indicators/logins')).toEqual({
      id: 'logins',
      label: expect.any(String),
      domain: 'adoption',
      at: { file: 'at-work.yaml', line: expect.any(Number), column: 3 },
      text: 'logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 }',
      evidence: null,
      scale: {
        kind: 'polyline',
        line: [
          [0, 0],
          [2, 50],
          [5, 100],
        ],
      },
      halfLifeDays: null,
      measures: [
        {
          id: 'logins',
          at: { file: 'at-work.yaml', line: expect.any(Number), column: 3 },
          events: ['Signed In'],
          windowDays: 7,
        },
      ],
    });
  });

  it('stands among the accounts of its segment as of last night', async () => {
    expect(await work.ask('GET', '/api/accounts/acme/indicators/logins/standing')).toEqual({
      segment: 'everybody',
      asOf: '2026-05-05T00:00:00.000Z',
      total: 3,
      sampled: 3,
      values: [0, 2, 5],
    });
  });

  it('has its nights, in columns', async () => {
    expect(await work.ask('GET', '/api/accounts/acme/indicators')).toEqual({
      asOf: ['2026-05-05T00:00:00.000Z'],
      indicators: { logins: { values: [2], points: [50] } },
    });
    const later = await work.ask('GET', '/api/accounts/acme/indicators?from=2026-05-05T00:00:01Z');
    expect(later).toEqual({ asOf: [], indicators: {} });
  });

  it.each(['/indicators/nothing', '/indicators/nothing/standing'])('is a 404 at %s', async (path) => {
    await work.ask('GET', `/api/accounts/acme${path}`, undefined, 404);
    await work.ask('GET', `/api/accounts/nobody${path}`, undefined, 404);
  });
});

describe('who was active at an account', () => {
  it('is counted by person and by name of event', async () => {
    expect(await work.ask('GET', '/api/accounts/globex/activity')).toMatchObject({
      events: 6,
      peopleTotal: 1,
      people: [{ person: 'somebody at globex', events: 6, days: 1, lastAt: '2026-05-04T09:00:00.000Z' }],
      names: [
        { event: 'Signed In', events: 5 },
        { event: 'Deal Won', events: 1 },
      ],
    });
  });

  it('is nobody in a time without events', async () => {
    const quiet = await work.ask('GET', '/api/accounts/globex/activity?from=2026-05-04T09:00:01Z');
    expect(quiet).toMatchObject({ events: 0, peopleTotal: 0, people: [], names: [] });
  });
});

describe('the live tail of one account', () => {
  it('tells of nobody else', async () => {
    const stream = readStream(`${work.rapport.url}/api/live/events?account=acme`, work.read);
    try {
      await stream.opened;
      await work.track('globex', 'Signed In');
      await work.track('acme', 'Signed In');
      await waitFor(async () => stream.received.length > 0, 8_000);
      expect(stream.received.map(({ account }) => account)).toEqual(['acme']);
    } finally {
      await stream.close();
    }
  });
});
