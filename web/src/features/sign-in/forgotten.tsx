import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ask } from '../../data/http.ts';
import { buttonClass } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Door, DoorForm } from './door.tsx';

export function Forgotten(): ReactNode {
  const [isAsked, setAsked] = useState(false);
  if (isAsked) {
    return (
      <Door
        title="Look into your mail"
        description="If that address is known here, a link for a new password is on its way. Without it, an administrator can make you one."
      >
        <Link to="/sign-in" className={buttonClass('plain')}>
          Back to sign in
        </Link>
      </Door>
    );
  }
  return (
    <Door title="A new password" description="We mail you a link to choose one.">
      <DoorForm
        action="Mail me the link"
        onSubmit={async ({ email }) => {
          await ask('/api/password/forgotten', { method: 'POST', body: { email } });
          setAsked(true);
        }}
      >
        {(errors) => (
          <TextField
            label="E-mail"
            name="email"
            type="email"
            autoComplete="username"
            required
            autoFocus
            error={errors['email']}
          />
        )}
      </DoorForm>
    </Door>
  );
}
