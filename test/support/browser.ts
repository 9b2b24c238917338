import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** A real browser, the Chromium that npm brings. */
export async function launchBrowser(): Promise<Browser> {
  // Made for short jobs in the cloud, its arguments switch off what is tested here (CORS) and crash with the last page.
  const unwanted = ['--disable-web-security', '--single-process', '--no-zygote', '--allow-running-insecure-content'];
  const args = chromium.args.filter((one) => !unwanted.includes(one));
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true });
}
