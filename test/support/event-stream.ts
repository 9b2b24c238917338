/** A subscription to server-sent events, with what has come so far. */
export interface EventStreamReader {
  /** Resolves when the server has answered. */
  readonly opened: Promise<void>;
  readonly received: Record<string, unknown>[];
  /** When each of `received` came, `performance.now()`. */
  readonly times: number[];
  close(): Promise<void>;
}

/** Subscribes; keeps every message. */
export function readStream(url: string, key: string): EventStreamReader {
  const received: Record<string, unknown>[] = [];
  const times: number[] = [];
  const stop = new AbortController();
  const answer = fetch(url, { headers: { authorization: `Bearer ${key}` }, signal: stop.signal });
  const read = async (): Promise<void> => {
    let rest = '';
    const { body } = await answer;
    for await (const text of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const messages = `${rest}${text}`.split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (data === undefined) continue;
        times.push(performance.now());
        received.push(JSON.parse(data) as Record<string, unknown>);
      }
    }
  };
  const reading = read().catch(() => {}); // closed, or the server is gone
  const expectOpen = async (): Promise<void> => {
    const { status } = await answer;
    if (status !== 200) throw new Error(`GET ${url} answered ${status}`);
  };
  return {
    opened: expectOpen(),
    received,
    times,
    close: async () => {
      stop.abort();
      await reading;
    },
  };
}
