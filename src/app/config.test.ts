import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, terminalPreferences } from './config.ts';
import { settings, settingsPage } from './settings.ts';

describe('settings', () => {
  it('have sensible defaults: loopback, port 4400, embedded engines', () => {
    expect(readConfig({}, {})).toMatchObject({
      host: '127.0.0.1',
      port: 4400,
      clickhouseUrl: null,
      postgresUrl: null,
      publicUrl: null,
      unknownKey: 'reject',
    });
  });

  it('come from the environment, and a flag wins over it', () => {
    const environment = { RAPPORT_PORT: '5000', RAPPORT_HOST: '0.0.0.0' };
    expect(readConfig({ port: '6000' }, environment)).toMatchObject({ port: 6000, host: '0.0.0.0' });
  });

  it('treat an empty variable as not set', () => {
    expect(readConfig({}, { RAPPORT_PORT: '' }).port).toBe(4400);
  });

  it.each([
    [{ RAPPORT_PORT: 'http' }, /RAPPORT_PORT \(--port\) is "http": it must be a whole number from 0 to 65535/],
    [{ RAPPORT_PORT: '70000' }, /0 to 65535/],
    [{ RAPPORT_LOG_LEVEL: 'loud' }, /one of debug, info, warn, error, silent/],
    [{ RAPPORT_PUBLIC_URL: 'rapport' }, /not an address/],
    [{ RAPPORT_PROT: '1' }, /no setting RAPPORT_PROT. Did you mean RAPPORT_PORT\?/],
  ])('%j is refused with the reason', (environment, message) => {
    expect(() => readConfig({}, environment)).toThrow(ConfigError);
    expect(() => readConfig({}, environment)).toThrow(message);
  });

  it('are all in the documented table', () => {
    for (const { env, flag } of Object.values(settings))
      expect(settingsPage()).toContain(`| \`${env}\` | \`${flag}\` |`);
  });
});

describe('the terminal', () => {
  it('is plain in CI and without colour under NO_COLOR', () => {
    expect(terminalPreferences({ CI: '1' })).toEqual({ color: false, progress: false });
    expect(terminalPreferences({ NO_COLOR: '1' })).toEqual({ color: false, progress: true });
  });
});

describe('settings that belong together', () => {
  it.each([
    [{ oidcIssuer: 'https://login.example.com' }, 'needs all of'],
    [{ oidcDomains: 'example.com' }, 'needs all of'],
    [{ oidcIssuer: 'http://login.example.com', oidcClientId: 'x', oidcClientSecret: 'x' }, 'https://'],
    [{ trustedProxy: '127.0.0.1,proxy' }, '"proxy" is neither'],
    [{ trustedProxy: '10.0.0.0/33' }, 'neither'],
    [{ smtpUrl: 'https://mail.example.com' }, 'smtp://'],
  ])('refuses %j and says why', (flags, message) => {
    expect(() => readConfig(flags, {})).toThrow(message);
  });

  it('takes single sign-on, proxies and mail', () => {
    const flags = {
      oidcIssuer: 'https://login.example.com',
      oidcClientId: 'rapport',
      oidcClientSecret: 'secret',
      oidcDomains: 'Example.com, example.org',
      trustedProxy: '127.0.0.1, 10.0.0.0/8, ::1',
      smtpUrl: 'smtps://mail.example.com',
    };
    expect(readConfig(flags, {})).toMatchObject({
      oidc: { domains: ['example.com', 'example.org'] },
      trustedProxy: '127.0.0.1, 10.0.0.0/8, ::1',
    });
  });
});
