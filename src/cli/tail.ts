import type { Command } from 'commander';
import type { TailEntry } from '../ingest/tail.ts';
import { isoOf } from '../api/contract.ts';
import type { ScoreChange } from '../api/control.ts';
import { findRunning } from './connect.ts';
import { Failure } from './failure.ts';
import { addWorkspace, configOf } from './options.ts';
import { paint, print, printJson, say } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly scores?: boolean;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport tail`. */
export function addTail(program: Command): void {
  const command = program
    .command('tail')
    .description('Watch events as they come in, and why any is refused. Ctrl-C ends it.')
    .option('--scores', 'watch score changes instead')
    .option('--json', 'one JSON object per line')
    .addHelpText(
      'after',
      `
Examples:
  rapport tail
  rapport tail --scores
  rapport tail --json | jq 'select(.outcome == "rejected")'`,
    );
  addWorkspace(command).action(async (options: Options) => {
    const client = await findRunning(configOf(options), options.workspace);
    if (!client)
      throw new Failure(
        'No Rapport is running on this data directory, so there is nothing to watch. Start one: rapport serve',
      );
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort());
    process.once('SIGTERM', () => abort.abort());
    say(paint('dim', `watching ${client.url}, workspace ${options.workspace}`));
    try {
      if (options.scores) {
        for await (const change of client.events<ScoreChange>('/api/live', abort.signal)) {
          if (options.json) printJson(change);
          else print(scoreLine(change));
        }
      } else {
        for await (const entry of client.events<TailEntry>('/api/live/events', abort.signal)) {
          if (options.json) printJson(entry);
          else print(eventLine(entry));
        }
      }
      if (!abort.signal.aborted) throw new Failure('The server has ended the stream.');
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
  });
}

function eventLine({ outcome, reason, detail, receivedAt, name, kind, account, person }: TailEntry): string {
  const at = paint('dim', isoOf(receivedAt).slice(11, 23), process.stdout);
  if (outcome === 'rejected') return `${at}  ${paint('red', 'rejected', process.stdout)}  ${reason ?? ''}  ${detail}`;
  const who = [account, person].filter((one) => one !== '').join(' · ');
  return `${at}  ${(name || kind).padEnd(28)}  ${who}`;
}

function scoreLine({ asOf, account, score, band, previous, latencyMs }: ScoreChange): string {
  const before = previous.score === null ? 'new' : `${previous.score.toFixed(1)} →`;
  return `${paint('dim', asOf.slice(11, 23), process.stdout)}  ${account.padEnd(28)}  ${before.padStart(8)} ${score.toFixed(1).padStart(5)}  ${band}  ${paint('dim', `${latencyMs} ms`, process.stdout)}`;
}
