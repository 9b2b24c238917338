import { type Command, Option } from 'commander';
import { isoOf } from '../api/contract.ts';
import type { ModelSource } from '../api/control.ts';
import type { FlowReport } from '../lab/flow/flow.ts';
import { type Grouping, groupings } from '../lab/flow/groups.ts';
import { systemClock } from '../lib/clock.ts';
import { type Client, connect, type ProblemBody } from './connect.ts';
import { instantOf } from './explain.ts';
import { Failure } from './failure.ts';
import { counted } from '../lib/counted.ts';
import { flowTables } from './flow-tables.ts';
import { readGoodModel } from './model-source.ts';
import { addWorkspace, configOf } from './options.ts';
import { isWatched, print, printJson, ProgressLine } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly by?: Grouping;
  readonly from?: string;
  readonly to?: string;
  readonly value?: string;
  readonly json?: boolean;
  readonly workspace: string;
}

/** What names the published model instead of a file. */
const published = 'published';
/** JSON lists every account, up to what the API gives. */
const mostAccounts = 100_000;
/** A person reads so many. */
const fewAccounts = 5;

/** `rapport flow`. */
export function addFlow(program: Command): void {
  const command = program
    .command('flow')
    .description(
      'Show how long customers take from moment to moment, where that is too long, and how far it goes as the model says.',
    )
    .argument(
      '[model]',
      'a model file, replayed over what is stored; or `published`, as it was decided live',
      published,
    )
    .addOption(new Option('--by <group>', 'tell segments, owners or regions apart').choices([...groupings]))
    .option('--from <instant>', 'only what happened after it (ISO 8601), else from the beginning')
    .option('--to <instant>', 'only what happened up to it, else now')
    .option('--value <moment>', 'the moment of first value, else what completes the first phase')
    .option('--json', 'print transitions, timeToValue and conformance as JSON')
    .addHelpText(
      'after',
      `
Examples:
  rapport flow
  rapport flow model.yaml --by segment
  rapport flow model.yaml --to 2026-06-01 --json | jq '.transitions[] | select(.systemic)'`,
    );
  addWorkspace(command).action(async (model: string, options: Options) => {
    const source = model === published ? null : readGoodModel(model).source;
    const asked = askedOf(options);
    const client = await connect(configOf(options), options.workspace);
    const progress = new ProgressLine();
    try {
      if (isWatched()) progress.show(source === null ? 'Reading what happened …' : 'Replaying what is stored …');
      const report = await ask(client, source, asked, (accounts) =>
        progress.show(`Replayed ${counted(accounts, 'account')} …`),
      );
      progress.end();
      if (options.json) printJson(report);
      else print(flowTables(report));
    } finally {
      progress.end();
      await client.close();
    }
  });
}

type Asked = Readonly<Record<string, string | number>>;

function askedOf({ by, from, to, value, json }: Options): Asked {
  return {
    to: isoOf(instantOf(to, systemClock.now())),
    ...(from === undefined ? {} : { from: isoOf(instantOf(from, 0)) }),
    ...(by === undefined ? {} : { by }),
    ...(value === undefined ? {} : { value }),
    accounts: json ? mostAccounts : fewAccounts,
  };
}

type Line = { progress: { accounts: number } } | { problem: ProblemBody } | { report: FlowReport };

async function ask(
  client: Client,
  model: ModelSource | null,
  asked: Asked,
  onProgress: (accounts: number) => void,
): Promise<FlowReport> {
  if (model === null) {
    const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
    return client.request('GET', `/api/flow?${query.toString()}`);
  }
  for await (const line of client.lines<Line>('POST', '/api/flow', { ...asked, model })) {
    if ('report' in line) return line.report;
    if ('problem' in line) throw new Failure(line.problem.detail ?? line.problem.title ?? 'The replay broke off.');
    onProgress(line.progress.accounts);
  }
  throw new Failure('The replay broke off: the server has ended the connection.');
}
