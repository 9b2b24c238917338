import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ask } from '../../data/http.ts';
import { isOwnPath } from '../../lib/own-path.ts';
import { TextField } from '../../ui/field.tsx';
import { Door, DoorForm } from './door.tsx';

/** How one can sign in here. */
interface Ways {
  readonly password: boolean;
  readonly mail: boolean;
  readonly anybody: boolean;
}

export function SignIn(): ReactNode {
  const { to } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const queries = useQueryClient();
  const ways = useQuery({ queryKey: ['ways'], queryFn: ({ signal }) => ask<Ways>('/api/sign-in', { signal }) });
  if (ways.data?.anybody === false) {
    return (
      <Door
        title="Nobody is here yet"
        description="Where Rapport was started, the terminal shows a link for the first person. Open it to begin."
      >
        <p className="rounded border bg-sunken px-3 py-2 font-mono text-sm">rapport sign-in-link</p>
        <p className="mt-2 text-sm text-muted">makes a new one.</p>
      </Door>
    );
  }
  return (
    <Door title="Sign in">
      <DoorForm
        action="Sign in"
        onSubmit={async ({ email, password }) => {
          await ask('/api/sign-in', { method: 'POST', body: { email, password } });
          queries.clear();
          // What the route does not know stays in the search of the address: asked again here.
          router.history.push(isOwnPath(to) ? to : '/');
        }}
      >
        {(errors) => (
          <>
            <TextField
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              required
              autoFocus
              error={errors['email']}
            />
            <TextField
              label="Password"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              error={errors['password']}
            />
          </>
        )}
      </DoorForm>
      <p className="mt-4 text-sm">
        <Link to="/forgotten" className="text-accent underline-offset-4 hover:underline">
          The password is forgotten
        </Link>
      </p>
    </Door>
  );
}
