import { queryOptions } from '@tanstack/react-query';
import type { MeBody } from '../../../src/api/routes/me.ts';
import { ask } from './http.ts';

/** Who is signed in, and where they belong. */
export type Me = MeBody;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<Me>('/api/me', { signal }),
  staleTime: 60_000,
  retry: false,
});
