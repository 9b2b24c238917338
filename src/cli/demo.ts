import { join } from 'node:path';
import type { Command } from 'commander';
import { interestingAccounts, seedDemo, startTrickle } from '../app/demo-company.ts';
import { buildWeb } from '../app/build-web.ts';
import type { Rapport } from '../app/open.ts';
import type { Config } from '../app/config.ts';
import { settings, type SettingName } from '../app/settings.ts';
import { demoTeam } from '../demo/team.ts';
import { monotonic, systemClock } from '../lib/clock.ts';
import { rapportItself } from '../store/state/audit.ts';
import { openToStay } from './connect.ts';
import { openLog } from './log.ts';
import { addSettings, configOf } from './options.ts';
import { isWatched, paint, print, ProgressLine, say } from './terminal.ts';
import { untilAsked } from './until-asked.ts';

/** `rapport demo`. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('Start Rapport with a made-up company: 300 accounts, 18 months, and life going on.')
    .addHelpText(
      'after',
      '\nIts data lies in ./data/demo unless RAPPORT_DATA_DIR or --data-dir says otherwise. The same seed tells the same story.\n\nExample:\n  rapport demo',
    );
  addSettings(command, Object.keys(settings) as SettingName[]);
  command.action(async (options: Record<string, unknown>) => {
    const usual = configOf(options);
    const isGiven =
      options['dataDir'] !== undefined || usual.dataDir !== configOf({}, { dataDir: settings.dataDir.default }).dataDir;
    const config = isGiven ? usual : { ...usual, dataDir: join(usual.dataDir, 'demo') };
    const started = monotonic();
    const line = new ProgressLine();
    const tell = (step: string): void => {
      const text = `${((monotonic() - started) / 1000).toFixed(0).padStart(3)} s  ${step} …`;
      if (isWatched()) line.show(text);
      else say(text);
    };
    const rapport = await openToStay({
      config,
      web: buildWeb(),
      log: openLog(config.logLevel),
      onStep: tell,
      firstModel: null,
    });
    try {
      const { workspace } = rapport.firstRun;
      await seedDemo(rapport, workspace, systemClock.now(), tell);
      line.end();
      const write = await greet(rapport, config, (monotonic() - started) / 1000);
      const stop = startTrickle(rapport, write, () => systemClock.now());
      await untilAsked(rapport, stop);
    } catch (error) {
      line.end();
      await rapport.close();
      throw error;
    }
  });
}

/** What runs, how to come in, and what to ask; returns the write key. */
async function greet(rapport: Rapport, config: Config, seconds: number): Promise<string> {
  const { workspace } = rapport.firstRun;
  const admin = await rapport.control.createKey(workspace, { kind: 'admin', name: 'Demo admin key' });
  const write = await rapport.control.createKey(workspace, { kind: 'write', name: 'Demo write key' });
  const url = config.publicUrl ?? rapport.url;
  const interesting = await interestingAccounts(rapport, workspace);
  const manager = demoTeam.find(({ role }) => role === 'manager');
  print('');
  print(
    `  ${paint('bold', 'Rapport', process.stdout)} is running the demo at ${paint('cyan', url, process.stdout)}  ${paint('dim', `(${seconds.toFixed(1)} s)`, process.stdout)}`,
  );
  print(`  API reference at ${url}/api/docs`);
  if (manager) {
    const link = await rapport.access.demoLink(workspace, manager.id, rapportItself);
    print('');
    print(`  Come in as ${manager.name}, who leads the team; the link works once, within a day:`);
    print(`    ${paint('cyan', link, process.stdout)}`);
  }
  print('');
  print(`    admin key  ${paint('bold', admin.key, process.stdout)}`);
  print(`    write key  ${paint('bold', write.key, process.stdout)}`);
  print('');
  print('  Three accounts worth asking about:');
  for (const { account, name, score, band, reason } of interesting) {
    print('');
    print(`  ${name || account}: ${score.toFixed(1)}, ${band}; ${reason}`);
    print(`    curl -H 'Authorization: Bearer ${admin.key}' '${url}/api/accounts/${encodeURIComponent(account)}/why'`);
  }
  print('');
  print(`  Life goes on: rapport tail --data-dir ${config.dataDir}`);
  print('');
  return write.key;
}
