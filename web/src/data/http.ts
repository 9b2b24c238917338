/** What the server says when it refuses, RFC 9457. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  /** Mistakes by field, such as `/email`. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, title: string, detail: string, fields: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.fields = fields;
  }
}

/** Whether the session has ended. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}

interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, Asked | readonly string[]>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

type Asked = string | number | boolean | null | undefined;

/** Asks the API of the workspace whose page is open. Throws a `Problem`. */
export async function ask<Answer>(path: string, { method = 'GET', query, body, signal }: Asking = {}): Promise<Answer> {
  const response = await fetch(addressOf(path, query), {
    method,
    headers: { ...workspaceHeader(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(
      0,
      'Not reachable',
      'Rapport does not answer. Your network or the server may be away for a moment.',
    );
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** The address of something to ask for, with its query. */
export function addressOf(path: string, query: Asking['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat())
      if (one !== null && one !== undefined && one !== '') search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The workspace in the address of the page; belongs into the key of what is remembered of it. */
export function openWorkspace(): string | null {
  const slug = /^\/w\/([^/]+)/.exec(location.pathname)?.[1];
  return slug === undefined ? null : decodeURIComponent(slug);
}

/** Which workspace is asked: the one whose page is open. */
export function workspaceHeader(): Record<string, string> {
  const slug = openWorkspace();
  return slug === null ? {} : { 'rapport-workspace': slug };
}

async function problemOf(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as {
    title?: string;
    detail?: string;
    errors?: readonly { path?: string; message?: string }[];
  };
  const fields = Object.fromEntries((said.errors ?? []).map(({ path = '', message = '' }) => [path, message]));
  return new Problem(
    response.status,
    said.title ?? `Error ${response.status}`,
    said.detail ?? 'The server did not say more.',
    fields,
  );
}
