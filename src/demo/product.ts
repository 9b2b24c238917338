/** What the demo company sells: an analytics product whose modules can be licensed one by one. */
export const modules = ['reporting', 'sharing', 'dashboards', 'automation'] as const;
export type Module = (typeof modules)[number];

/** What people do in a module (the capabilities of models/b2b-saas.yaml). */
export const activities: Readonly<Record<Module, readonly string[]>> = {
  reporting: ['Report Viewed'],
  sharing: ['Report Shared'],
  dashboards: ['Dashboard Created'],
  automation: ['Export Scheduled', 'Task Attempted'],
};

/** The modules a session may turn to: reading is far commoner than building. */
export const moduleShares: readonly Module[] = [
  'reporting',
  'reporting',
  'reporting',
  'sharing',
  'dashboards',
  'automation',
];

/** Share of people with the habit from which a licensed module is used at all: the harder ones lie idle before. */
export const learnedAt: Readonly<Record<Module, number>> = {
  reporting: 0,
  sharing: 0.3,
  dashboards: 0.45,
  automation: 0.6,
};

/** Releases on the second Tuesday of each quarter's first month, named year.quarter: the same dates whatever `now` is. */
export function releasesBetween(from: number, to: number): { readonly version: string; readonly at: number }[] {
  const found: { version: string; at: number }[] = [];
  const last = new Date(to).getUTCFullYear();
  for (let year = new Date(from).getUTCFullYear() - 1; year <= last; year++) {
    for (let quarter = 1; quarter <= 4; quarter++) {
      const first = new Date(Date.UTC(year, (quarter - 1) * 3, 1));
      const at = Date.UTC(year, (quarter - 1) * 3, 1 + ((9 - first.getUTCDay()) % 7) + 7, 9);
      if (at <= to) found.push({ version: `${year}.${quarter}`, at });
    }
  }
  return found;
}

const days = 86_400_000;

/** How busy a calendar day is, 0–1: weekends, the summer and the end of the year are quiet. */
export function season(time: number): number {
  const date = new Date(time);
  const weekday = date.getUTCDay();
  const month = date.getUTCMonth();
  const dayOfYear = Math.floor((time - Date.UTC(date.getUTCFullYear(), 0, 1)) / days);
  const week = weekday === 0 || weekday === 6 ? 0.05 : weekday === 5 ? 0.85 : 1;
  const year = dayOfYear >= 355 || dayOfYear <= 2 ? 0.25 : month === 7 ? 0.75 : month === 6 ? 0.88 : 1;
  return week * year;
}
