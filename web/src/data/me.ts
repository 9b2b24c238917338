import { queryOptions } from '@tanstack/react-query';
import { ask } from './http.ts';

export type Role = 'admin' | 'manager' | 'member' | 'viewer';

/** Who is signed in, and where they belong. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string | null;
  readonly timezone: string | null;
  readonly memberships: readonly Membership[];
}

export interface Membership {
  readonly workspace: string;
  readonly name: string;
  readonly member: string;
  readonly role: Role;
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<Me>('/api/me', { signal }),
  staleTime: 60_000,
  retry: false,
});
