import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ask } from '../../data/http.ts';
import { TextField } from '../../ui/field.tsx';
import { Door, DoorForm } from './door.tsx';

export function SignIn(): ReactNode {
  const { to = '/' } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const queries = useQueryClient();
  return (
    <Door title="Sign in">
      <DoorForm
        action="Sign in"
        onSubmit={async ({ email, password }) => {
          await ask('/api/sign-in', { method: 'POST', body: { email, password } });
          queries.clear();
          router.history.push(to);
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
    </Door>
  );
}
