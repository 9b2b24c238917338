import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a cookie of ours is for. */
export type CookieUse = 'session' | 'oidc';

const maxAgeSeconds: Readonly<Record<CookieUse, number>> = { session: 90 * 24 * 3600, oidc: 600 };

/**
 * Over https a name that browsers only take from this very host, over TLS. Else one with the port: cookies do not know
 * ports, and two Rapports on one machine must not sign each other out.
 */
export function cookieName(use: CookieUse, publicUrl: string): string {
  const { protocol, port } = new URL(publicUrl);
  return protocol === 'https:' ? `__Host-rapport-${use}` : `rapport-${use}${port === '' ? '' : `-${port}`}`;
}

/** The value of our cookie; null when the request has none. */
export function readCookie(request: FastifyRequest, use: CookieUse, publicUrl: string): string | null {
  const name = cookieName(use, publicUrl);
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    const value = part.slice(at + 1).trim();
    if (part.slice(0, at).trim() === name && /^[\w-]{1,200}$/.test(value)) return value;
  }
  return null;
}

/** Gives the browser a cookie that no script and no other site gets to see; null takes it away. */
export function setCookie(reply: FastifyReply, use: CookieUse, publicUrl: string, value: string | null): void {
  const parts = [
    `${cookieName(use, publicUrl)}=${value ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${value === null ? 0 : maxAgeSeconds[use]}`,
    ...(publicUrl.startsWith('https:') ? ['Secure'] : []),
  ];
  reply.header('set-cookie', parts.join('; '));
}
