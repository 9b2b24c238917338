import { randomUUID } from 'node:crypto';

/** Sends events like an SDK does: the same batch again until it is acknowledged. Remembers what was. */
export class Sender {
  readonly sent = new Set<string>();
  readonly acknowledged = new Set<string>();
  #stopped = false;
  readonly #url: string;
  readonly #key: string;
  readonly #accounts: number;

  constructor(url: string, key: string, accounts = 50) {
    this.#url = url;
    this.#key = key;
    this.#accounts = accounts;
  }

  /** Sends batches one after the other until `stop`; a batch that was not acknowledged is sent again. */
  async run(batchSize = 20): Promise<void> {
    while (!this.#stopped) {
      const batch = Array.from({ length: batchSize }, () => this.#event());
      for (const { messageId } of batch) this.sent.add(messageId);
      await this.#deliver(batch);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #deliver(batch: { messageId: string }[]): Promise<void> {
    const body = JSON.stringify({ batch, writeKey: this.#key, sentAt: new Date().toISOString() });
    while (true) {
      const status = await fetch(`${this.#url}/v1/batch`, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })
        .then(async (answer) => (await answer.arrayBuffer(), answer.status))
        .catch(() => 0);
      if (status === 200) {
        for (const { messageId } of batch) this.acknowledged.add(messageId);
        return;
      }
      if (this.#stopped) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #event(): { messageId: string; type: string; event: string; userId: string; timestamp: string; context: object } {
    const account = Math.floor(Math.random() * this.#accounts);
    return {
      messageId: randomUUID(),
      type: 'track',
      event: 'Signed In',
      userId: `person-${account}`,
      timestamp: new Date().toISOString(),
      context: { groupId: `account-${account}` },
    };
  }
}

/** Every id of the workspace's events, by the API's own paging. */
export async function storedIds(url: string, key: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = `limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const answer = await fetch(`${url}/api/events?${query}`, { headers: { authorization: `Bearer ${key}` } });
    if (!answer.ok) throw new Error(`GET /api/events answered ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as { data: { id: string }[]; next: string | null };
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next;
  }
  return ids;
}
