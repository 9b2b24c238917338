/** Somebody of the demo company's own team. */
export interface DemoMember {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly role: 'manager' | 'member';
  /** Roles whose accounts they share with others. */
  readonly pools: readonly string[];
}

/** The people who look after the customers; invented, like everybody here. */
export const demoTeam: readonly DemoMember[] = [
  { id: 'amara', name: 'Amara Okafor', region: '', role: 'manager', pools: ['manager', 'sponsor'] },
  { id: 'jonas', name: 'Jonas Weber', region: 'EMEA', role: 'member', pools: ['csm'] },
  { id: 'mei', name: 'Mei Tanaka', region: 'APAC', role: 'member', pools: ['csm'] },
  { id: 'lucia', name: 'Lucía Romero', region: 'AMER', role: 'member', pools: ['csm'] },
  { id: 'noor', name: 'Noor Haddad', region: 'EMEA', role: 'member', pools: ['csm', 'onboarding'] },
  { id: 'sam', name: 'Sam Whitfield', region: 'AMER', role: 'member', pools: ['onboarding'] },
  { id: 'petra', name: 'Petra Lind', region: '', role: 'member', pools: ['support'] },
  { id: 'oscar', name: 'Oscar Bianchi', region: '', role: 'member', pools: ['sales'] },
];
