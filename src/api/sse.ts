import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from './principal.ts';

const heartbeatMs = 15_000;
/** How often a stream asks whether its reader still may, for when word of a revoked key or session is lost. */
const recheckMs = 10_000;
const maxWaitingBytes = 1 << 20;

/** One open stream of server-sent events. */
export interface EventStream {
  /** Sends one message. A reader that does not keep up is let go; it connects again and reads the list. */
  send(event: string, data: unknown): void;
}

/**
 * Turns the answer into a stream of server-sent events. `open` subscribes and returns what ends the subscription,
 * which is called once, when the reader goes or the server closes.
 */
export function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  open: (stream: EventStream) => () => void,
): void {
  reply.hijack();
  const raw = reply.raw;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  raw.write('retry: 2000\n\n');
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
  heartbeat.unref();
  const stop = open({
    send: (event, data) => {
      if (raw.writableLength > maxWaitingBytes) raw.destroy();
      else raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
  });
  const recheck = async (): Promise<void> => {
    if (!(await request.stillAllowed())) raw.end();
  };
  const rechecks = setInterval(() => void recheck(), recheckMs);
  rechecks.unref();
  openStreams.set(raw, { principal: request.principal, recheck });
  raw.once('close', () => {
    clearInterval(heartbeat);
    clearInterval(rechecks);
    openStreams.delete(raw);
    stop();
  });
  raw.on('error', (error) => request.log.debug({ err: error }, 'a live stream broke'));
}

const openStreams = new Map<FastifyReply['raw'], { readonly principal: Principal | null; recheck(): Promise<void> }>();

/** Ends the streams of these principals who may not read any more. */
export function recheckStreams(concerns: (principal: Principal) => boolean): void {
  for (const stream of openStreams.values()) if (stream.principal && concerns(stream.principal)) void stream.recheck();
}

/** Ends all streams of this process, so that the server can close. */
export function endStreams(): void {
  for (const raw of openStreams.keys()) raw.end();
}
