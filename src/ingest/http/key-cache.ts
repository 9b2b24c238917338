import { hash } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import type { StateStore } from '../../store/state/store.ts';

/** What a key opens. */
export interface KnownKey {
  readonly id: string;
  readonly workspace: string;
  readonly kind: 'write' | 'read' | 'admin';
}

interface Entry {
  readonly key: KnownKey | null;
  readonly readAt: number;
}

/** A revoked key works at most this long after it was revoked. */
const freshMs = 10_000;
const maxEntries = 10_000;

/**
 * Keys by their SHA-256, kept for ten seconds, unknown ones too. When the state engine does not answer, a key that was
 * known keeps working: events are taken in while it is started again.
 */
export class KeyCache {
  readonly #state: StateStore;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<KnownKey | null>>();

  constructor(state: StateStore, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** The key if it is known without waiting, undefined if it must be looked up. */
  peek(key: string): { readonly digest: string; readonly found: KnownKey | null | undefined } {
    const digest = hash('sha256', key, 'hex');
    const entry = this.#entries.get(digest);
    const isFresh = entry !== undefined && this.#clock.now() - entry.readAt < freshMs;
    return { digest, found: isFresh ? entry.key : undefined };
  }

  /** Looks a key up by its digest; requests that ask at the same time share one query. */
  async lookUp(digest: string): Promise<KnownKey | null> {
    const asking = this.#asking.get(digest) ?? this.#ask(digest);
    this.#asking.set(digest, asking);
    try {
      return await asking;
    } finally {
      this.#asking.delete(digest);
    }
  }

  async #ask(digest: string): Promise<KnownKey | null> {
    try {
      const key = await this.#state.everywhere(async (state) => {
        const row = await state
          .selectFrom('api_key')
          .select(['id', 'workspace_id', 'kind'])
          .where('hash', '=', digest)
          .where('revoked_at', 'is', null)
          .executeTakeFirst();
        return row ? { id: row.id, workspace: row.workspace_id, kind: row.kind } : null;
      });
      this.#remember(digest, key);
      return key;
    } catch (error) {
      const known = this.#entries.get(digest)?.key;
      if (known) return known;
      throw error;
    }
  }

  #remember(digest: string, key: KnownKey | null): void {
    this.#entries.delete(digest);
    this.#entries.set(digest, { key, readAt: this.#clock.now() });
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }
}
