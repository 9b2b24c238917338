import { afterLoads, type Note, nothing, type WarmAccount } from './account.ts';
import { pack, unpack } from './pack.ts';

/** Accounts kept as objects; the others are packed. */
const mostUnpacked = 2_000;
/** Accounts whose loads wait for the account to be read; a forgotten one only costs a read. */
const mostWaiting = 50_000;

/**
 * Where remembered accounts lie, by key, the last used ones at the end: some thousand as objects, the others packed into
 * about a kilobyte each, up to a limit of bytes. Whatever is forgotten can be read again.
 */
export class Shelf {
  readonly #maxBytes: number;
  readonly #unpacked = new Map<string, { readonly day: string; readonly account: WarmAccount }>();
  readonly #packed = new Map<string, { readonly day: string; readonly bytes: Buffer }>();
  readonly #waiting = new Map<string, Note[]>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps what a load did until the account is taken. */
  note(key: string, note: Note): void {
    const notes = this.#waiting.get(key);
    if (notes) notes.push(note);
    else this.#waiting.set(key, [note]);
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= mostWaiting) break;
      this.#waiting.delete(oldest);
    }
  }

  /** The account as it will be after a load that is not noted yet; null when that cannot be told. Keeps nothing. */
  after(key: string, day: string, load: Note): WarmAccount | null {
    const kept = this.#find(key);
    if (kept !== null && kept.day !== day) return null;
    return afterLoads(kept?.account ?? nothing, [...(this.#waiting.get(key) ?? []), load]);
  }

  /** The account with all that was noted since; null when that cannot be told from what is here for this day. */
  take(key: string, day: string): WarmAccount | null {
    const kept = this.#find(key);
    if (kept !== null && kept.day !== day) {
      this.forget(key);
      return null;
    }
    if (kept === null && !this.#waiting.has(key)) return null;
    // Nothing is stored about an account before its first load.
    const account = afterLoads(kept?.account ?? nothing, this.#waiting.get(key) ?? []);
    return account === null ? null : this.#keep(key, day, account);
  }

  /** Keeps an account that was read; returns it with all that was noted since, as far as that can be told. */
  put(key: string, day: string, read: WarmAccount): WarmAccount {
    this.forget(key);
    return this.#keep(key, day, afterLoads(read, this.#waiting.get(key) ?? []) ?? read);
  }

  /** Whether the account is here for this day. */
  has(key: string, day: string): boolean {
    return (this.#unpacked.get(key) ?? this.#packed.get(key))?.day === day;
  }

  /** Whether another account would push one out. */
  get isFull(): boolean {
    return this.#bytes > 0.95 * this.#maxBytes;
  }

  forget(key: string): void {
    this.#unpacked.delete(key);
    this.#bytes -= this.#packed.get(key)?.bytes.length ?? 0;
    this.#packed.delete(key);
  }

  #find(key: string): { readonly day: string; readonly account: WarmAccount } | null {
    const packed = this.#packed.get(key);
    return this.#unpacked.get(key) ?? (packed ? { day: packed.day, account: unpack(packed.bytes) } : null);
  }

  #keep(key: string, day: string, account: WarmAccount): WarmAccount {
    this.forget(key);
    this.#unpacked.set(key, { day, account });
    const later = (this.#waiting.get(key) ?? []).filter(({ revision }) => revision > account.revision);
    if (later.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, later);
    for (const [oldest, kept] of this.#unpacked) {
      if (this.#unpacked.size <= mostUnpacked) break;
      this.#packAway(oldest, kept);
    }
    return account;
  }

  #packAway(key: string, { day, account }: { readonly day: string; readonly account: WarmAccount }): void {
    this.forget(key);
    const bytes = pack(account);
    this.#packed.set(key, { day, bytes });
    this.#bytes += bytes.length;
    for (const oldest of this.#packed.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.forget(oldest);
    }
  }
}
