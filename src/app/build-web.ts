import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const web = join(import.meta.dirname, '../../web');
const built = join(web, 'dist');
const stampFile = join(built, '.stamp');
const ignored = new Set(['dist', 'node_modules', 'README.md']);

/**
 * The folder of the web app, ready to be served. It is built when its sources are newer than what was built last
 * (about two seconds), so that a fresh clone needs no command of its own; where only the built app is installed, that
 * one is served. Throws with what the build says when it fails.
 */
export async function buildWeb(onBuild?: () => void): Promise<string> {
  if (!existsSync(join(web, 'src'))) return built;
  const stamp = stampOf(web);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return built;
  onBuild?.();
  // In a folder of its own first: another process may be building too, or serving what is there.
  const fresh = `${built}-${process.pid}`;
  try {
    await runBuild(fresh);
    writeFileSync(join(fresh, '.stamp'), stamp);
    rmSync(built, { recursive: true, force: true });
    renameSync(fresh, built);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return built;
}

/** A hash of everything that the build reads. */
function stampOf(folder: string): string {
  const hash = createHash('sha256');
  const visit = (path: string): void => {
    for (const name of readdirSync(path).toSorted()) {
      if ((path === folder && ignored.has(name)) || name.startsWith('dist-') || /\.test\.tsx?$/.test(name)) continue;
      const entry = join(path, name);
      if (statSync(entry).isDirectory()) visit(entry);
      else hash.update(entry.slice(folder.length)).update('\0').update(readFileSync(entry));
    }
  };
  visit(folder);
  return hash.update(readFileSync(join(folder, '../package-lock.json'))).digest('hex');
}

/** In a process of its own: the builder is large, and nothing of it is needed afterwards. */
async function runBuild(outDir: string): Promise<void> {
  const vite = join(dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')), 'bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The web app could not be built (exit ${code}):\n${said}`);
}
