import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWeb } from '../../src/app/build-web.ts';
import { openTestRapport, type TestRapport } from '../../src/app/rapport.testing.ts';
import { launchBrowser } from '../support/browser.ts';
import { useStores } from '../support/engines.ts';
import { enterAsFirst, expectAccessible, openWindow, type Window } from '../support/web.ts';

const stores = useStores();
let rapport: TestRapport;
let browser: Browser;
let manager: Window;
let member: Window;

const yaml = `
rapport: 1
name: Today
catalog:
  Case Opened: { severity: string }
  Signed In: {}
traits: { account: { value: number } }
segments: { everybody: { otherwise: true, touch: high } }
measures: { logins: { count: Signed In, within: 7d } }
indicators: { logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 } }
score: { domains: { adoption: 100 } }
moments:
  severe_case:
    label: Severe case
    objective: They could feel that we are with them
    owner: csm
    on: Case Opened
    where: properties.severity == "sev1"
    within: 4h
    appeals: { pathos: Say first that you know what it costs them }
`;

beforeAll(async () => {
  const web = buildWeb();
  [rapport, browser] = await Promise.all([openTestRapport(stores, { web, firstModel: null }), launchBrowser()]);
  const workspace = rapport.firstRun.workspace;
  const { published, diagnostics } = await rapport.control.publish(
    workspace,
    { file: 'today.yaml', yaml, extended: {} },
    '',
  );
  if (published === null) throw new Error(JSON.stringify(diagnostics));
  manager = await openWindow(browser, rapport.url);
  member = await openWindow(browser, rapport.url);
});

afterAll(async () => {
  await browser.close();
  await rapport.close();
});

async function openCase(write: string, account: string): Promise<void> {
  const message = { event: 'Case Opened', userId: `ada@${account}`, properties: { severity: 'sev1' } };
  await rapport.track(write, { ...message, context: { groupId: account } });
}

describe('Today', () => {
  it('is worked by an invited member with the keyboard alone, while a second browser sees it live', async () => {
    await enterAsFirst(rapport, manager.page, { name: 'Maya Manager', email: 'maya@example.com' });
    const admin = await rapport.key('admin');
    const { body: invitation } = await rapport.send('POST', '/api/invitations', admin, {
      email: 'zoe@example.com',
      name: 'Zoë Member',
      role: 'member',
    });
    const { page } = member;
    await page.goto(String(invitation['link']));
    await page.getByLabel('Password').fill('another good password');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
    await page.getByText('Nothing needs you now').waitFor();

    const { body: members } = await rapport.get('/api/members', admin);
    const zoe = (members['data'] as { id: string; email: string }[]).find(({ email }) => email === 'zoe@example.com');
    const write = await rapport.key('write');
    for (const account of ['acme', 'globex']) {
      await rapport.track(write, { event: 'Signed In', userId: `ada@${account}`, context: { groupId: account } });
      await expect.poll(async () => (await rapport.get(`/api/accounts/${account}`, admin)).status).toBe(200);
      const given = await rapport.send('PUT', `/api/accounts/${account}/roles/csm`, admin, { member: zoe?.id });
      expect(given.status, JSON.stringify(given.body)).toBeLessThan(300);
      await openCase(write, account);
    }
    await page.locator('li[id^="item-"]').nth(1).waitFor(); // nobody has reloaded
    await expectAccessible(page);

    await manager.page.goto(`/w/default/today?owner=${zoe?.id}`);
    await manager.page.locator('li[id^="item-"]').nth(1).waitFor();

    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const first = await page.locator('li[aria-current="true"]').getByRole('link').first().textContent();
    await page.keyboard.press('w');
    await page.getByRole('dialog', { name: 'Why this rank' }).getByText('gain per minute').first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await page.getByLabel('The contact in a sentence').waitFor();
    await page.keyboard.type('Called, they are calm again');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('li[id^="item-"]').count()).toBe(1);
    // The second browser has the same, without being touched.
    await expect.poll(() => manager.page.locator('li[id^="item-"]').count(), { timeout: 10_000 }).toBe(1);

    await expect
      .poll(
        async () => (await rapport.get(`/api/events?account=${first}&event=Interaction%20Logged`, admin)).body['total'],
      )
      .toBe(1);

    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.locator('li[id^="item-"]').count()).toBe(2);
    await page.keyboard.press('s');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('li[id^="item-"]').count()).toBe(1);
    expect(member.complaints).toEqual([]);
    expect(manager.complaints).toEqual([]);
  });

  it('shows the team to its managers', async () => {
    const { page } = manager;
    await page.goto('/w/default/today?view=team');
    await page.getByRole('link', { name: 'Zoë Member' }).waitFor();
    await expectAccessible(page);
  });

  it('leads to sign in without a session, and back to where one wanted', async () => {
    const stranger = await openWindow(browser, rapport.url);
    await stranger.page.goto('/w/default/today?view=team');
    await stranger.page.getByLabel('E-mail').fill('maya@example.com');
    await stranger.page.getByLabel('Password').fill('a good long password');
    await expectAccessible(stranger.page);
    await stranger.page.keyboard.press('Enter');
    await stranger.page.waitForURL('**/w/default/today?view=team');
    expect(stranger.complaints).toEqual([expect.stringContaining('401')]); // what it was asked before it signed in
    await stranger.context.close();
  });

  it.each(['//elsewhere.example.com', 'https://elsewhere.example.com/', '/\\elsewhere.example.com'])(
    'does not lead to %s after signing in',
    async (elsewhere) => {
      const { page, context } = await openWindow(browser, rapport.url);
      await page.goto(`/sign-in?to=${encodeURIComponent(elsewhere)}`);
      await page.getByLabel('E-mail').fill('maya@example.com');
      await page.getByLabel('Password').fill('a good long password');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${rapport.url}/w/default/today`);
      await context.close();
    },
  );
});
