import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ask } from '../../data/http.ts';
import { Door, DoorForm } from './door.tsx';
import { useLinkToken } from './link.ts';
import { NewPasswordField } from './password-field.tsx';

/** Choosing a new password by a link. */
export function NewPassword(): ReactNode {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const token = useLinkToken();
  return (
    <Door title="Choose a new password" description="Everywhere else you are signed out.">
      <DoorForm
        action="Save and sign in"
        onSubmit={async ({ password }) => {
          await ask('/api/password/reset', { method: 'POST', body: { token, password } });
          queries.clear();
          await navigate({ to: '/' });
        }}
      >
        {(errors) => <NewPasswordField error={errors['password']} />}
      </DoorForm>
    </Door>
  );
}
