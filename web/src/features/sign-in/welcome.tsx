import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ask } from '../../data/http.ts';
import { TextField } from '../../ui/field.tsx';
import { Door, DoorForm } from './door.tsx';

/** The first person of an installation, with the link that `npm start` prints. */
export function Welcome(): ReactNode {
  const navigate = useNavigate();
  const queries = useQueryClient();
  // After the hash, so that no server or proxy writes it into a log.
  const [token] = useState(() => location.hash.slice(1));
  return (
    <Door
      title="Welcome to Rapport"
      description="You are the first here. You will administer this workspace, and can invite others."
    >
      <DoorForm
        action="Begin"
        onSubmit={async ({ name, email, password }) => {
          await ask('/api/welcome', { method: 'POST', body: { token, name, email, password } });
          queries.clear();
          await navigate({ to: '/' });
        }}
      >
        {(errors) => (
          <>
            <TextField label="Your name" name="name" autoComplete="name" required autoFocus error={errors['name']} />
            <TextField
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              required
              error={errors['email']}
            />
            <TextField
              label="Password"
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={10}
              required
              hint="10 characters or more"
              error={errors['password']}
            />
          </>
        )}
      </DoorForm>
    </Door>
  );
}
