import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import type { Control } from './control.ts';

/** Prometheus metrics of this process: Node's own, requests by route, and the figures of its parts. */
export interface Metrics {
  /** The text of /metrics. */
  text(): Promise<{ type: string; body: string }>;
}

/** Measures every request of the server; parts are asked when the page is read. */
export function measure(server: FastifyInstance, control: Control): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'rapport_' });
  const requests = new Histogram({
    name: 'rapport_http_request_seconds',
    help: 'Time to answer, by route and status class.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'; // the pattern, never the address: no ids in labels
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    requests.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
  });
  return {
    text: async () => {
      const parts = new Registry();
      const metrics = new Map<string, Gauge | Counter>();
      for (const { name, kind, help, labels, value } of await control.figures()) {
        const options = { name, help, labelNames: Object.keys(labels), registers: [parts] };
        const metric = metrics.get(name) ?? (kind === 'gauge' ? new Gauge(options) : new Counter(options));
        metrics.set(name, metric);
        metric.inc(labels, value);
      }
      return { type: registry.contentType, body: `${await registry.metrics()}\n${await parts.metrics()}` };
    },
  };
}
