import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../app/config.ts';
import { type OpenOptions, openRapport, type Rapport } from '../app/open.ts';
import { readServerFile } from '../app/server-file.ts';
import { systemClock } from '../lib/clock.ts';
import { DataDirectoryInUse } from '../store/embedded/lock.ts';
import { Failure } from './failure.ts';
import { openLog } from './log.ts';
import { configOf } from './options.ts';
import { ProgressLine } from './terminal.ts';

/** How commands reach a Rapport: always through its API, as the operator. */
export interface Client {
  /** The answer's body; a problem becomes a `Failure` with its detail. */
  request<Body>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Body>;
  /** An answer of JSON lines, one by one. */
  lines<Line>(method: 'GET' | 'POST', path: string, body?: object): AsyncIterable<Line>;
  /** Messages of a stream of server-sent events. */
  events<Data>(path: string, signal?: AbortSignal): AsyncIterable<Data>;
  readonly url: string;
  close(): Promise<void>;
}

const startingMs = 60_000;

/**
 * One rule: a Rapport that runs on the data directory is asked through its API; if none runs, one is started for this
 * command, on loopback, asked in the same way, and stopped.
 */
export async function connect(config: Config, workspace: string): Promise<Client> {
  const end = systemClock.now() + startingMs;
  const line = new ProgressLine();
  try {
    for (;;) {
      const running = await findRunning(config, workspace);
      if (running) return running;
      try {
        const rapport = await openRapport({
          config: { ...config, host: '127.0.0.1', port: 0 },
          log: openLog(config.logLevel),
          onStep: (step) => line.show(`No Rapport is running: ${step} …`),
        });
        const file = readServerFile(config.dataDir);
        if (!file) throw new Error('The server that was just started has left no address.');
        return clientOf(file, workspace, () => rapport.close());
      } catch (error) {
        // Another one holds the directory: it is starting or stopping, or it hangs.
        if (!(error instanceof DataDirectoryInUse) || systemClock.now() > end) throw error;
        line.show('Waiting for the Rapport that is starting …');
        await sleep(300);
      }
    }
  } finally {
    line.end();
  }
}

/** Asks as a command does: connects, works, and lets go again. */
export async function asking<Answer>(
  options: Readonly<Record<string, unknown>> & { readonly workspace: string },
  work: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  const client = await connect(configOf(options), options.workspace);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Opens a Rapport that stays; if one runs on the data directory already, says where. */
export async function openToStay(options: OpenOptions): Promise<Rapport> {
  try {
    return await openRapport(options);
  } catch (error) {
    const isTaken =
      error instanceof DataDirectoryInUse || (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');
    const running = isTaken ? await findRunning(options.config, 'default') : null;
    if (!running) throw error;
    const { dataDir } = options.config;
    throw new Failure([
      `Rapport is running on the data directory ${dataDir} already: ${running.url}`,
      'Use that one, or stop it first. A second one needs its own data directory and port: --data-dir, --port.',
    ]);
  }
}

/** Asks the Rapport that runs; what it answers holds its address, which one started for a moment has not. */
export async function askingRunning<Answer>(
  options: Readonly<Record<string, unknown>> & { readonly workspace: string },
  work: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  const client = await findRunning(configOf(options), options.workspace);
  if (!client) throw new Failure('No Rapport is running on this data directory. Start one: rapport serve');
  return work(client);
}

/** The Rapport that runs on the data directory; null when none answers. */
export async function findRunning(config: Config, workspace: string): Promise<Client | null> {
  const file = readServerFile(config.dataDir);
  if (!file) return null;
  const client = clientOf(file, workspace, async () => {});
  try {
    const response = await fetch(`${file.url}/api/workspaces`, {
      headers: { authorization: `Bearer ${file.token}` },
      signal: AbortSignal.timeout(5_000),
    });
    await response.body?.cancel();
    return response.status === 200 || response.status === 503 ? client : null;
  } catch {
    return null;
  }
}

function clientOf(
  { url, token }: { url: string; token: string },
  workspace: string,
  close: () => Promise<void>,
): Client {
  const send = async (method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'rapport-workspace': workspace,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
    if (!response.ok) throw await failureOf(response);
    return response;
  };
  return {
    url,
    request: async <Body>(method: string, path: string, body?: object) => {
      const response = await send(method, path, body);
      return (response.status === 204 ? null : await response.json()) as Body;
    },
    lines: async function* <Line>(method: string, path: string, body?: object) {
      for await (const text of textLines(await send(method, path, body)))
        if (text !== '') yield JSON.parse(text) as Line;
    },
    events: async function* <Data>(path: string, signal?: AbortSignal) {
      for await (const text of textLines(await send('GET', path, undefined, signal))) {
        if (text.startsWith('data: ')) yield JSON.parse(text.slice(6)) as Data;
      }
    },
    close,
  };
}

/** The answer to a request that failed. */
export interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly diagnostics?: readonly object[];
  readonly mistakes?: readonly { readonly line: number; readonly message: string }[];
}

/** A refusal of the API, with all that it said. */
export class Refusal extends Failure {
  readonly problem: ProblemBody;
  readonly status: number;
  constructor(status: number, problem: ProblemBody) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.problem = problem;
    this.status = status;
  }
}

async function failureOf(response: Response): Promise<Refusal> {
  const text = await response.text();
  try {
    return new Refusal(response.status, JSON.parse(text) as ProblemBody);
  } catch {
    return new Refusal(response.status, { detail: `The server answered ${response.status}: ${text.slice(0, 200)}` });
  }
}

async function* textLines(response: Response): AsyncIterable<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
