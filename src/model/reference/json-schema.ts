import { z } from 'zod';
import { modelSchema } from '../schema.ts';

/** A part of a JSON Schema, as far as the pages made from it look at it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

/** The schema of the language itself, without what only extending allows. */
export function languageSchema(): SchemaNode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- SchemaNode names the few keys that Zod writes for this schema
  return z.toJSONSchema(modelSchema, { target: 'draft-2020-12', io: 'input' }) as SchemaNode;
}

/** The JSON Schema of a model file, for completion and checks in editors. Any named thing may be null, which removes it. */
export function modelJsonSchema(): Record<string, unknown> {
  const schema = languageSchema();
  const properties = Object.entries(schema.properties ?? {}).map(([key, node]) => [key, removable(node)]);
  return { title: 'Rapport engagement model', ...schema, properties: Object.fromEntries(properties) };
}

function removable(node: SchemaNode): SchemaNode {
  const named = node.additionalProperties;
  if (typeof named !== 'object' || named.anyOf !== undefined) return node;
  return { ...node, additionalProperties: { anyOf: [named, { type: 'null' }] } };
}
