import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The engine's shared library for this platform, as the npm package chdb brings it. */
export function clickhouseLibrary(): string {
  const packageName = `@chdb/lib-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  try {
    const fromChdb = createRequire(createRequire(import.meta.url).resolve('chdb/package.json'));
    const library = join(dirname(fromChdb.resolve(`${packageName}/package.json`)), 'libchdb.so');
    if (existsSync(library)) return library;
  } catch {
    // said below, with advice
  }
  throw new Error(
    `The npm package ${packageName} with the ClickHouse engine is not installed. Install Rapport with its optional ` +
      `dependencies, or point RAPPORT_CLICKHOUSE_URL at a ClickHouse server.`,
  );
}
