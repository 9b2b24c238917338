type Fields = Readonly<Record<string, unknown>>;

/** The key of a request: Basic user name, then `writeKey` of the body, of its first event, then `api_key`. Null: none. */
export function findWriteKey(authorization: string | undefined, json: unknown): string | null {
  return fromHeader(authorization) ?? fromBody(json as Fields);
}

function fromHeader(authorization: string | undefined): string | null {
  const [scheme, value = ''] = authorization?.split(' ') ?? [];
  if (scheme?.toLowerCase() === 'bearer') return text(value);
  if (scheme?.toLowerCase() !== 'basic') return null;
  return text(Buffer.from(value, 'base64').toString('utf8').split(':')[0]);
}

function fromBody(json: Fields): string | null {
  const batch = Array.isArray(json) ? (json as unknown[]) : json['batch'];
  const first: Fields =
    Array.isArray(batch) && typeof batch[0] === 'object' && batch[0] !== null ? (batch[0] as Fields) : {};
  return (
    text(json['writeKey']) ??
    text(first['writeKey']) ??
    text(json['api_key']) ??
    text(json['token']) ??
    text(first['api_key'])
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 256 ? value : null;
}
