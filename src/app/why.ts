import type { Core } from './core.ts';
export async function whyOf(core: Core, workspace: string, request: { account: string; asOf: number; since: number | null }): Promise<object | 'no-model' | null> { return null; }
export async function indicatorEventsOf(core: Core, workspace: string, request: { account: string; indicator: string; asOf: number; limit: number }): Promise<object | 'no-model' | null> { return null; }
