import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useActions } from '../data/actions.tsx';
import { screens } from './screens.ts';

/** The screens, at the left edge; on a phone they are below. */
export function Rail({ workspace }: { workspace: string }): ReactNode {
  return (
    <nav
      aria-label="Screens"
      className="flex w-44 shrink-0 flex-col gap-0.5 border-r bg-surface px-2 py-3 max-lg:w-13 max-md:hidden"
    >
      <Link to="/" className="mb-3 flex items-center gap-2 px-2 font-semibold" aria-label="Rapport, to the start">
        <img src="/mark.svg" alt="" width="20" height="20" />
        <span className="max-lg:sr-only">Rapport</span>
      </Link>
      {screens.map(({ to, title, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          params={{ workspace }}
          title={title}
          className="flex h-8 items-center gap-2.5 rounded px-2 text-muted hover:bg-sunken hover:text-text data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-text pointer-coarse:h-11"
        >
          <Icon size={16} aria-hidden="true" className="shrink-0" />
          <span className="max-lg:sr-only">{title}</span>
        </Link>
      ))}
    </nav>
  );
}

/** The four screens that are used most, at the thumb. */
export function PhoneBar({ workspace }: { workspace: string }): ReactNode {
  return (
    <nav
      aria-label="Screens"
      className="fixed inset-x-0 bottom-0 z-30 flex justify-around border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {screens
        .filter(({ onPhone }) => onPhone)
        .map(({ to, title, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            params={{ workspace }}
            className="flex h-14 flex-1 flex-col items-center justify-center gap-1 text-xs text-muted data-[status=active]:font-medium data-[status=active]:text-accent"
          >
            <Icon size={18} aria-hidden="true" />
            {title}
          </Link>
        ))}
    </nav>
  );
}

/** Going to a screen, by keys and by palette. */
export function useScreenActions(workspace: string): void {
  const navigate = useNavigate();
  useActions(
    screens.map(({ to, title, keys }) => ({
      id: `go ${title}`,
      title: `Go to ${title}`,
      section: 'Screens',
      keys,
      run: () => void navigate({ to, params: { workspace } }),
    })),
  );
}
