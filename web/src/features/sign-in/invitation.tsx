import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ask } from '../../data/http.ts';
import { meQuery } from '../../data/me.ts';
import { buttonClass } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Door, DoorForm } from './door.tsx';
import { linkQuery, useLinkToken } from './link.ts';
import { NewPasswordField } from './password-field.tsx';

interface Invited {
  readonly workspace: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly invitedBy: string;
  /** The address can sign in already. */
  readonly known: boolean;
}

/** Joining a workspace by its link. */
export function Invitation(): ReactNode {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const token = useLinkToken();
  const link = useQuery(linkQuery<Invited>('/api/invitations/look', token));
  const me = useQuery({ ...meQuery, enabled: link.data?.known === true });
  async function join(values: object): Promise<void> {
    await ask('/api/invitations/accept', { method: 'POST', body: { token, ...values } });
    queries.clear();
    await navigate({ to: '/' });
  }
  if (link.error) return <Failed error={link.error} />;
  if (!link.data || (link.data.known && me.isPending)) return <Loading />;
  const { workspace, email, name, role, invitedBy, known } = link.data;
  const title = `Join ${workspace}`;
  const description = `${invitedBy} invites ${email} as ${role}.`;
  if (known && !me.data) {
    return (
      <Door title={title} description={`${description} This address can sign in already: do that first.`}>
        <a
          href={`/sign-in?to=${encodeURIComponent(`/invitation#${token}`)}`}
          className={buttonClass('primary', 'h-10!')}
        >
          Sign in
        </a>
      </Door>
    );
  }
  return (
    <Door title={title} description={description}>
      <DoorForm
        action={known ? `Join as ${me.data?.person.name ?? name}` : 'Join'}
        onSubmit={({ name: called, password }) => join(known ? {} : { name: called, password })}
      >
        {(errors) =>
          !known && (
            <>
              <TextField
                label="Your name"
                name="name"
                autoComplete="name"
                defaultValue={name}
                required
                autoFocus
                error={errors['name']}
              />
              <NewPasswordField error={errors['password']} />
            </>
          )
        }
      </DoorForm>
    </Door>
  );
}
