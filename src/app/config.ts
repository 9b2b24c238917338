import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { OidcSettings } from '../access/oidc.ts';
import { closest } from '../lib/closest.ts';
import { settings, type Setting, type SettingName } from './settings.ts';

/** All settings, parsed. */
export interface Config {
  /** Absolute. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly trustedProxy: string | null;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  /** Null: no single sign-on. */
  readonly oidc: OidcSettings | null;
  readonly clickhouseUrl: string | null;
  readonly postgresUrl: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly unknownKey: 'reject' | 'accept';
  readonly spoolLimit: number;
  readonly minFreeSpace: number;
  readonly warmMemory: number;
}

/** A setting that cannot be used: says which, why, and what would do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Values from the command line, as written. */
export type Flags = Partial<Readonly<Record<SettingName, string | undefined>>>;

/** The environment as a plain record. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings from flags, then the environment, then defaults. Throws `ConfigError`. */
export function readConfig(flags: Flags = {}, environment: Environment = process.env): Config {
  refuseUnknown(environment);
  const text = (name: SettingName): string | null => {
    const setting: Setting = settings[name];
    return parsed(setting, flags[name] ?? (environment[setting.env] || null) ?? setting.default);
  };
  const number = (name: SettingName): number => Number(text(name));
  return Object.freeze({
    dataDir: resolve(text('dataDir') ?? ''),
    host: text('host') ?? '',
    port: number('port'),
    publicUrl: text('publicUrl')?.replace(/\/+$/, '') ?? null,
    trustedProxy: proxiesOf(text('trustedProxy')),
    smtpUrl: mailServerOf(text('smtpUrl')),
    mailFrom: text('mailFrom') ?? '',
    oidc: oidcOf(text),
    clickhouseUrl: text('clickhouseUrl'),
    postgresUrl: text('postgresUrl'),
    logLevel: text('logLevel') as Config['logLevel'],
    unknownKey: text('unknownKey') as Config['unknownKey'],
    spoolLimit: number('spoolLimit'),
    minFreeSpace: number('minFreeSpace'),
    warmMemory: number('warmMemory'),
  });
}

/** Addresses and networks: a name could come to mean another machine. */
function proxiesOf(text: string | null): string | null {
  const wrong = text?.split(',').find((one) => !isNetwork(one.trim()));
  if (wrong === undefined) return text;
  const { env, example } = settings.trustedProxy;
  throw new ConfigError(
    `${env}: "${wrong.trim()}" is neither an address nor a network. For example: ${env}=${example}`,
  );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isWhole = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return most > 0 && more.length === 0 && isWhole;
}

function mailServerOf(text: string | null): string | null {
  if (text === null || /^smtps?:\/\//.test(text)) return text;
  throw new ConfigError(`${settings.smtpUrl.env} must begin with smtp:// or smtps://.`);
}

/** All of single sign-on or nothing; without TLS only on this machine, for trying it out. */
function oidcOf(text: (name: SettingName) => string | null): OidcSettings | null {
  const [issuer, clientId, clientSecret] = [text('oidcIssuer'), text('oidcClientId'), text('oidcClientSecret')];
  const domains = (text('oidcDomains') ?? '').split(',').flatMap((one) => one.trim().toLowerCase() || []);
  if (issuer === null && clientId === null && clientSecret === null && domains.length === 0) return null;
  if (issuer === null || clientId === null || clientSecret === null) {
    const names = [settings.oidcIssuer, settings.oidcClientId, settings.oidcClientSecret].map(({ env }) => env);
    throw new ConfigError(`Single sign-on needs all of ${names.join(', ')}, or none of the settings for it.`);
  }
  const { protocol, hostname } = new URL(issuer);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere))
    throw new ConfigError(`${settings.oidcIssuer.env} is "${issuer}": it must begin with https://`);
  return { issuer, clientId, clientSecret, domains };
}

/** What the environment says about terminals: colour and moving progress only where a person looks. */
export function terminalPreferences(environment: Environment = process.env): { color: boolean; progress: boolean } {
  const plain = Boolean(environment['CI']) || environment['TERM'] === 'dumb';
  return { color: !plain && !environment['NO_COLOR'], progress: !plain };
}

function parsed(setting: Setting, value: string | null): string | null {
  if (value === null) return null;
  const wrong = complaint(setting, value);
  if (wrong) {
    throw new ConfigError(
      `${setting.env} (${setting.flag}) is "${value}": ${wrong}. For example: ${setting.env}=${setting.example}`,
    );
  }
  return value;
}

function complaint(setting: Setting, value: string): string | null {
  switch (setting.kind) {
    case 'number': {
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = setting;
      const fine = /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
      return fine ? null : `it must be a whole number from ${min} to ${max}`;
    }
    case 'choice':
      return setting.choices?.includes(value) ? null : `it must be one of ${setting.choices?.join(', ')}`;
    case 'url':
      return URL.canParse(value) ? null : 'it is not an address (URL)';
    case 'text':
    case 'path':
      return value === '' ? 'it is empty' : null;
  }
}

/** A misspelt setting would be ignored silently: say so instead. */
function refuseUnknown(environment: Environment): void {
  const known = Object.values<Setting>(settings).map(({ env }) => env);
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('RAPPORT_') || known.includes(name) || name.startsWith('RAPPORT_TEST_')) continue;
    const near = closest(name, known);
    throw new ConfigError(
      `There is no setting ${name}.${near ? ` Did you mean ${near}?` : ''} All settings: docs/reference/settings.md`,
    );
  }
}
