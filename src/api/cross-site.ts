import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a request that changes something and that another site made the browser send. Browsers say where a request
 * comes from: `Sec-Fetch-Site`, or at least `Origin`. What says neither is no browser; with a cookie it must say it.
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: string, withCookie: boolean): void {
  if (safe.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  if (
    site !== undefined ? site === 'same-origin' : origin !== undefined ? isOwn(origin, request, publicUrl) : !withCookie
  )
    return;
  throw new Problem(
    403,
    'From another site',
    `This was not sent by a page of ${publicUrl}. If that is how you reach Rapport, set RAPPORT_PUBLIC_URL to the address in the browser.`,
  );
}

/** The public address; without TLS also what the browser takes for our address, such as localhost for 127.0.0.1. */
function isOwn(origin: string, request: FastifyRequest, publicUrl: string): boolean {
  const { origin: own, protocol } = new URL(publicUrl);
  return origin === own || (protocol === 'http:' && origin === `http://${request.headers.host ?? ''}`);
}
