import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { buildWeb } from './build-web.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let folder = '';

beforeAll(async () => {
  folder = await buildWeb();
  rapport = await openTestRapport(stores, { web: Promise.resolve(folder) });
});

afterAll(() => rapport.close());

const page = { headers: { accept: 'text/html,application/xhtml+xml' } };

describe('the web app', () => {
  it('is built once, and again only when its sources change', async () => {
    const before = statSync(join(folder, 'index.html')).mtimeMs;
    expect(await buildWeb(() => expect.unreachable('nothing has changed'))).toBe(folder);
    expect(statSync(join(folder, 'index.html')).mtimeMs).toBe(before);
  });

  it.each(['/', '/w/default/portfolio', '/w/default/accounts/acme%2Feurope', '/sign-in'])(
    'answers at %s with its page, under a policy that loads from nobody else',
    async (path) => {
      const response = await fetch(rapport.url + path, page);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
      expect(policy).not.toMatch(/unsafe|https?:/);
      const html = await response.text();
      expect(html.match(/<script(?![^>]* src=)/)).toBeNull();
      expect(html).toContain(`content="${/'nonce-([^']+)'/.exec(policy)?.[1]}"`);
    },
  );

  it('keeps files with a hash in their name for ever, and asks for others again', async () => {
    const [asset] = readdirSync(join(folder, 'assets'));
    const kept = await fetch(`${rapport.url}/assets/${asset}`);
    expect([kept.status, kept.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const theme = await fetch(`${rapport.url}/theme.js`);
    expect([theme.status, theme.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(theme.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    '/api/nothing',
    '/v1/nothing',
    '/assets/nothing.js',
    '/..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
    '/.stamp',
  ])('does not answer for %s', async (path) => {
    const response = await fetch(rapport.url + path);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});
