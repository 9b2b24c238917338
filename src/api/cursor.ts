import { z } from 'zod';
import { badRequest } from './problem.ts';

/** An opaque place in a list: JSON of our own in base64url. */
export function encodeCursor(place: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a cursor that `encodeCursor` made; throws a 400 for anything else. */
export function decodeCursor<Shape extends z.ZodType>(cursor: string, shape: Shape): z.infer<Shape> {
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw badRequest('query.cursor', 'is not a cursor of this list. Take `next` of the answer before, unchanged');
  }
}
