import { LayoutList, ListChecks, type LucideIcon } from 'lucide-react';

/** A screen of the rail. */
export interface Screen {
  readonly to: '/w/$workspace/today' | '/w/$workspace/portfolio';
  readonly title: string;
  readonly keys: string;
  readonly icon: LucideIcon;
  /** In the bar of a phone, where there is room for four. */
  readonly onPhone: boolean;
}

export const screens: readonly Screen[] = [
  { to: '/w/$workspace/today', title: 'Today', keys: 'g t', icon: ListChecks, onPhone: true },
  { to: '/w/$workspace/portfolio', title: 'Portfolio', keys: 'g p', icon: LayoutList, onPhone: true },
];
