import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';

/** How an engine is started, asked and stopped. */
export interface EngineSpec {
  readonly name: string;
  readonly launch: () => Promise<ChildProcess>;
  /** True when the engine gave the right answer; called often, must give up by itself within `signal`. */
  readonly answers: (signal: AbortSignal) => Promise<boolean>;
  /** Asks the child to end in order; it is killed if it has not within 10 seconds. */
  readonly askToStop: (child: ChildProcess) => void;
  readonly log: Log;
  readonly patience?: Partial<Patience>;
}

/** Milliseconds. */
export interface Patience {
  readonly readyWithin: number;
  readonly askEvery: number;
  /** No right answer for so long means hung: killed and started again. */
  readonly hungAfter: number;
}

/** An engine that is kept running. */
export interface Engine {
  readonly name: string;
  /** Of the child that Rapport started; null between two lives. */
  readonly pid: number | null;
  readonly isUp: boolean;
  /** How often it had to be started again. */
  readonly restarts: number;
  stop(): Promise<void>;
}

const defaultPatience: Patience = { readyWithin: 60_000, askEvery: 2_000, hungAfter: 12_000 };
const firstStarts = 4;
const longestPauseMs = 5_000;

/** Starts an engine, waits until it answers, and from then on starts it again whenever it dies or hangs. */
export async function supervise(spec: EngineSpec): Promise<Engine> {
  const supervisor = new Supervisor(spec);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements Engine {
  readonly name: string;
  isUp = false;
  restarts = 0;
  private readonly spec: EngineSpec;
  private readonly patience: Patience;
  private child: ChildProcess | null = null;
  private stopping = false;
  private readonly stopSignal = new AbortController();
  private life: Promise<void> = Promise.resolve();

  constructor(spec: EngineSpec) {
    this.spec = spec;
    this.name = spec.name;
    this.patience = { ...defaultPatience, ...spec.patience };
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const exited = await this.launch();
      if (await this.becomesReady()) {
        this.life = this.keepAlive(exited);
        return;
      }
      await this.kill(exited);
      if (attempt === firstStarts) {
        throw new Error(`The ${this.name} engine did not start in ${attempt} attempts; its last words are in the log.`);
      }
      await this.pause(attempt);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.stopSignal.abort();
    const child = this.child;
    if (child) {
      this.spec.askToStop(child);
      const deadline = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await this.life;
      clearTimeout(deadline);
    }
    await this.life;
  }

  /** Answers with a promise for the end of the child, whatever ends it. */
  private async launch(): Promise<{ ended: Promise<void> }> {
    const child = await this.spec.launch();
    this.child = child;
    if (this.stopping) this.spec.askToStop(child);
    const ended = new Promise<void>((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.child !== child) return;
        this.child = null;
        this.isUp = false;
        if (!this.stopping) this.spec.log.warn({ engine: this.name, code, signal }, 'engine ended');
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        this.spec.log.error({ engine: this.name, error: error.message }, 'engine could not be started');
        end(null, null);
      });
    });
    return { ended };
  }

  private async keepAlive(first: { ended: Promise<void> }): Promise<void> {
    let exited = first;
    let failures = 0;
    for (;;) {
      const since = monotonic();
      await this.watch();
      await this.kill(exited);
      if (this.stopping) return;
      failures = monotonic() - since > 60_000 ? 0 : failures + 1;
      await this.pause(failures);
      if (this.stopping) return;
      this.restarts++;
      exited = await this.launch();
      if (!(await this.becomesReady()) && this.child) {
        this.spec.log.error({ engine: this.name }, 'engine does not answer after its start');
      }
    }
  }

  /** Returns when the child is gone, hung, or no longer wanted. */
  private async watch(): Promise<void> {
    let lastAnswer = monotonic();
    while (this.child && this.isUp && !this.stopping) {
      await this.wait(this.patience.askEvery);
      if (!this.child || this.stopping) break;
      if (await this.asks(this.patience.hungAfter / 2)) {
        lastAnswer = monotonic();
      } else if (monotonic() - lastAnswer >= this.patience.hungAfter && !this.stopping) {
        this.spec.log.error({ engine: this.name, hungAfterMs: this.patience.hungAfter }, 'engine hangs: killing it');
        this.child?.kill('SIGKILL');
        return;
      }
    }
  }

  private async becomesReady(): Promise<boolean> {
    const deadline = monotonic() + this.patience.readyWithin;
    while (this.child && !this.stopping && monotonic() < deadline) {
      if (await this.asks(2_000)) {
        this.isUp = true;
        this.spec.log.debug({ engine: this.name, pid: this.pid }, 'engine is up');
        return true;
      }
      await this.wait(50);
    }
    return false;
  }

  private async asks(withinMs: number): Promise<boolean> {
    const signal = AbortSignal.any([AbortSignal.timeout(Math.max(1, withinMs)), this.stopSignal.signal]);
    try {
      return await this.spec.answers(signal);
    } catch {
      return false;
    }
  }

  /** Waits for the end of the child; a hung or unready one is killed, one that was asked to stop gets its time. */
  private async kill(exited: { ended: Promise<void> }): Promise<void> {
    this.isUp = false;
    if (!this.stopping) this.child?.kill('SIGKILL');
    if (this.child) await exited.ended;
  }

  private pause(failures: number): Promise<void> {
    return this.wait(Math.min(longestPauseMs, 100 * 2 ** Math.min(failures - 1, 10)));
  }

  private async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopSignal.signal }).catch(() => {});
  }
}
