import type { Act } from '../moments/act.ts';
import type { PersonAction } from './scenario.ts';

/** What a person of a scenario does, with the occurrence that they mean. */
export function actOf(action: PersonAction, occurrence: string): Act {
  const shared = { occurrence, member: action.by, note: action.note };
  switch (action.kind) {
    case 'snooze':
      return { ...shared, kind: 'snooze', until: action.until };
    case 'assign':
      return { ...shared, kind: 'assign', to: action.to };
    case 'complete':
    case 'skip':
    case 'reopen':
      return { ...shared, kind: action.kind };
  }
}
