import type { Browser, Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWeb } from '../../src/app/build-web.ts';
import { dayMs, lastMidnight } from '../../src/app/days.ts';
import { runNight } from '../../src/app/nightly.ts';
import { openTestRapport, type TestRapport } from '../../src/app/rapport.testing.ts';
import { launchBrowser } from '../support/browser.ts';
import { useStores } from '../support/engines.ts';
import { enterAsFirst, expectAccessible, openWindow, type Window } from '../support/web.ts';

const stores = useStores();
const welsh = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Railway Preservation Society Limited';
let rapport: TestRapport;
let writeKey = '';
let browser: Browser;
let window: Window;
let page: Page;

beforeAll(async () => {
  rapport = await openTestRapport(stores, { web: buildWeb(), firstModel: 'b2b-saas' });
  writeKey = await rapport.key('write');
  const now = Date.now();
  await send([
    ...about('acme', { name: 'Acme', arr: 42_000, seats: 8, renewal_at: new Date(now + 60 * dayMs).toISOString() }),
    ...about('welsh', { name: welsh }),
    ...about('rtl', { name: 'شركة النخيل للتجارة والمقاولات العامة' }),
    // Busy until two weeks ago, then nobody came.
    ...[60, 55, 50, 45, 41, 38, 35, 33, 31, 30, 29, 27, 25, 23, 20, 18, 16].flatMap((days) =>
      ['ada', 'bob', 'cai'].flatMap((person) => visit('acme', person, now - days * dayMs)),
    ),
    // Enough to read further down.
    ...Array.from({ length: 120 }, (_, at) => used('acme', 'ada', now - 200 * dayMs + at * 60_000)),
  ]);
  await rapport.settled();
  const midnight = lastMidnight(now);
  for (const days of [28, 20, 10, 0]) await runNight(rapport.core, rapport.firstRun.workspace, midnight - days * dayMs);
  browser = await launchBrowser();
  window = await openWindow(browser, rapport.url, 1440);
  ({ page } = window);
  await enterAsFirst(rapport, page, { name: 'Maya Manager', email: 'maya@example.com' });
});
afterAll(async () => {
  await browser.close();
  await rapport.close();
});

async function send(batch: readonly object[]): Promise<void> {
  const body = JSON.stringify({ batch, writeKey });
  const { status } = await fetch(`${rapport.url}/v1/batch`, { method: 'POST', body });
  expect(status).toBe(200);
}

function about(account: string, traits: object): object[] {
  return [{ type: 'group', userId: `${account}.ada`, groupId: account, traits }];
}

function used(account: string, person: string, at: number): object {
  return {
    type: 'track',
    event: 'Report Viewed',
    userId: `${account}.${person}`,
    properties: { minutes: 12 },
    timestamp: new Date(at).toISOString(),
    context: { groupId: account },
  };
}

function visit(account: string, person: string, at: number): object[] {
  const report = used(account, person, at);
  return [{ ...report, event: 'Signed In', properties: {} }, report];
}

async function goTo(path: string): Promise<void> {
  await page.goto(`${rapport.url}/w/default${path}`);
}

/** The whole of an account's page, drawn. */
async function drawn(): Promise<void> {
  await page.locator('figure [role=img] svg').first().waitFor();
}

/** Downloads what an item of a chart's menu gives. */
async function saved(chart: string, item: string): Promise<{ name: string; content: Buffer }> {
  await page.getByRole('button', { name: `More of “${chart}”` }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

describe('from the portfolio to the event behind a number', () => {
  it('leads through why, a bar and its evidence, and back', async () => {
    await goTo('/portfolio');
    await page.getByRole('row').filter({ hasText: 'Acme' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor();
    await page.getByText(/Acme (?:rose|went down) by .* mostly through adoption/).waitFor();
    await drawn();
    // The domain that moved most is open; the bar of its first indicator is a thin one.
    const bar = page.locator('figure', { hasText: 'What moved it' }).locator('svg path[fill-opacity="0.7"]').first();
    await bar.click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('How its value becomes points').waitFor();
    expect(page.url()).toMatch(/indicator=\w+/);
    const events = drawer.getByRole('list', { name: 'The events behind it' });
    await events.getByRole('button').first().click();
    await events
      .getByText(/acme\.(ada|bob|cai)/)
      .first()
      .waitFor();
    expect(await events.getByText('id', { exact: true }).count()).toBe(1);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('indicator=');
    await page.goBack();
    await page.getByRole('dialog').waitFor();
  });

  it('works with the keyboard alone, and keeps what is shown in the address', async () => {
    await goTo('/accounts/acme?days=90&open=');
    const domain = page.getByRole('button', { name: /^Adoption: / });
    await domain.focus();
    await page.keyboard.press('Enter');
    await expectUrl(/open=adoption/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.reload();
    await page.getByRole('dialog').getByText('The events behind it').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('radio', { name: '7 days' }).click();
    await expectUrl(/days=7/);
  });
});

async function expectUrl(pattern: RegExp): Promise<void> {
  await page.waitForURL(pattern);
}

describe('a chart', () => {
  it('gives its numbers as a table and as CSV, itself as SVG and PNG', async () => {
    await goTo('/accounts/acme');
    await drawn();
    const csv = await saved('What moved it', 'Data (CSV)');
    expect(csv.name).toBe('what-moved-it.csv');
    expect(csv.content.toString()).toMatch(/^Step,"Change, points",Score after it\r\nThen,,\d/);
    const svg = await saved('What moved it', 'Picture (SVG)');
    expect(svg.content.toString()).toMatch(/^<svg.*>Adoption<.*>What moved it</s);
    const png = await saved('Score over time', 'Picture (PNG)');
    expect([png.name, png.content.subarray(1, 4).toString()]).toEqual(['score-over-time.png', 'PNG']);
    expect(png.content.length).toBeGreaterThan(5_000);
    await page.getByRole('button', { name: 'More of “Score over time”' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'As a table' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Night' }).waitFor();
  });

  it('takes the colours of the theme as soon as it changes', async () => {
    await goTo('/accounts/acme');
    await drawn();
    const label = page.locator('figure [role=img] svg text').first();
    const before = await label.getAttribute('fill');
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click();
    await expect.poll(() => label.getAttribute('fill')).not.toBe(before);
  });
});

describe('the timeline', () => {
  it('takes what is new at its top, and moves nothing for who reads further down', async () => {
    await goTo('/accounts/acme?tab=timeline');
    const list = page.getByRole('group', { name: 'Timeline' });
    await list.getByText('Signed In').first().waitFor();
    await send(visit('acme', 'new', Date.now()).slice(0, 1));
    await list.getByText('acme.new').waitFor();
    await list.evaluate((element) => element.scrollTo(0, 600));
    await page.waitForTimeout(200);
    const seen = await list.evaluate((element) => [element.scrollTop, element.textContent]);
    await send(visit('acme', 'newer', Date.now()).slice(0, 1));
    const news = page.getByRole('button', { name: '1 new event' });
    await news.waitFor();
    expect(await list.evaluate((element) => [element.scrollTop, element.textContent])).toEqual(seen);
    await news.click();
    await list.getByText('acme.newer').waitFor();
  });

  it('shows only what was asked for', async () => {
    await goTo('/accounts/acme?tab=timeline');
    await page.getByRole('combobox', { name: 'Who did it' }).selectOption('acme.bob');
    await expectUrl(/person=acme\.bob/);
    await page.getByText('34 events').waitFor();
    await page.getByRole('combobox', { name: 'What happened' }).selectOption('Signed In');
    await page.getByText('17 events').waitFor();
  });
});

describe('an account of which little is known', () => {
  it('that does not exist says so, with a way on', async () => {
    await goTo('/accounts/nobody%2Fhere');
    await page.getByText('There is no such account').waitFor();
    await page.getByRole('link', { name: 'To the portfolio' }).click();
    await page.getByRole('heading', { name: 'Portfolio' }).waitFor();
  });

  it.each(['welsh', 'rtl'])('fits on a phone whatever it is called (%s)', async (account) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await goTo(`/accounts/${account}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('of what counts is not freshly known').waitFor();
    const overflow = await page.locator('#page').evaluate((main) => main.scrollWidth - main.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});

describe('accessibility', () => {
  it.each(['why', 'indicators', 'timeline', 'people', 'moments'])('has no violation on %s', async (tab) => {
    await goTo(`/accounts/acme?tab=${tab}`);
    await page.getByRole('tabpanel').locator('h2, table, [role=table]').first().waitFor();
    await expectAccessible(page);
  });

  it('has no violation in the drawer of an indicator', async () => {
    await goTo('/accounts/acme?indicator=active_days');
    await page.getByRole('dialog').locator('svg text').first().waitFor();
    await expectAccessible(page);
  });
});

it('nothing was refused by the policy of the page, and no script failed', () => {
  // An account that does not exist answers 404, and the browser says so.
  expect(window.complaints.filter((text) => !/status of 404/.test(text))).toEqual([]);
});
