import { execFileSync } from 'node:child_process';
import { descendants } from '../test/support/processes.ts';
import { rapport } from '../test/support/server.ts';
import { type BigServer, startBigServer } from './support/big-server.ts';
import type { Bench, Figure } from './support/report.ts';

const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const millions = Number(process.env['BENCH_MILLION_EVENTS'] ?? 10);

/** What the process of the server holds, at rest and after everything has been asked for. */
export const memory: Bench = {
  name: 'memory',
  about: `${accounts.toLocaleString('en')} accounts, ${millions} million events on disk (BENCH_MILLION_EVENTS=50 for the promise)`,
  async run(say) {
    const days = Math.max(1, Math.round((millions * 1e6) / accounts));
    const big = await startBigServer({ accounts, days, eventsPerDay: 1 }, say);
    try {
      const figures = rss(big, 'after everybody was evaluated');
      say('asking for pages and for everybody');
      await ask(big);
      return [...figures, ...rss(big, 'after pages and one evaluation of everybody')];
    } finally {
      await big.remove();
    }
  },
};

async function ask({ server, read }: BigServer): Promise<void> {
  for (const path of ['/api/accounts?limit=1000', '/api/events?limit=1000', '/api/people?limit=1000']) {
    for (let time = 0; time < 5; time++) {
      const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${read}` } });
      await answer.arrayBuffer();
    }
  }
  await rapport(['evaluate', '--json'], { RAPPORT_DATA_DIR: server.dataDir });
}

function rss({ server }: BigServer, when: string): Figure[] {
  const pid = server.process.pid ?? 0;
  const own = megabytes([pid]);
  return [
    { name: `server ${when}`, value: own, unit: 'MB', promise: '< 1,000 MB', kept: own < 1_000 },
    { name: `engines ${when}`, value: megabytes(descendants(pid)), unit: 'MB' },
  ];
}

/** Resident memory; pages that PostgreSQL's processes share count once for each. */
function megabytes(pids: readonly number[]): number {
  const text = execFileSync('ps', ['-o', 'rss=', '-p', pids.join(',')], { encoding: 'utf8' });
  return text.split('\n').reduce((sum, line) => sum + Number(line.trim() || 0), 0) / 1024;
}
