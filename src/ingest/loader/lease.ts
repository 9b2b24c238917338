import type { StateStore } from '../../store/state/store.ts';

/** How long the lock is kept for the next segment, and how long at most before others get their turn (milliseconds). */
const idleMs = 50;
const longestMs = 500;

interface Waiting {
  readonly work: () => Promise<void>;
  readonly settle: (error: unknown) => void;
}

/**
 * Runs loads of a workspace one at a time over all processes. Taking the lock costs a connection (several
 * milliseconds), so a busy loader keeps it from one segment to the next.
 */
export class LoadLease {
  readonly #state: StateStore;
  readonly #monotonic: () => number;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #holding = new Map<string, Promise<void>>();
  readonly #wake = new Map<string, () => void>();

  constructor(state: StateStore, monotonic: () => number) {
    this.#state = state;
    this.#monotonic = monotonic;
  }

  /** Resolves or rejects as `work` does. */
  run(workspace: string, work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(workspace) ?? [];
      waiting.push({ work, settle: (error) => (error === null ? resolve() : reject(error)) });
      this.#waiting.set(workspace, waiting);
      this.#wake.get(workspace)?.();
      if (!this.#holding.has(workspace)) this.#hold(workspace);
    });
  }

  /** Resolves when no lock is held any more. */
  async close(): Promise<void> {
    while (this.#holding.size > 0) {
      for (const wake of this.#wake.values()) wake();
      await Promise.allSettled(this.#holding.values());
    }
  }

  #hold(workspace: string): void {
    const holding = this.#state
      .exclusively(`load:${workspace}`, () => this.#workUntilIdle(workspace))
      .catch((error: unknown) => {
        for (const { settle } of this.#waiting.get(workspace)?.splice(0) ?? []) settle(error);
      })
      .finally(() => {
        this.#holding.delete(workspace);
        if ((this.#waiting.get(workspace)?.length ?? 0) > 0) this.#hold(workspace);
      });
    this.#holding.set(workspace, holding);
  }

  async #workUntilIdle(workspace: string): Promise<void> {
    const started = this.#monotonic();
    const waiting = this.#waiting.get(workspace) ?? [];
    while (this.#monotonic() - started < longestMs) {
      const next = waiting.shift();
      if (next) {
        await next.work().then(
          () => next.settle(null),
          (error: unknown) => next.settle(error ?? new Error('The load failed.')),
        );
        continue;
      }
      await this.#nextOrIdle(workspace);
      if (waiting.length === 0) return;
    }
  }

  async #nextOrIdle(workspace: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, idleMs);
      this.#wake.set(workspace, resolve);
    });
    clearTimeout(timer);
    this.#wake.delete(workspace);
  }
}
