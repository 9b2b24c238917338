import type { ContactPolicy } from '../resolved-moments.ts';
import { durationAt, type Resolving } from './context.ts';
import { isKnownMoment } from './known.ts';

/** Reads the contact policy; null when there is none, or after a mistake. */
export function resolvePolicy(resolving: Resolving): ContactPolicy | null {
  const authored = resolving.authored.policy;
  if (authored === undefined) return null;
  const per = durationAt(resolving, ['policy', 'per'], authored.per);
  const exempt = (authored.exempt ?? []).filter((moment, i) =>
    isKnownMoment(resolving, ['policy', 'exempt', i], moment),
  );
  return per === null ? null : { atMost: authored.atMost, per, exempt };
}
