import type { TestRapport } from '../app/rapport.testing.ts';
import { rapportItself } from '../store/state/audit.ts';

/** An answer as a browser sees it. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A browser that keeps our cookie and says where its requests come from. */
export interface Browser {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  cookie: string;
}

/** A browser on the pages of this Rapport. */
export function openBrowser(url: string): Browser {
  const browser: Browser = {
    cookie: '',
    send: async (method, path, body, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(method === 'GET' ? {} : { origin: url }),
          ...(browser.cookie === '' ? {} : { cookie: browser.cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const [pair = ''] = (response.headers.get('set-cookie') ?? '').split(';');
      if (pair !== '') browser.cookie = pair.endsWith('=') ? '' : pair;
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
      };
    },
    get: (path, headers) => browser.send('GET', path, undefined, headers),
  };
  return browser;
}

/** What a link holds after its #. */
export function tokenOf(link: unknown): string {
  return String(link).split('#')[1] ?? '';
}

export const goodPassword = 'correct horse battery';

/** The browser of a new admin of the workspace. */
export async function newAdmin(
  { access, url, firstRun }: TestRapport,
  email: string,
  workspace: string = firstRun.workspace,
): Promise<Browser> {
  const browser = openBrowser(url);
  const token = tokenOf(await access.welcomeLink(workspace, rapportItself));
  const body = { token, name: email.split('@')[0], email, password: goodPassword };
  const { status } = await browser.send('POST', '/api/welcome', body);
  if (status !== 200) throw new Error(`The welcome of ${email} was answered ${status}.`);
  return browser;
}

/** The browser of somebody whom `host` has invited with a role. */
export async function newMember(rapport: TestRapport, host: Browser, email: string, role: string): Promise<Browser> {
  const { body } = await host.send('POST', '/api/invitations', { email, role });
  const browser = openBrowser(rapport.url);
  const accept = { token: tokenOf(body['link']), name: email.split('@')[0], password: goodPassword };
  const { status } = await browser.send('POST', '/api/invitations/accept', accept);
  if (status !== 200) throw new Error(`The invitation of ${email} was answered ${status}.`);
  return browser;
}
