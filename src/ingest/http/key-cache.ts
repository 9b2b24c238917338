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

/** A revoked key works at most this long when word of it is lost. */
const freshMs = 10_000;
const maxEntries = 10_000;

/**
 * Keys by their SHA-256, kept for ten seconds or until a key of their workspace is revoked; unknown ones too. When the
 * state engine does not answer, a key that was known keeps working: events are taken in while it is started again.
 */
export class KeyCache {
  readonly #state: StateStore;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<KnownKey | null>>();
  #revocations = 0;

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
      if (this.#asking.get(digest) === asking) this.#asking.delete(digest);
    }
  }

  /** A key of the workspace was revoked: its keys are looked up again. They are kept for when nobody can be asked. */
  expire(workspace: string): void {
    this.#revocations += 1;
    this.#asking.clear();
    for (const [digest, { key }] of this.#entries) {
      if (key?.workspace === workspace) this.#entries.set(digest, { key, readAt: Number.NEGATIVE_INFINITY });
    }
  }

  async #ask(digest: string): Promise<KnownKey | null> {
    const revocations = this.#revocations;
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
      // What was read before a revocation may be of before it: good for this request, not for the next.
      this.#remember(digest, key, revocations === this.#revocations ? this.#clock.now() : Number.NEGATIVE_INFINITY);
      return key;
    } catch (error) {
      const known = this.#entries.get(digest)?.key;
      if (known) return known;
      throw error;
    }
  }

  #remember(digest: string, key: KnownKey | null, readAt: number): void {
    this.#entries.delete(digest);
    this.#entries.set(digest, { key, readAt });
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }
}
