import { queryOptions } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../data/http.ts';

/** The secret of a link. It stands after the hash, so that no server or proxy writes it into a log. */
export function useLinkToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  return token;
}

/** What a link is for, asked once. */
export function linkQuery<Answer>(path: string, token: string) {
  return queryOptions({
    queryKey: ['link', path, token],
    queryFn: ({ signal }) => ask<Answer>(path, { method: 'POST', body: { token }, signal }),
    retry: false,
    staleTime: Infinity,
  });
}
