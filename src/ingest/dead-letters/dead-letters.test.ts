import { afterAll, beforeAll, expect, it } from 'vitest';
import { useStores } from '../../../test/support/engines.ts';
import { createWorkspace, startPipeline, storedEvents, type TestPipeline } from '../pipeline.testing.ts';
import type { TailEntry } from '../tail.ts';
import { countDeadLetters, listDeadLetters, resendDeadLetters } from './dead-letters.ts';

const stores = useStores();
let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await startPipeline(stores);
});
afterAll(() => pipeline.close());

it('refused events are kept whole, can be listed, and are sent again through the same steps', async () => {
  const { workspace, key } = await createWorkspace(stores);
  const seen: TailEntry[] = [];
  const stop = pipeline.deps.tail.listen(workspace, (entries) => seen.push(...entries));
  const bad = { type: 'track', userId: 'u', messageId: 'x', properties: { n: 1 } };
  const many = Array.from({ length: 2_502 }, (_, n) => ({
    type: 'track',
    userId: 'u',
    event: 'E',
    messageId: `b${n}`,
  }));
  for (const batch of [[bad], many]) {
    await pipeline.server.inject({
      method: 'POST',
      url: '/v1/batch',
      payload: { batch, writeKey: key, sentAt: '2026-01-01T00:00:00Z' },
    });
  }
  await pipeline.loader.settled();
  stop();
  expect(await countDeadLetters(stores.events, workspace)).toEqual([
    { reason: 'batch-too-long', count: 2 },
    { reason: 'missing-event-name', count: 1 },
  ]);
  const letters = await listDeadLetters(stores.events, { workspace, limit: 10 });
  const named = letters.find(({ reason }) => reason === 'missing-event-name');
  expect(JSON.parse(named?.body ?? '')).toEqual({ batch: [bad], sentAt: '2026-01-01T00:00:00Z' });
  expect(seen.filter(({ outcome }) => outcome === 'rejected').map(({ reason }) => reason)).toContain(
    'missing-event-name',
  );

  const tooMany = letters.filter(({ reason }) => reason === 'batch-too-long').map(({ id }) => id);
  const deps = { ...pipeline.deps, spool: pipeline.spool };
  expect(await resendDeadLetters(deps, workspace, tooMany)).toBe(2);
  expect(await resendDeadLetters(deps, workspace, tooMany)).toBe(0);
  await pipeline.loader.settled();
  expect((await storedEvents(stores, workspace)).length).toBe(2_502);
  expect(await countDeadLetters(stores.events, workspace)).toEqual([{ reason: 'missing-event-name', count: 1 }]);
});

it('an id that no number can hold is kept with all its digits, and is nobody', async () => {
  const { workspace, key } = await createWorkspace(stores);
  const event = '{"type":"track","event":"E","userId":12345678901234567890,"messageId":"x","properties":{"n":1.50}}';
  const payload = `{"batch":[{"type":"track","event":"E","userId":"u","messageId":"y"},${event}],"writeKey":"${key}"}`;
  await pipeline.server.inject({ method: 'POST', url: '/v1/batch', payload });
  await pipeline.loader.settled();
  expect((await storedEvents(stores, workspace)).map(({ id }) => id)).toEqual(['y']);
  const [letter] = await listDeadLetters(stores.events, { workspace, limit: 10 });
  expect(letter).toMatchObject({ reason: 'id-not-exact', detail: expect.stringMatching(/^userId is .*in quotes/) });
  expect(letter?.body).toBe(event.replace('1.50', '1.5'));
});
