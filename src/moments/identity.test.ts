import { expect, it } from 'vitest';
import { causeKey, occurrenceId } from './identity.ts';
import type { Cause } from './journey.ts';

const causes: readonly Cause[] = [
  { kind: 'phase', phase: 'onboarding', at: 1 },
  { kind: 'date', local: '2026-03-09T09:00:00', at: 2 },
  { kind: 'event', event: 'message', at: 3 },
  { kind: 'absence', since: 4, at: 5 },
  { kind: 'condition', cycle: 6, at: 7 },
  { kind: 'hand', by: 'ada', at: 8 },
];

it('an id is made of workspace, account, moment and cause, the same one on every machine', () => {
  expect(causes.map((cause) => occurrenceId('w', 'acme', 'kickoff', cause))).toMatchInlineSnapshot(`
    [
      "xh4ysvn3h3a3xtckvahe2h2swz",
      "ba4cezcnzvy4sivytie7embiaa",
      "7abb335v76n64c5l6rmdsd2oqi",
      "jqojlscmq3k5v7qqadlpqqiyh4",
      "cme4mytfd4spyf6iyntkrsgemb",
      "nlxjhqrfhhbumqikuaebsbhmum",
    ]
  `);
  const ids = ['w', 'v'].flatMap((workspace) =>
    ['acme', 'bolt'].flatMap((account) =>
      ['kickoff', 'review'].flatMap((moment) => causes.map((cause) => occurrenceId(workspace, account, moment, cause))),
    ),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[a-z2-7]{26}$/.test(id))).toBe(true);
});

it('a cause stays the same when its instant moves', () => {
  for (const cause of causes.filter(({ kind }) => ['date', 'event', 'absence', 'condition'].includes(kind))) {
    expect(causeKey({ ...cause, at: 99 })).toEqual(causeKey(cause));
  }
});
