import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ask } from '../../data/http.ts';
import { TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Door, DoorForm } from './door.tsx';
import { linkQuery, useLinkToken } from './link.ts';
import { NewPasswordField } from './password-field.tsx';

/** What a welcome link leads to; one that does not ask lets in as somebody who is known. */
interface Leading {
  readonly workspace: string;
  readonly asks: boolean;
  readonly name: string | null;
}

/** The first person of an installation, with the link that starting it prints; or a look at the demo. */
export function Welcome(): ReactNode {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const token = useLinkToken();
  const link = useQuery(linkQuery<Leading>('/api/welcome/look', token));
  async function begin(values: object): Promise<void> {
    await ask('/api/welcome', { method: 'POST', body: { token, ...values } });
    queries.clear();
    await navigate({ to: '/' });
  }
  if (link.error) return <Failed error={link.error} />;
  if (!link.data) return <Loading />;
  const { workspace, asks, name } = link.data;
  if (!asks) {
    return (
      <Door title="Have a look around" description={`You enter ${workspace} as ${name ?? 'its manager'}.`}>
        <DoorForm action="Enter the demo" onSubmit={() => begin({})}>
          {() => null}
        </DoorForm>
      </Door>
    );
  }
  return (
    <Door
      title="Welcome to Rapport"
      description="You are the first here. You will administer this workspace, and can invite others."
    >
      <DoorForm
        action="Begin"
        onSubmit={({ name: called, email, password }) => begin({ name: called, email, password })}
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
            <NewPasswordField error={errors['password']} />
          </>
        )}
      </DoorForm>
    </Door>
  );
}
