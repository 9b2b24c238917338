import { z } from 'zod';
import { maxName } from '../ingest/loader/check.ts';
import { timeOf } from '../model/typed.ts';
import { maxCursor } from './cursor.ts';
import { passwordLength } from '../access/identities.ts';
import { roles } from '../access/roles.ts';

/** An instant as others write it: ISO 8601 with a zone, or a date (its midnight, UTC). Becomes epoch milliseconds. */
export const instant = z
  .string()
  .transform((text, context) => {
    const parsed = parseInstant(text);
    if (parsed !== null) return parsed;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not an instant; write it like 2026-06-01T00:00:00Z or 2026-06-01`,
    });
    return z.NEVER;
  })
  .meta({ description: 'ISO 8601 with a zone, such as 2026-06-01T00:00:00Z; a date alone is its midnight, UTC.' });

/** Epoch milliseconds of an ISO 8601 text with a zone or of a date; null for anything else, 31 February too. */
export function parseInstant(text: string): number | null {
  const isWhole = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/.test(text);
  return isWhole ? timeOf(text) : null;
}

/** UTC epoch milliseconds as ISO 8601. */
export function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** An instant in an answer. */
export const isoInstant = z.string().meta({ format: 'date-time', examples: ['2026-06-01T00:00:00.000Z'] });

/** An identifier that a customer's system chose. */
export const identifier = z.string().min(1).max(maxName);

/** Page size and place, for every list. */
export const page = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Rows per answer, up to 1000.' }),
  cursor: z.string().max(maxCursor).optional().meta({ description: '`next` of the answer before.' }),
};

/** What every list answers: rows, how many there are in all, and where to go on (null at the end). */
export function listOf<Row extends z.ZodType>(row: Row) {
  return z.object({ data: z.array(row), total: z.number().int(), next: z.string().nullable() });
}

/** An error, RFC 9457. */
export const problemBody = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
  })
  .meta({ id: 'Problem', description: 'What went wrong, where, and what to do.' });

/** An error as an operation declares it. */
export function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemBody } } };
}

/** Lines of JSON, each of them fits the schema. */
export function jsonLines<Line extends z.ZodType>(line: Line, description: string) {
  return { description, content: { 'application/x-ndjson': { schema: line } } };
}

/** Messages of a stream that stays open. */
export function eventStream(description: string) {
  return { description, content: { 'text/event-stream': { schema: z.string() } } };
}

/** The errors that any route behind a key can answer. */
export const problems = {
  400: problem('A value cannot be used; `errors` says which.'),
  401: problem('No key, or one that does not exist or was revoked.'),
  403: problem('The key is of a kind that may not do this.'),
  404: problem('There is no such thing in this workspace.'),
  429: problem('Too many wrong keys or attempts; wait as Retry-After says.'),
  500: problem('A mistake of ours; the log of the server has the details.'),
  503: problem('An engine is away or its disk is full; try again as Retry-After says.'),
} as const;

/** Those of routes that take a body. */
export const bodyProblems = {
  ...problems,
  413: problem('The body is too large.'),
  415: problem('The body is not JSON.'),
} as const;

/** 409 of routes that need a published model. */
export const noModelProblem = problem('This workspace has no published model.');

/** 422 of routes that take a model. */
export const modelProblem = problem('The model has errors; `diagnostics` says which.');

/** The four bands. */
export const band = z.enum(['engaged', 'neutral', 'disengaged', 'unknown']);

/** A diagnostic of a model file. */
export const diagnosticBody = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    message: z.string(),
    hint: z.string().optional(),
    length: z.number().int().optional(),
  })
  .meta({ id: 'Diagnostic' });

/** A model file as a request carries it. */
export const modelSource = {
  yaml: z.string().min(1).max(1_000_000).meta({ description: 'The text of the model.' }),
  file: z.string().min(1).max(500).default('model.yaml').meta({ description: 'Its name, for diagnostics.' }),
  extended: z
    .record(z.string(), z.string().max(1_000_000))
    .default({})
    .meta({ description: 'Texts of the files it extends, by the name it uses. Shipped models need not be sent.' }),
};

/** What somebody may do in a workspace. */
export const role = z.enum(roles);

/** An e-mail address, in small letters: it is one person however it is typed. */
export const email = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** What somebody is called. */
export const name = z.string().trim().min(1).max(200);

/** A new password. */
export const password = z
  .string()
  .min(passwordLength.min)
  .max(passwordLength.max)
  .meta({ description: `${passwordLength.min} characters or more.` });

/** What a link holds after its #. */
export const token = z.string().min(1).max(200).meta({ description: 'What the link holds after its #.' });

/** A language as browsers name it; empty: what the browser says. */
export const locale = z.string().max(35).refine(isLocale, 'is not a language such as de-AT');

/** An IANA time zone; empty: what the browser says. */
export const timeZone = z.string().max(64).refine(isTimeZone, 'is not a time zone such as Europe/Vienna');

function isLocale(text: string): boolean {
  return text === '' || succeeds(() => Intl.getCanonicalLocales(text));
}

function isTimeZone(text: string): boolean {
  return text === '' || succeeds(() => new Intl.DateTimeFormat('en', { timeZone: text }));
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
