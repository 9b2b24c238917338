import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { rapportItself } from '../../src/store/state/audit.ts';
import type { TestRapport } from '../../src/app/rapport.testing.ts';

/** A browser window of somebody; fails the test when the page complains. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote as an error, in order. */
  readonly complaints: readonly string[];
}

export async function openWindow(browser: Browser, url: string, width = 1280): Promise<Window> {
  const context = await browser.newContext({ baseURL: url, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, context, complaints };
}

/** The first administrator comes in by the link that starting prints. */
export async function enterAsFirst(
  rapport: TestRapport,
  page: Page,
  person: { name: string; email: string },
): Promise<void> {
  await page.goto(await rapport.access.welcomeLink(rapport.firstRun.workspace, rapportItself));
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill('a good long password');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).first().waitFor();
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Findings {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** No violation of WCAG 2.2 AA that can be found by a program, light and dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
    const { violations } = await page.evaluate<Findings>(
      `(() => { ${axe}; return window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }); })()`,
    );
    expect(
      violations.map(({ id, nodes }) => ({ theme, id, where: nodes.map(({ html }) => html.slice(0, 200)) })),
    ).toEqual([]);
  }
}
