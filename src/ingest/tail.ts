import type { DropReason } from './reasons.ts';

/** One line of the live tail: an event as it was stored, or why it was not. */
export interface TailEntry {
  readonly workspace: string;
  readonly outcome: 'accepted' | 'rejected';
  readonly reason: DropReason | null;
  readonly detail: string;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly account: string;
  readonly person: string;
  /** UTC, epoch milliseconds; null for rejected events. */
  readonly time: number | null;
  readonly receivedAt: number;
  readonly source: string;
}

/** The live tail inside this process: everybody who listens to a workspace sees its events as they are loaded. */
export class Tail {
  readonly #listeners = new Map<string, Set<(entries: readonly TailEntry[]) => void>>();
  readonly #limit: number;

  /** At most `limit` entries are passed on per load; a tail is for eyes, not for accounting. */
  constructor(limit = 500) {
    this.#limit = limit;
  }

  /** Whether making entries for the workspace is worth it. */
  isWatched(workspace: string): boolean {
    return this.#listeners.has(workspace);
  }

  /** Passes on the newest entries; does nothing when nobody listens. */
  publish(workspace: string, entries: readonly TailEntry[]): void {
    const shown = entries.length > this.#limit ? entries.slice(-this.#limit) : entries;
    for (const receive of this.#listeners.get(workspace) ?? []) receive(shown);
  }

  /** Starts listening; the returned function stops. */
  listen(workspace: string, receive: (entries: readonly TailEntry[]) => void): () => void {
    const listeners = this.#listeners.get(workspace) ?? new Set();
    this.#listeners.set(workspace, listeners.add(receive));
    return () => {
      listeners.delete(receive);
      if (listeners.size === 0) this.#listeners.delete(workspace);
    };
  }
}
