import type { ReactNode } from 'react';
import { TextField } from '../../ui/field.tsx';

/** Where a new password is chosen. */
export function NewPasswordField({ error }: { error: string | undefined }): ReactNode {
  return (
    <TextField
      label="Password"
      name="password"
      type="password"
      autoComplete="new-password"
      minLength={10}
      required
      hint="10 characters or more; a sentence is best"
      error={error}
    />
  );
}
