import chromium from '@sparticuz/chromium';
import { chromium as pw } from 'playwright-core';
import { readFileSync, existsSync, writeFileSync } from 'node:fs';
const U = 'http://127.0.0.1:4471';
const unwanted = ['--disable-web-security', '--single-process', '--no-zygote', '--allow-running-insecure-content'];
const browser = await pw.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args.filter((a) => !unwanted.includes(a)),
  headless: true,
});
const stateFile = '/tmp/acct/state.json';
const [, , ...jobs] = process.argv; // name|path|width|theme|[action]
const context0 = await browser.newContext(existsSync(stateFile) ? { storageState: stateFile } : {});
{
  const p = await context0.newPage();
  const r = await p.goto(U + '/api/me');
  if (r.status() !== 200) {
    const link = readFileSync('/tmp/acct/link', 'utf8').trim();
    await p.goto(link);
    await p.waitForTimeout(1500);
    const b = p.getByRole('button').first();
    if (await b.count()) {
      console.log(await p.locator('body').innerText());
      await b.click();
      await p.waitForTimeout(2500);
    }
    console.log('at', p.url());
    await context0.storageState({ path: stateFile });
    writeFileSync('/tmp/acct/home', p.url());
  }
}
const ws = /\/w\/([^/]+)/.exec(readFileSync('/tmp/acct/home', 'utf8'))?.[1];
for (const job of jobs) {
  const [name, path, width = '1440', theme = 'light', act = ''] = job.split('|');
  const ctx = await browser.newContext({
    storageState: stateFile,
    viewport: { width: +width, height: width === '390' ? 844 : 900 },
    colorScheme: theme,
    hasTouch: width === '390',
    isMobile: width === '390',
  });
  const page = await ctx.newPage();
  page.on('console', (m) => {
    if (['error', 'warning'].includes(m.type())) console.log(name, m.type(), m.text().slice(0, 400));
  });
  page.on('pageerror', (e) => console.log(name, 'pageerror', e.message.slice(0, 600)));
  await page.goto(`${U}/w/${ws}${path}`);
  await page.waitForLoadState('networkidle').catch(() => {});
  await page.waitForTimeout(+(process.env.WAIT ?? 2500));
  if (act) {
    await eval(`(async()=>{${act}})()`);
    await page.waitForTimeout(1200);
  }
  if (process.env.FULL) {
    const h = await page.evaluate(() => {
      const m = document.querySelector('#page');
      return m ? m.scrollHeight + 60 : document.body.scrollHeight;
    });
    await page.setViewportSize({ width: +width, height: Math.min(4000, Math.max(h, 700)) });
    await page.waitForTimeout(800);
  }
  await page.screenshot({ path: `/tmp/acct/${name}.png` });
  await ctx.close();
}
await browser.close();
