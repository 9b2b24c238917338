import { addressOf, workspaceHeader } from './http.ts';

/** How a stream is doing: its lag is the time from an event being told to the last heartbeat, in milliseconds. */
export type StreamState = 'opening' | 'open' | 'broken';

interface Watching {
  readonly query?: Readonly<Record<string, string>>;
  readonly onEvent: (name: string, data: unknown) => void;
  readonly onState: (state: StreamState) => void;
}

const firstWaitMs = 500;
const longestWaitMs = 15_000;

/**
 * Reads server-sent events until it is told to stop, and comes back when the connection breaks. With fetch instead of
 * EventSource, which cannot say which workspace is meant.
 */
export function watchStream(path: string, { query, onEvent, onState }: Watching): () => void {
  const abort = new AbortController();
  void (async () => {
    let wait = firstWaitMs;
    while (!abort.signal.aborted) {
      onState('opening');
      try {
        const response = await fetch(addressOf(path, query), { headers: workspaceHeader(), signal: abort.signal });
        if (response.status === 401 || response.status === 403) break;
        if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
        onState('open');
        wait = firstWaitMs;
        await readEvents(response.body, onEvent);
      } catch {
        // Whatever it was, the answer is to try again.
      }
      if (abort.signal.aborted) break;
      onState('broken');
      await new Promise((resume) => setTimeout(resume, wait * (0.75 + Math.random() / 2)));
      wait = Math.min(wait * 2, longestWaitMs);
    }
  })();
  return () => abort.abort();
}

async function readEvents(body: ReadableStream<Uint8Array>, onEvent: Watching['onEvent']): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) tell(block, onEvent);
  }
}

function tell(block: string, onEvent: Watching['onEvent']): void {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice(7);
    if (line.startsWith('data: ')) data.push(line.slice(6));
  }
  if (data.length > 0) onEvent(name, JSON.parse(data.join('\n')));
}
