import { openApiDocument } from '../../src/api/reference.ts';
import type { Permission } from '../../src/api/permission.ts';

/** A route as the API documents it. */
export interface ApiRoute {
  /** `POST /api/keys`. */
  readonly name: string;
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
  readonly permission: Permission;
  /** JSON Schema of its body; null: it takes none. */
  readonly body: Record<string, unknown> | null;
}

interface Operation {
  readonly 'x-permission'?: Permission;
  readonly requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
}

/** Every route of the API. Those of ingest have permissions of their own. */
export async function apiRoutes(): Promise<ApiRoute[]> {
  const { paths } = (await openApiDocument()) as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation['x-permission'] === undefined
        ? []
        : [
            {
              name: `${method.toUpperCase()} ${path}`,
              method: method.toUpperCase(),
              path,
              permission: operation['x-permission'],
              body: operation.requestBody?.content['application/json']?.schema ?? null,
            },
          ],
    ),
  );
}
