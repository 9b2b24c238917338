import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'models');

/** Names of the models that come with Rapport. */
export function shippedModels(): string[] {
  return readdirSync(folder)
    .filter((name) => /^[a-z0-9-]+\.yaml$/.test(name))
    .map((name) => name.replace(/\.yaml$/, ''))
    .toSorted();
}

/** Whether a model of that name comes with Rapport. */
export function isShipped(name: string): boolean {
  return shippedModels().includes(name);
}

/** The file of a shipped model. */
export function shippedFile(name: string): string {
  return join(folder, `${name}.yaml`);
}
