import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the network does to one request. */
export type Trouble = 'pass' | 429 | 500 | 503 | 'answer-lost';

/** A network edge before a server: answers some requests itself, as an overloaded proxy does, and loses some answers. */
export interface Edge {
  readonly url: string;
  /** What was asked, and what came of it. */
  readonly log: { readonly method: string; readonly path: string; readonly trouble: Trouble }[];
  close(): Promise<void>;
}

/** Opens an edge before `target`; `decide` says what happens to the n-th POST. */
export async function openEdge(target: string, decide: (post: number) => Trouble): Promise<Edge> {
  const log: Edge['log'] = [];
  let posts = 0;
  const server = createServer((incoming, answer) => {
    const trouble = incoming.method === 'POST' ? decide(posts++) : 'pass';
    log.push({ method: incoming.method ?? '', path: incoming.url ?? '', trouble });
    if (typeof trouble === 'number') refuse(incoming, answer, trouble);
    else forward(incoming, answer, target, trouble);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, log, close: () => closeServer(server) };
}

function refuse(incoming: IncomingMessage, answer: ServerResponse, status: number): void {
  incoming.resume();
  incoming.on('end', () => {
    const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' };
    answer.writeHead(status, {
      ...cors,
      'content-type': 'application/json',
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    });
    answer.end('{"code":"storm","message":"try again","error":{"code":"storm"}}');
  });
}

/** 'answer-lost': the server does its work, but the client sees a failure and sends the same again. */
function forward(incoming: IncomingMessage, answer: ServerResponse, target: string, trouble: Trouble): void {
  const onward = request(
    `${target}${incoming.url}`,
    { method: incoming.method, headers: incoming.headers },
    (inner) => {
      if (trouble === 'answer-lost') {
        inner.resume();
        inner.on('end', () =>
          answer.writeHead(503, { 'access-control-allow-origin': '*' }).end('{"code":"storm","message":"lost"}'),
        );
        return;
      }
      answer.writeHead(inner.statusCode ?? 500, inner.headers);
      inner.pipe(answer);
    },
  );
  onward.on('error', () => answer.destroy());
  incoming.pipe(onward);
}

/** Closes a server with its connections. */
export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
