import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, matchesGlob, resolve } from 'node:path';
import { isRowFile } from './open-rows.ts';

/** All files of rows under the given files and folders, as absolute paths in a fixed order. */
export async function findFiles(given: readonly string[], missing: (path: string) => void): Promise<string[]> {
  const found: string[] = [];
  for (const path of given) {
    const about = await stat(path).catch(() => null);
    if (about === null) missing(path);
    else found.push(...(about.isDirectory() ? await walk(resolve(path)) : [resolve(path)]));
  }
  return [...new Set(found)];
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && isRowFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The files that a pattern of a mapping means: it matches the end of a path, whole folders at a time. */
export function matching(files: readonly string[], patterns: readonly string[]): string[] {
  return files.filter((file) =>
    patterns.some((pattern) => matchesGlob(file, pattern) || matchesGlob(file, `**/${pattern}`)),
  );
}

/** The file that a lookup means: among the given ones, else beside one of them. Null when there is none. */
export async function findLookup(files: readonly string[], name: string): Promise<string | null> {
  const given = matching(files, [name])[0];
  if (given !== undefined) return given;
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    const beside = join(folder, name);
    const exists = await stat(beside).then(
      (about) => about.isFile(),
      () => false,
    );
    if (exists) return beside;
  }
  return null;
}

/** Name of a file as reports show it: the end of its path, with its partition folders. */
export function shortName(path: string): string {
  const folders = dirname(path)
    .split('/')
    .filter((part) => part.includes('='));
  return [...folders, basename(path)].join('/');
}
