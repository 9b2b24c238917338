import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { TooMany } from '../../access/attempts.ts';
import { callbackPath } from '../../access/single-sign-on.ts';
import { Refused } from '../../access/refused.ts';
import { problems } from '../contract.ts';
import { readCookie, setCookie } from '../cookies.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { originOf } from './sign-in.ts';

const tags = ['Sign-in'];
const redirect = {
  302: z.null().meta({ description: 'On to the provider or the page; with `?problem=` back to the sign-in page.' }),
  400: problems[400],
  500: problems[500],
};

/** Single sign-on. Browsers are sent here, so what goes wrong is told on the sign-in page. */
export function oidcRoutes(server: ApiServer, deps: ApiDeps): void {
  const { access, publicUrl } = deps;
  server.get(
    '/api/sign-in/oidc',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'startSingleSignOn',
        summary: 'Single sign-on: sends the browser to the identity provider',
        querystring: z.strictObject({
          to: z.string().max(2000).default('/').meta({ description: 'A path of ours to go to afterwards.' }),
        }),
        response: redirect,
      },
    },
    async (request, reply) =>
      orBack(deps, reply, async () => {
        const { url, state } = await access.leaveForProvider(request.query.to, originOf(request));
        setCookie(reply, 'oidc', publicUrl(), state);
        return url;
      }),
  );
  server.get(
    callbackPath,
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'finishSingleSignOn',
        summary: 'Single sign-on: where the identity provider sends the browser back to',
        // Providers add what they like; what counts is checked by the protocol.
        querystring: z.looseObject({ state: z.string().max(200).optional() }),
        response: redirect,
      },
    },
    async (request, reply) =>
      orBack(deps, reply, async () => {
        const query = request.url.split('?')[1] ?? '';
        const kept = readCookie(request, 'oidc', publicUrl());
        const { cookie, to } = await access.returnFromProvider({ query, kept }, originOf(request));
        setCookie(reply, 'session', publicUrl(), cookie);
        setCookie(reply, 'oidc', publicUrl(), null);
        return `${publicUrl()}${to}`;
      }),
  );
}

/** Sends the browser on, or back to the sign-in page with the reason. */
async function orBack(
  { log, publicUrl }: ApiDeps,
  reply: FastifyReply,
  work: () => Promise<string>,
): Promise<FastifyReply> {
  try {
    return reply.redirect(await work(), 302);
  } catch (error) {
    const isOurs = error instanceof Refused || error instanceof TooMany;
    if (!isOurs) log.warn({ err: error }, 'single sign-on failed');
    const reason = error instanceof Refused ? error.reason : error instanceof TooMany ? 'too-many' : 'provider-failed';
    return reply.redirect(`${publicUrl()}/sign-in?problem=${reason}`, 302);
  }
}
