import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import type { Log } from '../../lib/log.ts';

type Receive = (payload: string) => void;

/**
 * One connection that hears all channels, made when the first is wanted and made again when it breaks. What is sent
 * while it is broken is not heard: a notification is a hint to look, never the only copy of a fact.
 */
export class Listener {
  private readonly channels = new Map<string, Set<Receive>>();
  private readonly config: ClientConfig;
  private readonly log: Log;
  private client: Promise<Client> | null = null;
  private readonly closing = new AbortController();
  /** Statements go one after the other: the driver's own queue is going away. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(config: ClientConfig, log: Log) {
    this.config = { ...config, application_name: 'rapport listener', keepAlive: true };
    this.log = log;
  }

  async listen(channel: string, receive: Receive): Promise<() => Promise<void>> {
    const receivers = this.channels.get(channel) ?? new Set();
    const isFirst = receivers.size === 0;
    this.channels.set(channel, receivers.add(receive));
    const isNew = this.client === null;
    const client = await (this.client ??= this.connect());
    if (isFirst && !isNew) await this.say(client, `LISTEN ${escapeIdentifier(channel)}`);
    return async () => {
      receivers.delete(receive);
      if (receivers.size > 0 || this.closing.signal.aborted) return;
      this.channels.delete(channel);
      const current = await this.client;
      if (current) await this.say(current, `UNLISTEN ${escapeIdentifier(channel)}`).catch(() => {});
    };
  }

  async close(): Promise<void> {
    this.closing.abort();
    const client = await this.client?.catch(() => null);
    await client?.end();
  }

  private say(client: Client, statement: string): Promise<unknown> {
    const said = this.turn.then(() => client.query(statement));
    this.turn = said.catch(() => {});
    return said;
  }

  private async connect(): Promise<Client> {
    const client = new Client(this.config);
    client.on('error', (error) => this.log.warn({ error: error.message }, 'the listening connection broke'));
    client.on('notification', ({ channel, payload }) => {
      for (const receive of this.channels.get(channel) ?? []) receive(payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of this.channels.keys()) await client.query(`LISTEN ${escapeIdentifier(channel)}`);
    } catch (cause) {
      this.client = null;
      await client.end().catch(() => {});
      throw cause;
    }
    client.once('end', () => this.reconnect());
    return client;
  }

  private reconnect(): void {
    if (this.closing.signal.aborted) return;
    this.client = (async () => {
      for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 2_000)) {
        await sleep(pauseMs, undefined, { signal: this.closing.signal });
        try {
          return await this.connect();
        } catch {
          // the engine is still away
        }
      }
    })();
    this.client.catch(() => {}); // only closing ends the loop
  }
}
