import type { EventsAccess } from '../access.ts';

/** Database that is used when the URL names none. */
const defaultDatabase = 'rapport';

/**
 * How to reach ClickHouse servers by `http(s)://user:password@host:port/database`.
 *
 * - `?cluster=NAME`: a cluster of the servers' own configuration; DDL goes ON CLUSTER, tables are replicated (Keeper).
 * - `?cluster=NAME&shards=URL,URL`: the same without Keeper; DDL is said to each shard, tables are local with a
 *   Distributed table over them. The shard URLs take user and password from the main one.
 */
export function eventsByUrl(text: string): EventsAccess {
  const url = parse(text);
  const database = decodeURIComponent(url.pathname.replace(/^\//, '')) || defaultDatabase;
  const cluster = url.searchParams.get('cluster');
  const shards = (url.searchParams.get('shards') ?? '').split(',').filter((shard) => shard !== '');
  if (shards.length > 0 && cluster === null) {
    throw new Error(
      'The ClickHouse URL names shards but no cluster: add cluster=NAME, as in the remote_servers of the servers.',
    );
  }
  const login = { name: decodeURIComponent(url.username) || 'default', password: decodeURIComponent(url.password) };
  return {
    profile: {
      kind: cluster === null ? 'server' : 'cluster',
      database,
      cluster,
      ddl: cluster !== null && shards.length === 0 ? 'on-cluster' : 'each-shard',
    },
    urls: shards.length === 0 ? [url.origin] : shards.map((shard) => parse(shard).origin),
    owner: login,
    app: login,
    reader: login,
  };
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new Error('A ClickHouse URL looks like https://user:password@host:8443/database; this one does not.');
}
