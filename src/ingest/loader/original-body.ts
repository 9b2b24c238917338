import { isInexact } from './check.ts';
import { indexStep, unpack } from './decode.ts';
import type { Item, Rejected } from './message.ts';

/** The event as it was sent, with what its batch said for all of them, so that it can be sent again alone. */
export function originalBody({ item, reason }: Rejected): string {
  try {
    const { writeKey: _key, api_key: _apiKey, ...shared } = item.envelope;
    const value = reason === 'id-not-exact' ? withDigits(item) : item.value;
    if (Object.keys(shared).length === 0) return JSON.stringify(value ?? null);
    return JSON.stringify({ ...shared, batch: [value] });
  } catch {
    // Nested too deeply to be written out: keep the whole request.
    return item.raw?.toString('utf8') ?? '';
  }
}

/** The item read once more with the digits of its numbers as they were sent: they are what is wrong with it. */
function withDigits({ raw, value, index }: Item): unknown {
  if (!raw) return value;
  const body = json.parse(raw.toString('utf8'), (_key, one, { source }) =>
    isInexact(one) ? json.rawJSON(source) : one,
  );
  return unpack(body).list[index % indexStep];
}

/** JSON.parse with source text (ECMAScript 2026), which the language's types do not know yet. */
const json = JSON as unknown as {
  parse(text: string, revive: (key: string, value: unknown, context: { source: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
};
