/**
 * The program of PostgreSQL's keeper: starts the server, ends when it ends, and takes it along when Rapport is gone.
 * First line of stdin: the settings. A line `stop` is an orderly end; the end of stdin an immediate one (committed
 * transactions are on disk either way; the next start recovers).
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stopOrphan } from './postgres-orphan.ts';

/** What the parent writes on the first line. */
export interface PostgresChildSettings {
  readonly postgres: string;
  readonly cluster: string;
  readonly arguments: readonly string[];
  readonly account: { readonly uid: number; readonly gid: number } | null;
}

const lines = createInterface({ input: process.stdin });
lines.once('line', (first) => {
  const settings: PostgresChildSettings = JSON.parse(first);
  void keep(settings);
});

function exitNow(): void {
  process.exit(0);
}

async function keep(settings: PostgresChildSettings): Promise<void> {
  let gone = false;
  let stop: (signal: NodeJS.Signals) => void = exitNow;
  lines.on('line', (line) => {
    if (line === 'stop') stop('SIGINT');
  });
  lines.once('close', () => {
    gone = true;
    stop('SIGQUIT');
  });
  await stopOrphan(settings.cluster);
  if (gone) process.exit(0);
  const server = spawn(settings.postgres, ['-D', settings.cluster, ...settings.arguments], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: settings.cluster,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...settings.account,
  });
  stop = (signal) => {
    server.kill(signal);
    if (signal === 'SIGQUIT') setTimeout(() => server.kill('SIGKILL'), 3_000).unref();
  };
  server.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  server.once('exit', (code) => process.exit(code ?? 1));
}
