import { queryOptions } from '@tanstack/react-query';
import type { MemberBody } from '../../../src/api/team/shapes.ts';
import type { ListOf } from './accounts.ts';
import { ask } from './http.ts';

export type Member = MemberBody;

/** Everybody who is in the team now. */
export function membersQuery(workspace: string) {
  return queryOptions({
    queryKey: ['members', workspace],
    queryFn: ({ signal }) => ask<ListOf<Member>>('/api/members', { query: { active: true }, signal }),
    staleTime: 60_000,
  });
}
