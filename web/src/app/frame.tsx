import { Outlet, useLoaderData, useParams } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { LiveProvider } from '../data/live.tsx';
import type { Me } from '../data/me.ts';
import { setReader } from '../lib/format.ts';
import { Empty } from '../ui/states.tsx';
import { Toasts } from '../ui/toast.tsx';
import { ActionsProvider, useActions } from '../data/actions.tsx';
import { PhoneBar, Rail, useScreenActions } from './rail.tsx';
import { useShortcuts } from './shortcuts.tsx';
import { TopBar } from './top-bar.tsx';

// Not part of what the first paint waits for.
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const Help = lazy(async () => ({ default: (await import('./help.tsx')).Help }));

/** What stands around every page of a workspace. */
export function Frame(): ReactNode {
  const { workspace } = useParams({ from: '/w/$workspace' });
  const me = useLoaderData({ from: '/w/$workspace' });
  const { locale, timeZone } = me.person;
  // Before anything is drawn: every number and date below is written for who reads it.
  useMemo(() => setReader({ locale: locale || undefined, timeZone: timeZone || undefined }), [locale, timeZone]);
  if (!me.memberships.some((one) => one.workspace.slug === workspace)) {
    return <Empty title="You are not in this workspace">Somebody who administers it can invite you.</Empty>;
  }
  return (
    <ActionsProvider>
      <LiveProvider workspace={workspace}>
        <Room me={me} workspace={workspace} />
        <Toasts />
      </LiveProvider>
    </ActionsProvider>
  );
}

function Room({ me, workspace }: { me: Me; workspace: string }): ReactNode {
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts();
  usePaletteKey(() => setPaletteOpen((open) => !open));
  useScreenActions(workspace);
  useActions([
    {
      id: 'palette',
      title: 'Find an account or an action',
      section: 'General',
      keys: '/',
      run: () => setPaletteOpen(true),
    },
    { id: 'help', title: 'Show the keys', section: 'General', keys: '?', run: () => setHelpOpen(true) },
  ]);
  return (
    <div className="flex h-dvh">
      <a
        href="#page"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        To the page
      </a>
      <Rail workspace={workspace} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar me={me} workspace={workspace} onSearch={() => setPaletteOpen(true)} />
        <main
          id="page"
          tabIndex={-1}
          className="flex min-h-0 flex-1 flex-col overflow-y-auto px-6 pt-5 pb-6 outline-none max-md:px-4 max-md:pb-24"
        >
          <Outlet />
        </main>
      </div>
      <PhoneBar workspace={workspace} />
      <Suspense>
        {isPaletteOpen && <Palette workspace={workspace} onClose={() => setPaletteOpen(false)} />}
        {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
      </Suspense>
    </div>
  );
}

/** Ctrl-K or Cmd-K, also while somebody writes. */
function usePaletteKey(toggle: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
