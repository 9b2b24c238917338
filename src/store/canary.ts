import { ClickHouseError, type ClickHouseClient } from '@clickhouse/client';
import { Client } from 'pg';
import type { Log } from '../lib/log.ts';
import type { EventsAccess, StateAccess } from './access.ts';
import { connect } from './events/client.ts';
import { durableMergeTree } from './embedded/clickhouse-config.ts';

/** An engine of ours does something it must not, or would lose what it acknowledged: Rapport does not start. */
export class UnsafeEngine extends Error {
  override readonly name = 'UnsafeEngine';
  readonly findings: readonly string[];
  constructor(findings: readonly string[]) {
    super(`The engines are not safe to run:\n${findings.map((finding) => `- ${finding}`).join('\n')}`);
    this.findings = findings;
  }
}

/**
 * Reads back what safety rests on. On engines that we configured ourselves a difference refuses to start; on servers by
 * URL, whose settings are their owner's, it is a warning.
 */
export async function checkCanaries(events: EventsAccess, state: StateAccess, log: Log): Promise<void> {
  const [ofEvents, ofState] = await Promise.all([eventFindings(events), stateFindings(state)]);
  const refused = [
    ...(events.profile.kind === 'embedded' ? ofEvents : []),
    ...(state.kind === 'embedded' ? ofState : []),
  ];
  if (refused.length > 0) throw new UnsafeEngine(refused);
  for (const finding of [...ofEvents, ...ofState]) log.warn({}, finding);
}

/** What the ClickHouse servers do wrong, in sentences. */
export async function eventFindings(access: EventsAccess): Promise<string[]> {
  const findings: string[] = [];
  for (const url of access.urls) {
    for (const login of [access.app, access.reader]) {
      const client = connect(access, url, login);
      for (const query of hostAccess) findings.push(...(await refusalFinding(client, login.name, query)));
      await client.close();
    }
    if (access.profile.kind === 'embedded') findings.push(...(await durabilityFindings(access, url)));
  }
  return findings;
}

/** Reading host files and calling out are what an injection would be used for; the engine's defaults allow both. */
const hostAccess = [
  `SELECT * FROM file('/etc/passwd', 'LineAsString') LIMIT 1`,
  `SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString') LIMIT 1`,
];

const accessDenied = '497';

async function refusalFinding(client: ClickHouseClient, user: string, query: string): Promise<string[]> {
  try {
    const result = await client.query({ query, format: 'JSONEachRow' });
    await result.text();
  } catch (cause) {
    if (cause instanceof ClickHouseError && cause.code === accessDenied) return [];
    if (!(cause instanceof ClickHouseError)) throw cause;
  }
  return [`ClickHouse lets the user ${user} run ${query}; it must be denied (revoke SOURCES and FILE, URL grants).`];
}

async function durabilityFindings(access: EventsAccess, url: string): Promise<string[]> {
  const client = connect(access, url, access.owner);
  const result = await client.query({
    query: 'SELECT name, value FROM system.merge_tree_settings WHERE name IN {names:Array(String)}',
    query_params: { names: Object.keys(durableMergeTree) },
    format: 'JSONEachRow',
  });
  const actual = new Map(
    (await result.json<{ name: string; value: string }>()).map(({ name, value }) => [name, value]),
  );
  await client.close();
  return Object.entries(durableMergeTree)
    .filter(([name, value]) => actual.get(name) !== value)
    .map(([name, value]) => `The merge_tree setting ${name} is ${actual.get(name) ?? 'missing'} and must be ${value}.`);
}

/** What the PostgreSQL server does wrong, in sentences. */
export async function stateFindings(access: StateAccess): Promise<string[]> {
  const client = new Client(access.app);
  await client.connect();
  try {
    return [...(await settingFindings(client)), ...(await roleFindings(client)), ...(await policyFindings(client))];
  } finally {
    await client.end();
  }
}

async function settingFindings(client: Client): Promise<string[]> {
  const result = await client.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting IN ('off', 'local')`,
  );
  return result.rows.map(
    ({ name, setting }) => `PostgreSQL runs with ${name} = ${setting}: a crash can lose what was committed.`,
  );
}

async function roleFindings(client: Client): Promise<string[]> {
  const result = await client.query<{ rolname: string }>(
    'SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls OR rolcreaterole)',
  );
  return result.rows.map(
    ({ rolname }) => `The PostgreSQL role ${rolname} bypasses row-level security or may make roles.`,
  );
}

async function policyFindings(client: Client): Promise<string[]> {
  const result = await client.query<{ relname: string }>(
    `SELECT DISTINCT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
  );
  return result.rows.map(({ relname }) => `The table ${relname} has a workspace_id but no row-level security.`);
}
