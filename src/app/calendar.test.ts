import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import type { OccurrenceBody } from '../api/moments/shapes.ts';
import { type AtWork, dayMs, hourMs, openAtWork, start } from './at-work.testing.ts';
import { calendarText } from './calendar.ts';

const stores = useStores();
let work: AtWork;

beforeAll(async () => {
  work = await openAtWork(stores);
  await work.join({ id: 'kim', name: 'Kim, the first' }, 'lee');
  await work.ask('PUT', '/api/pools/csm', { members: ['kim'] });
  await work.win('acme', { name: 'Ácme; Söhne' });
  await work.win('globex');
});
afterAll(() => work.rapport.close());

type Event = Readonly<Record<string, string>>;

/** Reads a calendar as RFC 5545 says: unfolds, splits, takes escapes back. Fails on whatever the RFC forbids. */
function parse(text: string): { readonly head: Event; readonly events: readonly Event[] } {
  expect(text.endsWith('\r\n')).toBe(true);
  const raw = text.slice(0, -2).split('\r\n');
  for (const line of raw) {
    expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/(?!\t)\p{Cc}/u);
  }
  const lines: string[] = [];
  for (const line of raw) {
    if (line.startsWith(' ')) lines.push(`${lines.pop()}${line.slice(1)}`);
    else lines.push(line);
  }
  expect([lines[0], lines.at(-1)]).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR']);
  const head: Record<string, string> = {};
  const events: Record<string, string>[] = [];
  let into = head;
  for (const line of lines.slice(1, -1)) {
    const [, name = '', , value = ''] = /^([A-Z-]+)((?:;[^:]*)?):(.*)$/s.exec(line) ?? [];
    expect(name, line).not.toBe('');
    if (line === 'BEGIN:VEVENT') events.push((into = {}));
    else if (line === 'END:VEVENT') into = head;
    else {
      expect(into[name], `${name} twice`).toBeUndefined();
      into[name] = value.replaceAll(/\\([\\;,nN])/g, (_, sign: string) => (sign.toLowerCase() === 'n' ? '\n' : sign));
    }
  }
  return { head, events };
}

async function fetched(url: string): Promise<{ status: number; text: string; type: string | null }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

async function address(path: string): Promise<string> {
  return (await work.ask<{ url: string }>('POST', `${path}/calendar`, undefined, 201)).url;
}

async function act(account: string, moment: string, body: object): Promise<void> {
  const { data } = await work.ask<{ data: { id: string }[] }>(
    'GET',
    `/api/occurrences?account=${account}&moment=${moment}`,
  );
  await work.ask('POST', `/api/occurrences/${data[0]?.id}/acts`, body);
}

describe('the calendar of a member', () => {
  it('has what is theirs, in UTC, with stable ids', async () => {
    const url = await address('/api/members/kim');
    expect(url).toMatch(/\/calendars\/[\w-]{43}\.ics$/);
    const { status, text, type } = await fetched(url);
    expect([status, type]).toEqual([200, 'text/calendar; charset=utf-8']);
    const { head, events } = parse(text);
    expect(head).toMatchObject({ VERSION: '2.0', METHOD: 'PUBLISH', 'X-WR-CALNAME': 'Rapport: Kim, the first' });
    expect(events).toHaveLength(4);
    const { data } = await work.ask<{ data: { id: string }[] }>(
      'GET',
      '/api/occurrences?account=acme&moment=first_login',
    );
    expect(events.find(({ UID }) => UID === `${data[0]?.id}@rapport`)).toMatchObject({
      SUMMARY: 'First login: Ácme; Söhne',
      DTSTART: '20260511T084500Z',
      DTEND: '20260511T090000Z',
      DTSTAMP: '20260504T090000Z',
      SEQUENCE: '0',
      STATUS: 'CONFIRMED',
      TRANSP: 'TRANSPARENT',
      DESCRIPTION: expect.stringContaining(
        'Somebody could be in the product\n- The first minutes shorten the way to value\n',
      ),
    });
    expect((await fetched(url)).text).toBe(text);
  });

  it('says what changed: cancelled when it was skipped, done when it was, elsewhere when it was put off or handed over', async () => {
    const url = await address('/api/members/kim');
    work.clock.at += hourMs;
    await act('acme', 'kickoff', { kind: 'skip', note: 'They know us' });
    await act('acme', 'first_login', { kind: 'complete' });
    await act('globex', 'kickoff', { kind: 'snooze', until: new Date(start + 20 * dayMs).toISOString() });
    await act('globex', 'first_login', { kind: 'assign', to: 'lee' });
    const { events } = parse((await fetched(url)).text);
    expect(Object.fromEntries(events.map((event) => [event['SUMMARY'], event]))).toEqual({
      'Kickoff: Ácme; Söhne': expect.objectContaining({
        STATUS: 'CANCELLED',
        SEQUENCE: '1',
        DTSTAMP: '20260504T100000Z',
      }),
      '✓ First login: Ácme; Söhne': expect.objectContaining({ STATUS: 'CONFIRMED', DTEND: '20260504T100000Z' }),
      'Kickoff: globex': expect.objectContaining({
        DTSTART: '20260524T090000Z',
        DTEND: '20260524T100000Z',
        SEQUENCE: '1',
      }),
    });
    const lee = parse((await fetched(await address('/api/members/lee'))).text);
    expect(lee.events.map(({ SUMMARY }) => SUMMARY)).toEqual(['First login: globex']);
  });

  it('is found by its newest address alone, and by none after it was revoked', async () => {
    const first = await address('/api/members/kim');
    const second = await address('/api/members/kim');
    expect([(await fetched(first)).status, (await fetched(second)).status]).toEqual([404, 200]);
    expect(await work.ask('GET', '/api/members/kim/calendar')).toEqual({ createdAt: expect.any(String) });
    await work.ask('DELETE', '/api/members/kim/calendar', undefined, 204);
    expect((await fetched(second)).status).toBe(404);
    expect(await work.ask('GET', '/api/members/kim/calendar')).toEqual({ createdAt: null });
    await work.ask('DELETE', '/api/members/kim/calendar', undefined, 404);
    for (const wrong of ['x.ics', `${'A'.repeat(43)}.ics`, second.split('/').at(-1)?.replace('.ics', '')])
      expect((await fetched(`${work.rapport.url}/calendars/${wrong}`)).status).toBe(404);
  });

  it('ends with the member, and only its hash was ever kept', async () => {
    const url = await address('/api/members/lee');
    const secret = /([\w-]{43})\.ics$/.exec(url)?.[1] ?? '';
    const rows = await work.rapport.core.state.within(work.workspace, (db) =>
      db.selectFrom('calendar_feed').selectAll().execute(),
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
    await work.ask('PATCH', '/api/members/lee', { active: false });
    expect((await fetched(url)).status).toBe(404);
    await work.ask('POST', '/api/members/lee/calendar', undefined, 400);
  });
});

describe('the calendar of an account', () => {
  it('has the moments of that account of that workspace, and of no other', async () => {
    const { events } = parse((await fetched(await address('/api/accounts/acme'))).text);
    expect(new Set(events.map(({ SUMMARY }) => SUMMARY))).toEqual(
      new Set(['Kickoff: Ácme; Söhne', '✓ First login: Ácme; Söhne']),
    );
    const other = await work.rapport.control.createWorkspace({ slug: 'other', name: 'Other' });
    const foreign = await work.rapport.key('admin', other?.id ?? '');
    for (const path of ['/api/accounts/acme/calendar', '/api/members/kim/calendar'])
      for (const method of ['GET', 'POST', 'DELETE'])
        expect((await work.rapport.send(method, path, foreign)).status, `${method} ${path}`).toBe(404);
    const made = await work.rapport.send('POST', '/api/members', foreign, { id: 'kim', name: 'Another Kim' });
    expect(made.status).toBe(201);
    const { body } = await work.rapport.send('POST', '/api/members/kim/calendar', foreign);
    expect(parse((await fetched(String(body['url']))).text)).toMatchObject({
      head: { 'X-WR-CALNAME': 'Rapport: Another Kim' },
      events: [],
    });
  });
});

const occurrence: OccurrenceBody = {
  id: 'one',
  account: 'acme',
  accountName: 'Acme',
  moment: 'qbr',
  label: 'Quarterly review',
  objective: 'Look back',
  state: 'planned',
  cause: { kind: 'date', local: '2026-06-09T10:00:00', at: '2026-06-09T08:00:00.000Z' },
  phase: null,
  segment: 'all',
  owner: 'kim',
  role: 'csm',
  playbook: null,
  opensAt: '2026-05-26T08:00:00.000Z',
  openedAt: null,
  dueAt: '2026-06-09T08:00:00.000Z',
  overdue: false,
  endedAt: null,
  endedBy: null,
  escalation: 0,
  snoozedUntil: null,
  minutes: 120,
  modelVersion: 1,
  changedAt: '2026-05-01T00:00:00.000Z',
  version: 3,
};

describe('a text of a calendar', () => {
  it('has a date at its instant, and holds the time', () => {
    const appeals = { ethos: null, pathos: null, logos: null };
    const { events } = parse(calendarText('Rapport', [{ occurrence, appeals, nextStep: 'Nothing yet.' }]));
    expect(events).toMatchObject([
      { DTSTART: '20260609T080000Z', DTEND: '20260609T100000Z', STATUS: 'TENTATIVE', SEQUENCE: '2', TRANSP: 'OPAQUE' },
    ]);
  });

  it('is a correct calendar whatever customers are called, and says it back', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    );
    const nasty = fc.constantFrom(
      'a\r\nEND:VCALENDAR\r\nX:1',
      'comma, semicolon; back\\slash\nline',
      '株式会社'.repeat(60),
      '\u0000\u0007',
    );
    fc.assert(
      fc.property(fc.oneof(any, nasty), fc.oneof(any, nasty), (name, ethos) => {
        const appeals = { ethos, pathos: null, logos: null };
        const one = { ...occurrence, accountName: name };
        const { head, events } = parse(calendarText(name, [{ occurrence: one, appeals, nextStep: '' }]));
        const said = (text: string): string =>
          text
            .replaceAll(/\r\n?/g, '\n')
            .replaceAll(/(?!\n)\p{Cc}/gu, ' ')
            .toWellFormed();
        expect(events).toHaveLength(1);
        expect(events[0]?.['SUMMARY']).toBe(`Quarterly review: ${said(name || 'acme')}`);
        expect(events[0]?.['DESCRIPTION']).toBe(`Look back\n- ${said(ethos)}`);
        expect(head['X-WR-CALNAME'] ?? '').toBe(said(name));
      }),
    );
  });
});
