import { join } from 'node:path';
import { randomSecret } from '../../src/lib/id.ts';
import type { Log } from '../../src/lib/log.ts';
import { startClickHouse } from '../../src/store/embedded/clickhouse.ts';
import { freePort } from '../../src/store/embedded/port.ts';

/** Two ClickHouse servers that form the cluster `rapport`. */
export interface Shards {
  /** For RAPPORT_CLICKHOUSE_URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts two servers that know each other as the shards of one cluster; the rest is as for any servers by URL. */
export async function startShards(directory: string, log: Log): Promise<Shards> {
  const owner = { name: 'owner', password: randomSecret(16) };
  const logins = {
    owner,
    app: { name: 'app', password: randomSecret(16) },
    reader: { name: 'reader', password: randomSecret(16) },
  };
  const ports = [await freePort(), await freePort()];
  const clusters = { rapport: ports.map((port) => ({ host: '127.0.0.1', port, login: owner })) };
  const servers = await Promise.all(
    ports.map((nativePort, index) =>
      startClickHouse({ directory: join(directory, `shard-${index}`), log, nativePort, logins, clusters }),
    ),
  );
  const addresses = servers.map(({ access }) => access.urls[0] ?? '');
  const url = new URL(addresses[0] ?? '');
  url.username = owner.name;
  url.password = owner.password;
  url.pathname = '/rapport';
  url.searchParams.set('cluster', 'rapport');
  url.searchParams.set('shards', addresses.join(','));
  return {
    url: url.href,
    stop: async () => {
      await Promise.all(servers.map(({ engine }) => engine.stop()));
    },
  };
}

/** One ClickHouse server that several Rapports share by URL. */
export async function startEventsServer(directory: string, log: Log): Promise<Shards> {
  const owner = { name: 'owner', password: randomSecret(16) };
  const login = (name: string) => ({ name, password: randomSecret(16) });
  const logins = { owner, app: login('app'), reader: login('reader') };
  const { engine, access } = await startClickHouse({ directory, log, logins });
  const url = new URL(access.urls[0] ?? '');
  url.username = owner.name;
  url.password = owner.password;
  url.pathname = '/rapport';
  return { url: url.href, stop: () => engine.stop() };
}
