import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { given } from '../../../test/support/given.ts';
import { systemClock } from '../../lib/clock.ts';
import { silentLog } from '../../lib/log.ts';
import { encodeFrame, readFrames, type SpoolRecord } from './frame.ts';
import { openSegment } from './segment-file.ts';
import { createSpool, type Spool, type SpoolOptions } from './spool.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-spool-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function open(dir: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await createSpool({
    dir,
    clock: systemClock,
    log: silentLog,
    minFreeBytes: 0,
    lingerMs: 1,
    ...options,
  });
  undo.push(() => spool.close());
  return spool;
}

function record(text: string): SpoolRecord {
  return { workspace: 'ws', source: 'key', receivedAt: 1, route: '/v1/batch', body: Buffer.from(text) };
}

/** Everything in the spool, as a loader would see it. */
async function drain(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  while (spool.status().backlogBytes > 0) {
    const segment = await spool.next();
    if (!segment) break;
    texts.push(...(await spool.read(segment)).records.map(({ body }) => body.toString()));
    await spool.done(segment);
  }
  return texts;
}

describe('frames', () => {
  it('come back as they were, whatever is cut off behind them', () => {
    const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 6 }), fc.nat(), (bodies, cut) => {
        const frames = bodies.map((one) => Buffer.concat(encodeFrame({ ...record(''), body: one })));
        const last = frames.at(-1)?.length ?? 0;
        const whole = Buffer.concat(frames);
        const kept = 1 + (cut % last);
        const report = readFrames(whole.subarray(0, whole.length - kept));
        expect(report.records.map((one) => one.body)).toEqual(bodies.slice(0, -1));
        expect(report).toMatchObject({ tornBytes: last - kept, corruptBytes: 0 });
      }),
    );
  });

  it('after a damaged one are still found, and the damage is counted', () => {
    const frames = ['one', 'two', 'three'].map((text) => Buffer.concat(encodeFrame(record(text))));
    const bytes = Buffer.concat(frames);
    const at = (frames[0]?.length ?? 0) + 20;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    const report = readFrames(bytes);
    expect(report.records.map(({ body }) => body.toString())).toEqual(['one', 'three']);
    expect(report.corruptBytes).toBe(frames[1]?.length);
  });
});

describe('the spool', () => {
  it('hands out what was appended, in order and once, and leaves nothing behind', async () => {
    const dir = folder();
    const spool = await open(dir);
    const texts = Array.from({ length: 200 }, (_, index) => `r${index}`);
    await Promise.all(texts.map((text) => spool.append(record(text))));
    expect(await drain(spool)).toEqual(texts);
    await spool.close();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('finds what an earlier process acknowledged, without its torn tail, and never repeats an id', async () => {
    const dir = folder();
    const first = await createSpool({ dir, clock: systemClock, log: silentLog, minFreeBytes: 0 });
    await first.append(record('kept'));
    await first.close();
    const [name = ''] = readdirSync(dir);
    appendFileSync(join(dir, name), Buffer.concat(encodeFrame(record('torn'))).subarray(0, 30));
    const second = await open(dir);
    await second.append(record('new'));
    const segments = [await second.next(), await second.next()];
    expect(new Set(segments.map((one) => one?.id)).size).toBe(2);
    expect(segments.map((one) => one?.fresh)).toEqual([false, true]);
    const reports = await Promise.all(segments.map(async (one) => (one ? second.read(one) : null)));
    expect(reports.map((report) => report?.records.map(({ body }) => body.toString()))).toEqual([['kept'], ['new']]);
    expect(reports[0]).toMatchObject({ tornBytes: 30, corruptBytes: 0 });
  });

  it('refuses as "behind" above its limit and takes again when the loader has caught up', async () => {
    const spool = await open(folder(), { maxBacklogBytes: 1_000 });
    await spool.append(record('x'.repeat(1_000)));
    await expect(spool.append(record('y'))).rejects.toMatchObject({
      name: 'SpoolRefusal',
      reason: 'behind',
      retryAfter: 2,
    });
    expect(spool.status().accepting).toBe('behind');
    await drain(spool);
    await spool.append(record('z'));
    expect(await drain(spool)).toEqual(['z']);
  });

  it('after a sync that failed acknowledges nothing more until it is started again', async () => {
    const dir = folder();
    let broken = false;
    const spool = await open(dir, {
      open: async (path) => {
        const handle = await openSegment(path);
        const datasync = (): Promise<void> => (broken ? Promise.reject(new Error('EIO')) : handle.datasync());
        return {
          writev: handle.writev.bind(handle),
          truncate: (length) => handle.truncate(length),
          close: () => handle.close(),
          datasync,
        };
      },
    });
    await spool.append(record('safe'));
    broken = true;
    await expect(spool.append(record('unsure'))).rejects.toMatchObject({ reason: 'disk-failed' });
    broken = false;
    await expect(spool.append(record('late'))).rejects.toMatchObject({ reason: 'disk-failed' });
    expect(await drain(spool)).toEqual(['safe']);
  });

  it.runIf(given(process.getuid?.() === 0, 'a full disk of the spool, because mounting a tmpfs needs root'))(
    'on a full disk refuses clearly, keeps what it acknowledged, and recovers by itself (needs root for a small disk)',
    async () => {
      const dir = folder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir]);
      undo.push(() => execFileSync('umount', ['-l', dir]));
      const spool = await open(dir, { checkMs: 20 });
      writeFileSync(join(dir, 'ballast'), Buffer.alloc(2 << 20));
      const kept: string[] = [];
      let refusal: unknown = null;
      for (let index = 0; index < 400 && refusal === null; index++) {
        const text = `${index}:${'x'.repeat(20_000)}`;
        refusal = await spool.append(record(text)).then(
          () => (kept.push(text), null),
          (error: unknown) => error,
        );
      }
      expect(refusal).toMatchObject({ name: 'SpoolRefusal', reason: 'disk-full', retryAfter: 10 });
      expect(kept.length).toBeGreaterThan(50);
      rmSync(join(dir, 'ballast'));
      for (let wait = 0; spool.status().accepting !== 'yes' && wait < 100; wait++) await sleep(20);
      await spool.append(record('after'));
      expect(await drain(spool)).toEqual([...kept, 'after']);
    },
  );

  it('loses nothing that was acknowledged when the process is killed, five times over', async () => {
    const dir = folder();
    const acknowledged: string[] = [];
    for (let round = 0; round < 5; round++) acknowledged.push(...(await appendUntilKilled(dir, round)));
    expect(acknowledged.length).toBeGreaterThan(100);
    const spool = await open(dir);
    const found = await drain(spool);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(acknowledged));
  });
});

/** A process that appends and prints what is acknowledged, until it is killed in the middle. */
async function appendUntilKilled(dir: string, round: number): Promise<string[]> {
  const program = `
    import { createSpool } from ${JSON.stringify(join(import.meta.dirname, 'spool.ts'))};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const spool = await createSpool({ dir: ${JSON.stringify(dir)}, clock: { now: () => ${round} }, log, minFreeBytes: 0, maxSegmentBytes: 20_000 });
    let next = 0;
    const write = async () => {
      for (;;) {
        const text = ${JSON.stringify(`${round}-`)} + next++;
        await spool.append({ workspace: 'ws', source: 'k', receivedAt: 1, route: '/', body: Buffer.from(text + ' '.repeat(500)) });
        process.stdout.write(text + '\\n');
      }
    };
    await Promise.all([write(), write(), write(), write()]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => {
    printed += bytes.toString();
    if (printed.length > 600) setTimeout(() => child.kill('SIGKILL'), 5 + round * 7);
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(existsSync(dir) && readdirSync(dir).every((name) => readFileSync(join(dir, name)).length >= 0)).toBe(true);
  return printed
    .split('\n')
    .slice(0, -1)
    .map((text) => text + ' '.repeat(500));
}
