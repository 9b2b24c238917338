import * as client from 'openid-client';

/** Where people of the organisation sign in, and what we are called there. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whoever has an address of one of these may come in as a viewer, uninvited. */
  readonly domains: readonly string[];
}

/** Whom the provider vouches for. */
export interface OidcPerson {
  readonly subject: string;
  /** Small letters; the provider says that it is theirs. Null: it does not. */
  readonly email: string | null;
  readonly name: string;
}

/** What is kept between leaving for the provider and coming back. */
export interface OidcTrip {
  readonly verifier: string;
  readonly nonce: string;
  readonly to: string;
}

/** An OpenID provider: code flow with PKCE, state and nonce; the signature, issuer and audience of its token are checked. */
export interface Oidc {
  readonly settings: OidcSettings;
  /** Where to send the browser. */
  leave(trip: OidcTrip, at: { state: string; redirect: string }): Promise<string>;
  /** Who came back. Throws when the answer is not the one that was asked for. */
  comeBack(trip: OidcTrip, at: { state: string; url: URL }): Promise<OidcPerson>;
}

const timeoutSeconds = 10;
const scope = 'openid email profile';

/** The provider is asked about itself when somebody first signs in: it may be away while Rapport starts. */
export function openOidc(settings: OidcSettings): Oidc {
  let known: Promise<client.Configuration> | null = null;
  const configuration = async (): Promise<client.Configuration> => {
    known ??= discover(settings);
    return known.catch((error: unknown) => {
      known = null;
      throw error;
    });
  };
  return {
    settings,
    leave: async ({ verifier, nonce }, { state, redirect }) => {
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirect,
        scope,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    },
    comeBack: async ({ verifier, nonce }, { state, url }) => {
      const config = await configuration();
      const tokens = await client.authorizationCodeGrant(config, url, {
        pkceCodeVerifier: verifier,
        expectedNonce: nonce,
        expectedState: state,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('The provider sent no identity.');
      if (claims['email'] !== undefined) return personOf(claims.sub, claims);
      return personOf(claims.sub, await client.fetchUserInfo(config, tokens.access_token, claims.sub));
    },
  };
}

/** New random values for one trip. */
export function newTrip(to: string): OidcTrip {
  return { verifier: client.randomPKCECodeVerifier(), nonce: client.randomNonce(), to };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const authenticate: client.ClientAuth = (server, ...rest) => {
    const way = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false;
    (way ? client.ClientSecretPost(clientSecret) : client.ClientSecretBasic(clientSecret))(server, ...rest);
  };
  const insecure = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
  return client.discovery(new URL(issuer), clientId, clientSecret, authenticate, {
    // Signatures are checked too, though the token comes straight from the provider.
    execute: [client.enableNonRepudiationChecks, ...insecure],
    timeout: timeoutSeconds,
  });
}

function personOf(subject: string, claims: Readonly<Record<string, unknown>>): OidcPerson {
  const { email, email_verified: isVerified, name } = claims;
  return {
    subject,
    email: typeof email === 'string' && isVerified === true ? email.toLowerCase() : null,
    name: typeof name === 'string' ? name.trim().slice(0, 200) : '',
  };
}
