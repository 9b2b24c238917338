import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Config, readConfig } from '../app/config.ts';
import { settings, type Setting, type SettingName } from '../app/settings.ts';

/** Settings that a command needs when it has to start a Rapport for itself. */
export const storeSettings: readonly SettingName[] = ['dataDir', 'clickhouseUrl', 'postgresUrl', 'logLevel'];

/** Adds settings as flags; what is not given comes from the environment. */
export function addSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const setting: Setting = settings[name];
    const fallback = setting.default === null ? '' : `, else ${setting.default}`;
    const option = new Option(`${setting.flag} <value>`, `${setting.description} (${setting.env}${fallback})`);
    command.addOption(option.helpGroup('Settings:'));
  }
  return command;
}

/** Adds what every command about a workspace takes. */
export function addWorkspace(command: Command): Command {
  return addSettings(command.option('--workspace <name>', 'which workspace', workspaceName, 'default'), storeSettings);
}

/** Names of workspaces are sent in a header, which takes no others. */
function workspaceName(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return text;
  throw new InvalidArgumentError('Workspaces have names of small letters, digits and hyphens.');
}

/** The settings of a command, from its flags and the environment. */
export function configOf(
  options: Readonly<Record<string, unknown>>,
  over: Partial<Record<SettingName, string>> = {},
): Config {
  const given = Object.fromEntries(
    (Object.keys(settings) as SettingName[]).flatMap((name) => {
      const flag = settings[name].flag.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
      const value = options[flag];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  return readConfig({ ...over, ...given });
}
