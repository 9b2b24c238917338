import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Config } from '../app/config.ts';
import { clickhouseLibrary } from '../store/embedded/clickhouse-library.ts';
import { connect } from './connect.ts';
import { Failure } from './failure.ts';
import { addSettings, configOf, storeSettings } from './options.ts';
import { paint, print, printJson } from './terminal.ts';

/** One thing that was looked at. */
interface Finding {
  readonly what: string;
  readonly fine: boolean;
  readonly detail: string;
}

/** `rapport doctor`. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('Check the machine and the installation; says what could help.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  rapport doctor --data-dir /var/lib/rapport');
  addSettings(command, storeSettings).action(async (options: Record<string, unknown> & { json?: boolean }) => {
    const config = configOf(options);
    const findings = [node(), engine(config), await dataDirectory(config), await space(config)];
    if (findings.every(({ fine }) => fine)) findings.push(...(await parts(config)));
    if (options.json) printJson(findings, 2);
    else {
      for (const { what, fine, detail } of findings) {
        print(
          `${fine ? paint('green', 'fine ', process.stdout) : paint('red', 'wrong', process.stdout)}  ${what.padEnd(16)} ${detail}`,
        );
      }
    }
    if (findings.some(({ fine }) => !fine)) throw new Failure('');
  });
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `Node ${process.versions.node}${major >= 24 ? '' : ': 24 is needed; npm ci brings it, start with npm run or bin/rapport'}`;
  return { what: 'runtime', fine: major >= 24, detail };
}

function engine({ clickhouseUrl }: Config): Finding {
  const what = 'events engine';
  if (clickhouseUrl !== null) return { what, fine: true, detail: 'a ClickHouse server by URL' };
  try {
    clickhouseLibrary();
    return { what, fine: true, detail: 'embedded, installed' };
  } catch (error) {
    return { what, fine: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function dataDirectory({ dataDir }: Config): Promise<Finding> {
  const what = 'data directory';
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.R_OK | constants.W_OK);
    return { what, fine: true, detail: dataDir };
  } catch {
    return {
      what,
      fine: false,
      detail: `${dataDir} cannot be written. Change its owner, or choose another: RAPPORT_DATA_DIR`,
    };
  }
}

async function space({ dataDir, minFreeSpace }: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const fine = free > minFreeSpace;
  const detail = `${(free / 1e9).toFixed(1)} GB free${fine ? '' : ': too little, ingest would refuse events'}`;
  return { what: 'disk', fine, detail };
}

/** Asks the running Rapport, or starts one for a moment. */
async function parts(config: Config): Promise<Finding[]> {
  const client = await connect(config, 'default');
  try {
    const response = await fetch(`${client.url}/readyz`);
    const { parts: said } = (await response.json()) as { parts: Record<string, string> };
    return Object.entries(said).map(([what, detail]) => ({ what, fine: detail === 'ok', detail }));
  } finally {
    await client.close();
  }
}
