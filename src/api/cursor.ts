import { createHash } from 'node:crypto';
import { z } from 'zod';
import { maxName } from '../ingest/loader/check.ts';
import { badRequest } from './problem.ts';

/** Longest beginning of a text that a list is sorted by, in characters; a cursor has to fit into an address. */
export const maxSortText = 256;

/** JSON writes a control character as six bytes. */
const bytesPerCharacter = 6;
const numbersAndPunctuation = 512;

/** Longest cursor that a list can make: the beginning of a text and an id in full, base64url of their JSON. */
export const maxCursor = Math.ceil(((maxSortText + maxName) * bytesPerCharacter + numbersAndPunctuation) / 3) * 4;

type Part = string | number | null;
type Place = readonly (Part | readonly Part[])[];

/** An instant inside a cursor: UTC, epoch milliseconds, one that the engines can hold. */
export const placeInstant = z
  .number()
  .int()
  .min(0)
  .max(Date.UTC(2299, 0, 1) - 1);

/** An opaque place in a list: JSON of our own in base64url. `list` names the list and its order. */
export function encodeCursor(list: string, place: Place): string {
  return Buffer.from(JSON.stringify([stampOf(list), ...place])).toString('base64url');
}

/** Reads a cursor that `encodeCursor` made for the same list; throws a 400 for anything else. */
export function decodeCursor<Shape extends z.ZodType>(list: string, cursor: string, shape: Shape): z.infer<Shape> {
  try {
    const [stamp, ...place] = z
      .array(z.union([part, z.array(part)]))
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (stamp === stampOf(list)) return shape.parse(place);
  } catch {
    // Said below.
  }
  throw badRequest('query', ['cursor'], 'is not a cursor of this list. Take `next` of the answer before, unchanged');
}

/** No engine takes a NUL. */
const part = z.union([z.string().refine((text) => !text.includes('\u0000')), z.number(), z.null()]);

/** Short, so that the cursor of one list is not taken for a place in another one. */
function stampOf(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 8);
}
