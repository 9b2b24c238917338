/**
 * The program of the child process that is the ClickHouse engine: loads its shared library and serves until told to
 * stop. First line of stdin: `{ library, args }`. End of stdin: Rapport is gone or wants us to end.
 */
import { createInterface } from 'node:readline';
import { DataType, load, open } from 'ffi-rs';

/** What the parent writes on the first line. */
export interface ClickHouseChildSettings {
  readonly library: string;
  readonly args: readonly string[];
}

// SIGKILL, not exit(): an exit waits for the engine's running statement, for ever. Everything acknowledged is fsynced.
const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

async function serve(settings: ClickHouseChildSettings): Promise<void> {
  open({ library: 'chdb', path: settings.library });
  await load({
    library: 'chdb',
    funcName: 'query_stable_v2', // clickhouse-local with an argument vector; returns when its statement does
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [settings.args.length, settings.args],
    runInNewThread: true,
  });
}

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  const settings: ClickHouseChildSettings = JSON.parse(line);
  serve(settings).then(
    () => die(),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      die();
    },
  );
});
input.once('close', die);
