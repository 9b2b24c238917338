import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Access, createAccess } from '../access/access.ts';
import type { AccessContext } from '../access/context.ts';
import { openIdentities } from '../access/identities.ts';
import { openOidc } from '../access/oidc.ts';
import { smtpPost } from '../access/post.ts';
import type { Control } from '../api/control.ts';
import { buildServer } from '../api/server.ts';
import { registerIngest } from '../ingest/http/register.ts';
import type { LoadDeps } from '../ingest/loader/batch.ts';
import { createLoader } from '../ingest/loader/loader.ts';
import { type Clock, monotonic, systemClock } from '../lib/clock.ts';
import { randomSecret } from '../lib/id.ts';
import type { Log } from '../lib/log.ts';
import { openStores, type Stores } from '../store/open.ts';
import type { Config } from './config.ts';
import { createControl } from './control.ts';
import type { Core } from './core.ts';
import { markDue } from './due.ts';
import { startLive } from './live.ts';
import { Loop } from './loop.ts';
import { runNights } from './nightly.ts';
import { openCore, openSpool } from './open-core.ts';
import { markOwners, settleOwners } from './reown.ts';
import { drainStaleDays, workspacesToRoll } from './rollups.ts';
import { type FirstRun, prepareFirstRun } from './first-run.ts';
import { writeServerFile } from './server-file.ts';
import { holdTeamAlone } from './team-lock.ts';
import { WarmUp } from './warm-up.ts';

/** A running Rapport. Who opens, closes. */
export interface Rapport {
  /** Where it listens. */
  readonly url: string;
  readonly core: Core;
  readonly control: Control;
  readonly access: Access;
  /** What was made because nothing was there. */
  readonly firstRun: FirstRun;
  /** For loading messages past HTTP, as imports do. */
  readonly ingest: LoadDeps;
  /** Looks for work at once. */
  wake(): void;
  /** Resolves when everything acknowledged so far is loaded. */
  settled(): Promise<void>;
  /** Stops taking requests, finishes what is begun, stops the engines. */
  close(): Promise<void>;
}

/** How to open, beyond the settings. */
export interface OpenOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock?: Clock;
  /** Told what takes time: "starting the engines". */
  readonly onStep?: (step: string) => void;
  /** The shipped model that a workspace without one begins with; null: none. */
  readonly firstModel?: string | null;
  /** The folder of the web app, which may still be built; without it only the API is served. */
  readonly web?: Promise<string>;
  /** Stores that somebody else has opened, and closes. */
  readonly stores?: Pick<Stores, 'events' | 'state'>;
}

const rollPauseMs = 1_000;
const restPauseMs = 60_000;
const nightPauseMs = 30_000;
const warmPauseMs = 5_000;
/** The beginning and the end of an absence are noticed within this. */
const ownersPauseMs = 1_000;
/** A deadline is noticed within this. */
const duePauseMs = 250;
/** How long requests that are being answered may take after a stop was asked for. */
const drainMs = 8_000;

/** Builds everything in order; releases in reverse, also when a later part cannot be opened. */
export async function openRapport({
  config,
  log,
  clock = systemClock,
  onStep,
  firstModel = 'b2b-saas',
  web,
  stores: given,
}: OpenOptions): Promise<Rapport> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = once(async () => {
    for (const release of closers.splice(0).toReversed()) await release();
  });
  try {
    await checkPort(config);
    onStep?.('starting the engines');
    const stores = given ?? (await openOwn(config, log, closers));
    const { core, ingest } = await openCore(config, stores, { log, clock }, closers);
    const spool = await openSpool(config, { log, clock }, closers);
    onStep?.('preparing the workspace');
    const firstRun = await prepareFirstRun(core, firstModel);
    onStep?.('starting the server');
    const work = await startWork(core, closers);
    const loader = createLoader({ ...ingest, spool, onLoaded: work.wakeLive });
    closers.push(() => loader.close());
    const control = createControl(core, { spool, ingest, wake: work.wake });
    const token = randomSecret(32);
    const address = { url: '' };
    const { unknownKey, publicUrl, trustedProxy } = config;
    const access = await openAccess(config, core, () => publicUrl ?? address.url, closers);
    const server = await buildServer(
      {
        ...core,
        control,
        access,
        operatorToken: token,
        trustedProxy,
        version,
        web: (await web) ?? null,
        publicUrl: () => publicUrl ?? address.url,
      },
      (scope) => registerIngest(scope, { ...ingest, spool, unknownKey, publicUrl }),
    );
    closers.push(() => closeServer(server));
    address.url = await listen(server, config);
    closers.push(writeServerFile(config.dataDir, { url: address.url, token, pid: process.pid }));
    return {
      url: address.url,
      core,
      control,
      access,
      firstRun,
      ingest,
      wake: work.wake,
      settled: () => loader.settled(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The version of this Rapport. */
export const version: string = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string }
).version;

async function openOwn(config: Config, log: Log, closers: (() => Promise<void> | void)[]): Promise<Stores> {
  const stores = await openStores({ ...config, log });
  closers.push(() => stores.close());
  return stores;
}

async function openAccess(
  { smtpUrl, mailFrom, oidc: settings }: Config,
  { state, clock, log }: Core,
  publicUrl: () => string,
  closers: (() => Promise<void> | void)[],
): Promise<Access> {
  const oidc = settings === null ? null : openOidc(settings);
  const post = smtpUrl === null ? null : smtpPost(smtpUrl, mailFrom);
  const joined: AccessContext['joined'] = async (db, workspace, member) => {
    await holdTeamAlone(db, workspace);
    await markOwners(db, workspace, { kind: 'members', members: [member] });
  };
  const access = createAccess({ state, clock, log, identities: await openIdentities(), post, oidc, publicUrl, joined });
  closers.push(() => access.close());
  return access;
}

/** The loops: live evaluation, rollups, nights. */
async function startWork(
  core: Core,
  closers: (() => Promise<void> | void)[],
): Promise<{ wake: () => void; wakeLive: () => void }> {
  const live = await startLive(core);
  closers.push(() => live.close());
  let looked = Number.NEGATIVE_INFINITY;
  const rollups = new Loop('rollups', core.log, rollPauseMs, async () => {
    const resting = monotonic() - looked >= restPauseMs; // a look at every mark
    if (resting) looked = monotonic();
    for (const workspace of await workspacesToRoll(core, { resting }))
      if ((await drainStaleDays(core, workspace)) > 0) live.wake();
    return false;
  });
  closers.push(() => rollups.close());
  const nights = new Loop('nights', core.log, nightPauseMs, async () => {
    await runNights(core);
    return false;
  });
  closers.push(() => nights.close());
  const due = new Loop('due', core.log, duePauseMs, async () => {
    const marked = await markDue(core);
    if (marked > 0) live.wake();
    return marked > 0;
  });
  closers.push(() => due.close());
  const owners = new Loop('owners', core.log, ownersPauseMs, async () => (await settleOwners(core)) > 0);
  closers.push(() => owners.close());
  const warmUp = new WarmUp(core);
  const warming = new Loop('warm-up', core.log, warmPauseMs, () => warmUp.step());
  closers.push(() => warming.close());
  return {
    wakeLive: () => live.wake(),
    wake: () => {
      live.wake();
      rollups.wake();
      owners.wake();
    },
  };
}

/** A port that is taken is found out before the engines start: fails like listening would. */
async function checkPort({ host, port }: Config): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ host, port }, () => probe.close(() => resolve()));
  });
}

async function listen(server: FastifyInstance, { host, port }: Config): Promise<string> {
  await server.listen({ host, port });
  const address = server.server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${bound}`;
}

/** New requests get 503, running ones may end, stragglers are cut off. */
async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), drainMs);
  await server.close();
  clearTimeout(cut);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= work());
}
