import { queryOptions } from '@tanstack/react-query';
import type { AccountBody } from '../../../src/api/routes/account-rows.ts';
import { ask, openWorkspace } from './http.ts';

export type Account = AccountBody;

/** A page of a list. */
export interface ListOf<Row> {
  readonly data: Row[];
  readonly total: number;
  readonly next: string | null;
}

/** What to list, as `GET /api/accounts` takes it. */
export interface AccountQuery {
  readonly search?: string | undefined;
  readonly band?: string | undefined;
  readonly segment?: string;
  readonly trait?: readonly string[];
  readonly sort?: string;
  readonly sortTrait?: string;
  readonly order?: 'asc' | 'desc';
  readonly limit?: number;
  readonly cursor?: string | undefined;
}

export function readAccounts(query: AccountQuery, signal?: AbortSignal): Promise<ListOf<Account>> {
  return ask('/api/accounts', { query: { ...query }, signal });
}

/** The first page of a list of accounts. */
export function findAccounts(query: AccountQuery) {
  return queryOptions({
    queryKey: ['accounts', openWorkspace(), query],
    queryFn: ({ signal }) => readAccounts(query, signal),
  });
}

/** One account. */
export function accountQuery(account: string) {
  return queryOptions({
    queryKey: ['account', openWorkspace(), account],
    queryFn: ({ signal }) => ask<Account>(`/api/accounts/${encodeURIComponent(account)}`, { signal }),
  });
}
