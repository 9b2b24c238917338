import { z } from 'zod';
import type { Permission } from './permission.ts';
import { openApiDocument } from './reference.ts';

/** A JSON Schema as the document writes it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** One operation of the API document. */
export interface Operation {
  readonly method: string;
  /** With `{names}`. */
  readonly path: string;
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly 'x-permission'?: Permission;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

const document = (await openApiDocument()) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** Everything that the document describes. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
);

/** The operation of that name. */
export function operationOf(id: string): Operation {
  const found = operations.find(({ operationId }) => operationId === id);
  if (!found) throw new Error(`The document has no operation ${id}.`);
  return found;
}

/** The schema itself, when the document only points to it. */
export function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
}

/** What an answer has that the document does not say; null when it fits. */
export function misfit(operation: Operation, answer: { status: number; type: string; text: string }): string | null {
  const declared = operation.responses[answer.status];
  if (!declared) return `${answer.status} is not declared: ${answer.text.slice(0, 300)}`;
  if (!declared.content) return answer.text === '' ? null : 'has a body';
  const type = answer.type.split(';')[0] ?? '';
  const content = declared.content[type];
  if (!content) return `${type} is not declared`;
  const check = zodOf(content.schema);
  const values = type.endsWith('json') ? bodies(type, answer.text) : [answer.text];
  for (const value of values) {
    const { error } = check.safeParse(value);
    if (error) return z.prettifyError(error);
  }
  return null;
}

function bodies(type: string, text: string): unknown[] {
  const texts = type === 'application/x-ndjson' ? text.trim().split('\n').filter(Boolean) : [text];
  return texts.map((one): unknown => JSON.parse(one));
}

function zodOf(schema: Schema): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(
    JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as z.core.JSONSchema.JSONSchema,
  );
}
