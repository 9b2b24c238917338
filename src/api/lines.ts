import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Log } from '../lib/log.ts';
import { problemAnd } from './problem.ts';

/**
 * Answers JSON lines, block by block. After an error in the middle the last line is `{"problem": …}`, because the status is
 * sent already; an error before the first line is answered as usual.
 */
export async function sendLines(
  reply: FastifyReply,
  log: Log,
  blocks: AsyncIterable<readonly object[]>,
): Promise<FastifyReply> {
  const iterator = blocks[Symbol.asyncIterator]();
  const first = await iterator.next();
  return reply.type('application/x-ndjson').send(Readable.from(lines(first, iterator, log)));
}

async function* lines(
  first: IteratorResult<readonly object[]>,
  iterator: AsyncIterator<readonly object[]>,
  log: Log,
): AsyncIterable<string> {
  let current = first;
  try {
    while (!current.done) {
      yield current.value.map((one) => `${JSON.stringify(one)}\n`).join('');
      current = await iterator.next();
    }
  } catch (error) {
    const { status, title, message } = problemAnd(log, error);
    yield `${JSON.stringify({ problem: { type: 'about:blank', title, status, detail: message } })}\n`;
  } finally {
    if (!current.done) await iterator.return?.(); // the reader went away: the engine's work ends too
  }
}
