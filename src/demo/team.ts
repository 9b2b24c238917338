/** Somebody of the demo company's own team. */
export interface DemoMember {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly isManager: boolean;
  /** Roles whose accounts they share with others. */
  readonly pools: readonly string[];
}

/** The people who look after the customers; invented, like everybody here. */
export const demoTeam: readonly DemoMember[] = [
  { id: 'amara', name: 'Amara Okafor', region: '', isManager: true, pools: ['manager', 'sponsor'] },
  { id: 'jonas', name: 'Jonas Weber', region: 'EMEA', isManager: false, pools: ['csm'] },
  { id: 'mei', name: 'Mei Tanaka', region: 'APAC', isManager: false, pools: ['csm'] },
  { id: 'lucia', name: 'Lucía Romero', region: 'AMER', isManager: false, pools: ['csm'] },
  { id: 'noor', name: 'Noor Haddad', region: 'EMEA', isManager: false, pools: ['csm', 'onboarding'] },
  { id: 'sam', name: 'Sam Whitfield', region: 'AMER', isManager: false, pools: ['onboarding'] },
  { id: 'petra', name: 'Petra Lind', region: '', isManager: false, pools: ['support'] },
  { id: 'oscar', name: 'Oscar Bianchi', region: '', isManager: false, pools: ['sales'] },
];
