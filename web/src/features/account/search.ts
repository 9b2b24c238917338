/** The parts of an account's page. */
export const tabs = ['why', 'indicators', 'timeline', 'people', 'moments'] as const;
export type Tab = (typeof tabs)[number];

/** Over how many days a change is told. */
export const periods = [7, 28, 90] as const;
export type Period = (typeof periods)[number];

/** What an account's page shows; kept in the address, where only what is not usual stands. */
export interface AccountSearch {
  readonly tab?: Tab;
  readonly days?: Period;
  /** Domains that are open in the waterfall, with commas between; empty: none. */
  readonly open?: string;
  /** The indicator whose drawer is open. */
  readonly indicator?: string;
  /** The occurrence whose drawer is open. */
  readonly moment?: string;
  /** Of the timeline: only events of this name, of this person. */
  readonly event?: string;
  readonly person?: string;
}

/** Reads an address; what is not known in it is left out. */
export function readAccountSearch(given: Record<string, unknown>): AccountSearch {
  const text = (key: string): string | undefined => {
    const value = given[key];
    // The router reads `?event=42` as a number; names may be numbers.
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  };
  const tab = tabs.find((one) => one === given['tab']);
  const days = periods.find((one) => one === Number(given['days']));
  const texts = ['open', 'indicator', 'moment', 'event', 'person'].flatMap((key) => {
    const value = text(key);
    return value === undefined || (value === '' && key !== 'open') ? [] : [[key, value]];
  });
  return { ...(tab ? { tab } : {}), ...(days ? { days } : {}), ...(Object.fromEntries(texts) as AccountSearch) };
}
