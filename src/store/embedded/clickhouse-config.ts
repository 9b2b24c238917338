import { createHash } from 'node:crypto';
import type { Login } from '../access.ts';

/** What the configuration files of the embedded ClickHouse are made of. */
export interface ClickHouseConfig {
  readonly usersFile: string;
  /** Name of our database, or a prefix with `*` (tests make one per file). */
  readonly databases: string;
  readonly owner: Login;
  readonly app: Login;
  readonly reader: Login;
  /** Bytes the whole engine may use. */
  readonly memory: number;
  /** Shards of a cluster that this engine knows, by cluster name: native host and port, and whom to log in as. */
  readonly clusters?: Readonly<Record<string, readonly ClusterShard[]>>;
}

/** One shard of a cluster, over the native protocol. */
export interface ClusterShard {
  readonly host: string;
  readonly port: number;
  readonly login: Login;
}

/**
 * merge_tree settings without which an acknowledged insert does not survive a power cut. Measured over 25 simulated
 * cuts each: defaults lose everything, fsync_after_insert alone loses 3,821 of 4,293 batches, all of these none.
 */
export const durableMergeTree = {
  fsync_after_insert: '1',
  fsync_part_directory: '1',
  min_rows_to_fsync_after_merge: '1',
  min_compressed_bytes_to_fsync_after_merge: '1',
  max_suspicious_broken_parts: '1000000', // after a cut, unsynced merges are undone: hundreds of "broken" parts are normal
  old_parts_lifetime: '480',
  // Off: with a window, an identical block is dropped silently when no token is sent. Our rows replace themselves by key.
  non_replicated_deduplication_window: '0',
} as const;

/**
 * Live loads are many small parts. Merging twelve instead of five at a time rewrites a row half as often: 45 instead of
 * 77 ms of processor time an insert of 100 events, all merges behind it included.
 */
const fewerMerges = { merge_selector_base: '12' } as const;

/** The server's configuration. */
export function clickhouseConfig(config: ClickHouseConfig): string {
  return element('clickhouse', [
    element('logger', element('level', 'none')),
    element('users_config', config.usersFile),
    element('merge_tree', settings({ ...durableMergeTree, ...fewerMerges })),
    element('max_server_memory_usage', String(config.memory)),
    element('max_concurrent_queries', '100'),
    element('mark_cache_size', String(128 * mebibyte)),
    element('index_mark_cache_size', String(32 * mebibyte)),
    element('uncompressed_cache_size', '0'),
    element('mmap_cache_size', '0'),
    config.clusters ? element('remote_servers', Object.entries(config.clusters).map(clusterOf)) : '',
  ]);
}

/** The users and what they may do. Passwords are stored as hashes. */
export function clickhouseUsers(config: ClickHouseConfig): string {
  const ours = `${config.databases}.*`;
  const remote = config.clusters ? ['GRANT REMOTE ON *.*'] : [];
  return element('clickhouse', [
    element('profiles', [
      element(
        'default',
        settings({
          async_insert: '0',
          output_format_json_quote_64bit_integers: '1',
          http_max_field_value_size: paramBytes,
        }),
      ),
      element(
        'reader',
        settings({
          readonly: '2',
          output_format_json_quote_64bit_integers: '1',
          cancel_http_readonly_queries_on_client_close: '1',
          max_execution_time: '300',
        }),
      ),
    ]),
    element('quotas', [
      element('default', ''),
      element('foreground', element('interval', settings({ duration: '31536000', queries: '3' }))),
    ]),
    element('users', [
      // The engine's own foreground session logs in as `default` and cannot give a password (neither its configuration
      // nor its arguments know one). So this user may do nothing but listen, and its quota is exactly the three
      // statements of that session: a stranger on this machine can compute constants, and reads or changes nothing.
      user({ name: 'default', password: '' }, 'default', [
        'GRANT SYSTEM LISTEN ON *.*',
        'GRANT SELECT ON system.numbers',
      ]),
      user(config.owner, 'default', [
        `GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP DATABASE, DROP TABLE, DROP VIEW, TRUNCATE, OPTIMIZE ON ${ours}`,
        'GRANT SELECT ON system.*',
        ...remote,
        'GRANT TABLE ENGINE ON ReplacingMergeTree, TABLE ENGINE ON MergeTree, TABLE ENGINE ON Distributed',
      ]),
      user(config.app, 'default', [`GRANT SELECT, INSERT, ALTER DELETE, ALTER UPDATE ON ${ours}`, ...remote]),
      user(config.reader, 'reader', [`GRANT SELECT ON ${ours}`, 'GRANT SELECT ON system.numbers', ...remote]),
    ]),
  ]);
}

/** The longest a bound value may be: lists of many thousand account ids. The engine's default is 128 KiB. */
const paramBytes = String(64 * 1024 * 1024);

const mebibyte = 1024 * 1024;

function user(login: Login, profile: string, grants: readonly string[]): string {
  const hash = createHash('sha256').update(login.password).digest('hex');
  return element(login.name, [
    login.password === '' ? element('password', '') : element('password_sha256_hex', hash),
    element('networks', element('ip', '127.0.0.1')),
    element('profile', profile),
    element('quota', login.password === '' ? 'foreground' : 'default'),
    element(
      'grants',
      grants.map((grant) => element('query', grant)),
    ),
  ]);
}

function clusterOf([name, shards]: [string, readonly ClusterShard[]]): string {
  return element(
    name,
    shards.map((shard) =>
      element('shard', [
        element('internal_replication', 'true'),
        element('replica', [
          element('host', shard.host),
          element('port', String(shard.port)),
          element('user', shard.login.name),
          element('password', shard.login.password),
        ]),
      ]),
    ),
  );
}

function settings(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => element(name, value));
}

/** `content` is text, or elements that are already made. */
function element(name: string, content: string | readonly string[]): string {
  const inner =
    typeof content === 'string' && !content.startsWith('<') ? escapeXml(content) : [content].flat().join('');
  return `<${name}>${inner}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
