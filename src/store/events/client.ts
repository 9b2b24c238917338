import { createClient, type ClickHouseClient } from '@clickhouse/client';
import type { EventsAccess, Login } from '../access.ts';

/** Longest a statement may run on the engine unless it says otherwise; the client gives up a little later. */
export const defaultDeadlineSeconds = 300;

/** A client for one server, logged in as `login`, with the settings every statement of ours has. */
export function connect(
  access: EventsAccess,
  url: string,
  login: Login,
  { readOnly = false, deadlineSeconds = defaultDeadlineSeconds } = {},
): ClickHouseClient {
  return createClient({
    url,
    username: login.name,
    password: login.password,
    request_timeout: (deadlineSeconds + 10) * 1000,
    max_open_connections: 16,
    use_multipart_params_auto: true, // thousands of account ids do not fit into a URL
    keep_alive: { enabled: true, idle_socket_ttl: 2_000, eagerly_destroy_stale_sockets: true },
    log: { level: 127 }, // errors are thrown; nobody needs them twice
    clickhouse_settings: {
      max_execution_time: deadlineSeconds,
      output_format_json_quote_64bit_integers: 1,
      async_insert: 0, // we batch ourselves, and an answer must mean "on disk"
      parallel_view_processing: 1, // the views of an insert side by side
      insert_deduplicate: 0, // replicated tables would drop an identical block silently
      distributed_foreground_insert: 1,
      distributed_product_mode: 'global',
      ...(readOnly ? { readonly: '2' as const, cancel_http_readonly_queries_on_client_close: 1 as const } : {}),
    },
  });
}
