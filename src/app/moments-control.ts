import type { MomentsControl } from '../api/moments/control.ts';
import type { Spool } from '../ingest/spool/spool.ts';
import { act } from './acts.ts';
import { createCalendar, readCalendar, readFeed, revokeCalendar } from './calendar-feeds.ts';
import type { Core } from './core.ts';
import { teamLoad } from './team-load.ts';
import { todayOf } from './today.ts';

/** What can be asked about moments. `wake`: an account was marked. */
export function createMomentsControl(
  core: Core,
  parts: { readonly spool: Spool; readonly wake: () => void },
): MomentsControl {
  return {
    model: async (workspace) => (await core.models.live(workspace))?.compiled.model ?? null,
    act: (workspace, request) => act(core, parts, workspace, request),
    today: (workspace, request) => todayOf(core, workspace, request),
    teamLoad: (workspace) => teamLoad(core, workspace),
    calendar: (workspace, of) => readCalendar(core, workspace, of),
    createCalendar: (workspace, of) => createCalendar(core, workspace, of),
    revokeCalendar: (workspace, of) => revokeCalendar(core, workspace, of),
    feed: (secret) => readFeed(core, secret),
  };
}
