import { describe, expect, it } from 'vitest';
import { unheldRoles } from './unheld.ts';

const duties = [
  { what: 'Kickoff', roles: ['onboarding', 'csm'] },
  { what: 'Training', roles: ['onboarding', 'csm'] },
  { what: 'Review', roles: ['csm'] },
  { what: 'Late review', roles: ['lead', 'csm'] },
  { what: 'Renewal', roles: ['csm', 'sales'] },
];

describe('roles that nobody holds', () => {
  it('are told with who is asked next', () => {
    expect(unheldRoles(duties, new Set(['csm']))).toEqual([
      { role: 'onboarding', to: 'csm', what: ['Kickoff', 'Training'] },
      { role: 'lead', to: 'csm', what: ['Late review'] },
    ]);
  });

  it('leave the work to the managers when nobody is asked after them', () => {
    expect(unheldRoles(duties, new Set(['onboarding', 'lead']))).toEqual([
      { role: 'csm', to: null, what: ['Review', 'Renewal'] },
      { role: 'sales', to: null, what: ['Renewal'] },
    ]);
  });

  it('are none when somebody holds each', () => {
    expect(unheldRoles(duties, new Set(['onboarding', 'csm', 'lead', 'sales']))).toEqual([]);
  });
});
