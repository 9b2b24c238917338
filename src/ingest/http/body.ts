import { gunzip, gunzipSync } from 'node:zlib';
import type { Refusal } from './answer.ts';

/** Largest body, as sent and inflated. Clients keep to 500 KB. */
export const maxBodyBytes = 4 << 20;
/** Smaller ones are inflated at once: handing them to another thread costs more. */
const smallGzip = 16 << 10;

/** A body as it will be stored, and its JSON. */
export interface Body {
  readonly raw: Buffer;
  readonly json: unknown;
}

/** Inflates and parses by content; what headers say about the type does not matter (clients send JSON as anything). */
export function readBody(given: unknown, encoding: string | undefined): Body | Refusal | Promise<Body | Refusal> {
  const sent = Buffer.isBuffer(given) ? given : Buffer.alloc(0);
  // A proxy may have inflated the body and left the header: JSON starts with a brace or bracket.
  const looksLikeJson = sent[0] === 0x7b || sent[0] === 0x5b || hasByteOrderMark(sent);
  const isGzip = (sent[0] === 0x1f && sent[1] === 0x8b) || (!looksLikeJson && /\bgzip\b/i.test(encoding ?? ''));
  return isGzip ? inflate(sent).then((raw) => (Buffer.isBuffer(raw) ? parse(raw) : raw)) : parse(sent);
}

function parse(inflated: Buffer): Body | Refusal {
  const raw = hasByteOrderMark(inflated) ? inflated.subarray(3) : inflated;
  try {
    const json: unknown = JSON.parse(raw.toString('utf8'));
    if (typeof json === 'object' && json !== null) return { raw, json };
  } catch {
    // Said below.
  }
  return {
    status: 400,
    code: 'broken-json',
    message: 'The body is not JSON; send one event or a batch as a JSON object.',
  };
}

/** Some editors and Windows programs put one before the text; JSON.parse does not take it. */
function hasByteOrderMark(raw: Buffer): boolean {
  return raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf;
}

async function inflate(sent: Buffer): Promise<Buffer | Refusal> {
  const options = { maxOutputLength: maxBodyBytes };
  try {
    if (sent.length <= smallGzip) return gunzipSync(sent, options);
    return await new Promise<Buffer>((resolve, reject) => {
      gunzip(sent, options, (error, inflated) => (error ? reject(error) : resolve(inflated)));
    });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLarge
      ? tooLarge
      : { status: 400, code: 'broken-gzip', message: 'The body cannot be inflated as gzip.' };
  }
}

export const tooLarge: Refusal = {
  status: 413,
  code: 'too-large',
  message: `The body is larger than ${maxBodyBytes >> 20} MB; send smaller batches.`,
};
