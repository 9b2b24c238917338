import type { Command } from 'commander';
import { buildWeb } from '../app/build-web.ts';
import type { Rapport } from '../app/open.ts';
import type { SettingName } from '../app/settings.ts';
import { settings } from '../app/settings.ts';
import { monotonic } from '../lib/clock.ts';
import { rapportItself } from '../store/state/audit.ts';
import { openToStay } from './connect.ts';
import { openLog } from './log.ts';
import { addSettings, configOf } from './options.ts';
import { paint, print, ProgressLine, say } from './terminal.ts';
import { untilAsked } from './until-asked.ts';

/** `rapport serve`. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('Start Rapport: engines, ingest and API. Ctrl-C stops it in order.')
    .addHelpText(
      'after',
      `
Examples:
  rapport serve
  rapport serve --data-dir /var/lib/rapport --port 8080
  RAPPORT_POSTGRES_URL=postgres://… RAPPORT_CLICKHOUSE_URL=http://… rapport serve`,
    );
  addSettings(command, Object.keys(settings) as SettingName[]);
  command.action(async (options: Record<string, unknown>) => {
    const config = configOf(options);
    const started = monotonic();
    const line = new ProgressLine();
    const rapport = await openToStay({
      config,
      web: buildWeb(),
      log: openLog(config.logLevel),
      onStep: (step) => line.show(`Rapport is ${step} …`),
    }).finally(() => line.end());
    await greet(rapport, config.publicUrl ?? rapport.url, (monotonic() - started) / 1000);
    await untilAsked(rapport);
  });
}

/** The banner: at the first start with keys, later with how to make new ones. */
async function greet(rapport: Rapport, url: string, seconds: number): Promise<void> {
  print('');
  print(
    `  ${paint('bold', 'Rapport', process.stdout)} is running at ${paint('cyan', url, process.stdout)}  ${paint('dim', `(${seconds.toFixed(1)} s)`, process.stdout)}`,
  );
  print(`  API reference at ${url}/api/docs`);
  print('');
  if (!(await rapport.access.ways()).anybody) {
    const link = await rapport.access.welcomeLink(rapport.firstRun.workspace, rapportItself);
    print('  Nobody can sign in yet. Become the first admin here; the link works once, within a day:');
    print('');
    print(`    ${paint('cyan', link, process.stdout)}`);
    print('');
  }
  if (!rapport.firstRun.isNew) {
    print('  Your keys are those you have. A new one:  rapport key create --kind read');
    print('');
    return;
  }
  const { workspace } = rapport.firstRun;
  const admin = await rapport.control.createKey(workspace, { kind: 'admin', name: 'First admin key' });
  const write = await rapport.control.createKey(workspace, { kind: 'write', name: 'First write key' });
  print('  This is a new installation. Keep these two keys; they are shown only now.');
  print('');
  print(`    admin key  ${paint('bold', admin.key, process.stdout)}`);
  print(`    write key  ${paint('bold', write.key, process.stdout)}`);
  print('');
  print('  Send a first event, and ask for the score it makes:');
  print('');
  print(
    `    curl -u ${write.key}: ${url}/v1/track -d '{"userId":"ada","event":"Signed In","context":{"groupId":"acme"}}'`,
  );
  print(`    curl -H 'Authorization: Bearer ${admin.key}' ${url}/api/accounts/acme/why`);
  print('');
  print('  Rather look around first?  npm run demo  starts with a company of 300 accounts.');
  print('');
  say(paint('dim', '  Ctrl-C stops Rapport.'));
}
