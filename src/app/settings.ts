/** How a setting is written in the environment and on the command line. */
export interface Setting {
  readonly env: string;
  readonly flag: string;
  readonly kind: 'text' | 'path' | 'url' | 'number' | 'choice';
  readonly default: string | null;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly description: string;
  readonly example: string;
}

/** Every setting there is: config.ts reads from it, the command line and docs/reference/settings.md are made from it. */
export const settings = {
  dataDir: {
    env: 'RAPPORT_DATA_DIR',
    flag: '--data-dir',
    kind: 'path',
    default: './data',
    description: 'Where the spool and the embedded engines keep their files. One running Rapport per directory.',
    example: '/var/lib/rapport',
  },
  host: {
    env: 'RAPPORT_HOST',
    flag: '--host',
    kind: 'text',
    default: '127.0.0.1',
    description: 'Address to listen on. Put a TLS proxy in front before you use anything but loopback.',
    example: '0.0.0.0',
  },
  port: {
    env: 'RAPPORT_PORT',
    flag: '--port',
    kind: 'number',
    default: '4400',
    min: 0,
    max: 65_535,
    description: 'Port to listen on; 0 takes any free one.',
    example: '8080',
  },
  publicUrl: {
    env: 'RAPPORT_PUBLIC_URL',
    flag: '--public-url',
    kind: 'url',
    default: null,
    description: 'The address that others reach Rapport at, when it differs from host and port.',
    example: 'https://rapport.example.com',
  },
  trustedProxy: {
    env: 'RAPPORT_TRUSTED_PROXY',
    flag: '--trusted-proxy',
    kind: 'text',
    default: null,
    description:
      'Addresses or networks of your proxies, with commas. Whose `X-Forwarded-For` comes from one is believed; unset, nobody’s is, and limits per address count a proxy as one.',
    example: '127.0.0.1,10.0.0.0/8',
  },
  smtpUrl: {
    env: 'RAPPORT_SMTP_URL',
    flag: '--smtp-url',
    kind: 'url',
    default: null,
    description: 'The server that sends mail: invitations, new passwords. Unset: links are shown instead.',
    example: 'smtp://rapport:secret@mail.example.com:587',
  },
  mailFrom: {
    env: 'RAPPORT_MAIL_FROM',
    flag: '--mail-from',
    kind: 'text',
    default: 'Rapport <rapport@localhost>',
    description: 'Whom mail comes from.',
    example: 'Rapport <rapport@example.com>',
  },
  oidcIssuer: {
    env: 'RAPPORT_OIDC_ISSUER',
    flag: '--oidc-issuer',
    kind: 'url',
    default: null,
    description: 'The OpenID provider of your organisation, for single sign-on. Needs the client’s id and secret too.',
    example: 'https://login.example.com/realms/staff',
  },
  oidcClientId: {
    env: 'RAPPORT_OIDC_CLIENT_ID',
    flag: '--oidc-client-id',
    kind: 'text',
    default: null,
    description: 'What Rapport is called at the OpenID provider.',
    example: 'rapport',
  },
  oidcClientSecret: {
    env: 'RAPPORT_OIDC_CLIENT_SECRET',
    flag: '--oidc-client-secret',
    kind: 'text',
    default: null,
    description: 'Its secret there. In the environment rather than as a flag: others can see flags.',
    example: 'secret',
  },
  oidcDomains: {
    env: 'RAPPORT_OIDC_DOMAINS',
    flag: '--oidc-domains',
    kind: 'text',
    default: null,
    description:
      'E-mail domains, with commas, whose people come in by single sign-on without an invitation, as viewers of the first workspace.',
    example: 'example.com,example.org',
  },
  clickhouseUrl: {
    env: 'RAPPORT_CLICKHOUSE_URL',
    flag: '--clickhouse-url',
    kind: 'url',
    default: null,
    description: 'A ClickHouse server, with user, password and database in the address. Unset: the embedded engine.',
    example: 'http://owner:secret@clickhouse:8123/rapport',
  },
  postgresUrl: {
    env: 'RAPPORT_POSTGRES_URL',
    flag: '--postgres-url',
    kind: 'url',
    default: null,
    description: 'A PostgreSQL database. Unset: the embedded engine.',
    example: 'postgres://owner:secret@postgres:5432/rapport',
  },
  logLevel: {
    env: 'RAPPORT_LOG_LEVEL',
    flag: '--log-level',
    kind: 'choice',
    default: 'warn',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    description: 'How much is written to stderr, as JSON lines.',
    example: 'info',
  },
  unknownKey: {
    env: 'RAPPORT_UNKNOWN_KEY',
    flag: '--unknown-key',
    kind: 'choice',
    default: 'reject',
    choices: ['reject', 'accept'],
    description:
      'What ingest answers to a write key that does not exist: 401, or 200 while the events are dropped (some SDKs end the process that uses them on a 401).',
    example: 'accept',
  },
  spoolLimit: {
    env: 'RAPPORT_SPOOL_LIMIT',
    flag: '--spool-limit',
    kind: 'number',
    default: '1073741824',
    min: 1_048_576,
    max: 1_099_511_627_776,
    description: 'Acknowledged bytes that may wait to be loaded before ingest answers 429 with Retry-After.',
    example: '4294967296',
  },
  minFreeSpace: {
    env: 'RAPPORT_MIN_FREE_SPACE',
    flag: '--min-free-space',
    kind: 'number',
    default: '536870912',
    min: 0,
    max: 1_099_511_627_776,
    description: 'Free bytes on the disk below which ingest refuses events, so that the engines keep room to work.',
    example: '1073741824',
  },
  warmMemory: {
    env: 'RAPPORT_WARM_MEMORY',
    flag: '--warm-memory',
    kind: 'number',
    default: '268435456',
    min: 0,
    max: 1_099_511_627_776,
    description:
      'Bytes for what is remembered of accounts between two events, about 1,500 each; others are read again.',
    example: '1073741824',
  },
} as const satisfies Record<string, Setting>;

/** The name of a setting in code. */
export type SettingName = keyof typeof settings;

/** The table of settings as Markdown, for docs/reference/settings.md. */
export function settingsPage(): string {
  const rows = Object.values<Setting>(settings).map(
    ({ env, flag, default: fallback, choices, description, example }) =>
      `| \`${env}\` | \`${flag}\` | ${fallback === null ? '' : `\`${fallback}\``} | ${description}${
        choices ? ` One of ${choices.map((one) => `\`${one}\``).join(', ')}.` : ''
      } | \`${example}\` |`,
  );
  return [
    '# Settings',
    '',
    'Each can be given in the environment or as a flag; the flag wins. Nothing else in the environment matters, except',
    '`NO_COLOR` and `CI`, which keep the terminal output plain.',
    '',
    '| environment | flag | default | meaning | example |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
