import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';

/** Somebody at the provider. */
export interface ProviderAccount {
  readonly id: string;
  readonly email: string;
  readonly verified: boolean;
}

/** A real OpenID provider on loopback, where whoever comes is the account that was chosen. */
export interface TestProvider {
  readonly issuer: string;
  /** Registers the client; once, when its address is known. */
  allow(redirect: string): void;
  choose(account: ProviderAccount): void;
  close(): Promise<void>;
}

export const testClient = { id: 'rapport', secret: 'a secret of at least thirty-two bytes' } as const;

/** Starts one on a free port. */
export async function startProvider(): Promise<TestProvider> {
  let provider: Provider | null = null;
  let chosen: ProviderAccount = { id: 'nobody', email: '', verified: false };
  const server = createServer((request, response) => {
    if (!provider) response.writeHead(503).end();
    else if (request.url?.startsWith('/interaction/')) void answer(provider, chosen, request, response);
    else provider.callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    issuer,
    allow: (redirect) => (provider = newProvider(issuer, redirect, () => chosen)),
    choose: (account) => (chosen = account),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function newProvider(issuer: string, redirect: string, chosen: () => ProviderAccount): Provider {
  return new Provider(issuer, {
    clients: [{ client_id: testClient.id, client_secret: testClient.secret, redirect_uris: [redirect] }],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['for the test'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        email: chosen().email,
        email_verified: chosen().verified,
        name: `Name of ${id}`,
      }),
    }),
  });
}

/** Signs in as the chosen account and agrees to everything. */
async function answer(
  provider: Provider,
  { id }: ProviderAccount,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, session, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    const login = { accountId: id };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  }
  const grant = new provider.Grant({ accountId: session?.accountId ?? id, clientId: params.client_id });
  grant.addOIDCScope('openid email profile');
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}
