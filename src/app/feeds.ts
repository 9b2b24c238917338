import type { MomentNews, ScoreChange } from '../api/control.ts';
import type { Tail, TailEntry } from '../ingest/tail.ts';
import type { Log } from '../lib/log.ts';
import type { StateStore } from '../store/state/store.ts';

const scoreChannel = 'rapport_scores';
const momentChannel = 'rapport_moments';
const tailChannel = 'rapport_tail';
const interestChannel = 'rapport_tail_interest';
/** Below PostgreSQL's limit of 8,000 bytes. */
const maxPayload = 7_500;
const interestMs = 10_000;

type Receive<Item> = (items: readonly Item[]) => void;

/**
 * What subscribers are told, whichever process it happened in: score changes, and the live tail of events. A hint for
 * eyes: what is missed while a connection is broken is in the lists.
 */
export class Feeds {
  readonly #state: StateStore;
  readonly #tail: Tail;
  readonly #log: Log;
  readonly #process: string;
  readonly #scores = new Map<string, Set<Receive<ScoreChange>>>();
  readonly #moments = new Map<string, Set<Receive<MomentNews>>>();
  readonly #foreign = new Map<string, Set<Receive<TailEntry>>>();
  /** Workspaces whose tail somebody watches in another process, and what ends passing it on. */
  readonly #lent = new Map<string, { stop: () => void; timer: NodeJS.Timeout }>();
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(state: StateStore, tail: Tail, log: Log, process: string) {
    this.#state = state;
    this.#tail = tail;
    this.#log = log;
    this.#process = process;
  }

  async open(): Promise<void> {
    // One after the other: they share one connection.
    this.#closers.push(await this.#state.listen(scoreChannel, (text) => this.#receive(text, this.#scores)));
    this.#closers.push(await this.#state.listen(momentChannel, (text) => this.#receive(text, this.#moments)));
    this.#closers.push(await this.#state.listen(tailChannel, (text) => this.#receive(text, this.#foreign)));
    this.#closers.push(await this.#state.listen(interestChannel, (text) => this.#lend(text)));
  }

  async close(): Promise<void> {
    for (const { stop, timer } of this.#lent.values()) {
      clearTimeout(timer);
      stop();
    }
    this.#lent.clear();
    for (const close of this.#closers.splice(0)) await close();
  }

  /** Tells subscribers here at once, and those of other processes through PostgreSQL. */
  publishScores(workspace: string, changes: readonly ScoreChange[]): void {
    if (changes.length === 0) return;
    for (const receive of this.#scores.get(workspace) ?? []) receive(changes);
    this.#send(scoreChannel, workspace, changes);
  }

  /** The same for occurrences. */
  publishMoments(workspace: string, changes: readonly MomentNews[]): void {
    if (changes.length === 0) return;
    for (const receive of this.#moments.get(workspace) ?? []) receive(changes);
    this.#send(momentChannel, workspace, changes);
  }

  onMoments(workspace: string, receive: Receive<MomentNews>): () => void {
    return add(this.#moments, workspace, receive);
  }

  onScores(workspace: string, receive: Receive<ScoreChange>): () => void {
    return add(this.#scores, workspace, receive);
  }

  /** The tail of this process and, by asking them every few seconds, of the others. */
  onEvents(workspace: string, receive: Receive<TailEntry>): () => void {
    const stops = [this.#tail.listen(workspace, receive), add(this.#foreign, workspace, receive)];
    const ask = (): void => this.#notify(interestChannel, JSON.stringify({ process: this.#process, workspace }));
    ask();
    const timer = setInterval(ask, interestMs / 2);
    timer.unref();
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  }

  #receive<Item>(text: string, receivers: ReadonlyMap<string, Set<Receive<Item>>>): void {
    const { process, workspace, items } = JSON.parse(text) as { process: string; workspace: string; items: Item[] };
    if (process === this.#process) return;
    for (const receive of receivers.get(workspace) ?? []) receive(items);
  }

  /** Another process watches: pass our tail of the workspace on for a while. */
  #lend(text: string): void {
    const { process, workspace } = JSON.parse(text) as { process: string; workspace: string };
    if (process === this.#process) return;
    const known = this.#lent.get(workspace);
    if (known) clearTimeout(known.timer);
    const stop = known?.stop ?? this.#tail.listen(workspace, (entries) => this.#send(tailChannel, workspace, entries));
    const timer = setTimeout(() => {
      stop();
      this.#lent.delete(workspace);
    }, interestMs);
    timer.unref();
    this.#lent.set(workspace, { stop, timer });
  }

  #send(channel: string, workspace: string, items: readonly object[]): void {
    let batch: object[] = [];
    let size = 200;
    const flush = (): void => {
      if (batch.length > 0) this.#notify(channel, JSON.stringify({ process: this.#process, workspace, items: batch }));
      batch = [];
      size = 200;
    };
    for (const item of items) {
      const length = Buffer.byteLength(JSON.stringify(item)) + 1;
      if (length + 200 > maxPayload) continue; // too large for the channel; the lists have it
      if (size + length > maxPayload) flush();
      batch.push(item);
      size += length;
    }
    flush();
  }

  #notify(channel: string, payload: string): void {
    this.#state
      .notify(channel, payload)
      .catch((error: unknown) => this.#log.debug({ err: error }, 'a hint was not sent'));
  }
}

function add<Item>(map: Map<string, Set<Receive<Item>>>, workspace: string, receive: Receive<Item>): () => void {
  const receivers = map.get(workspace) ?? new Set();
  map.set(workspace, receivers.add(receive));
  return () => {
    receivers.delete(receive);
    if (receivers.size === 0) map.delete(workspace);
  };
}
