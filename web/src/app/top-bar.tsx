import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, LogOut, Monitor, Moon, Search, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { ask } from '../data/http.ts';
import { useLiveState } from '../data/live.tsx';
import type { Me } from '../data/me.ts';
import { setTheme, type Theme, useTheme } from '../lib/theme.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx';
import { toastError } from '../ui/toast.tsx';

interface TopBarProps {
  readonly me: Me;
  readonly workspace: string;
  readonly onSearch: () => void;
}

/** Where one is, the way to everything, and who one is. */
export function TopBar({ me, workspace, onSearch }: TopBarProps): ReactNode {
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-6 max-md:px-3">
      <WorkspaceMenu me={me} workspace={workspace} />
      <button
        type="button"
        onClick={onSearch}
        className="ml-2 flex h-8 min-w-0 flex-1 items-center gap-2 rounded border bg-canvas px-2.5 text-muted hover:border-line-strong md:max-w-96 pointer-coarse:h-11"
      >
        <Search size={14} aria-hidden="true" className="shrink-0" />
        <span className="truncate">Find an account or do something</span>
        <span className="ml-auto max-md:hidden">
          <Kbd keys="/" />
        </span>
      </button>
      <div className="flex-1 max-md:hidden" />
      <LiveDot />
      <ThemeMenu />
      <PersonMenu person={me.person} />
    </header>
  );
}

function WorkspaceMenu({ me, workspace }: { me: Me; workspace: string }): ReactNode {
  const navigate = useNavigate();
  const current = me.memberships.find((one) => one.workspace.slug === workspace)?.workspace;
  if (me.memberships.length < 2)
    return <span className="max-w-40 truncate font-medium max-md:hidden">{current?.name}</span>;
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" className="max-w-48 px-2! font-medium">
          <span className="truncate">{current?.name}</span>
          <ChevronsUpDown size={14} aria-hidden="true" />
        </Button>
      }
    >
      <MenuLabel>Workspaces</MenuLabel>
      {me.memberships.map(({ workspace: one }) => (
        <MenuItem
          key={one.id}
          onSelect={() => void navigate({ to: '/w/$workspace/today', params: { workspace: one.slug } })}
        >
          {one.name}
        </MenuItem>
      ))}
    </Menu>
  );
}

const liveWords = { open: 'Live', opening: 'Connecting', broken: 'Not live' } as const;
const liveHints = {
  open: 'Changes appear here as they happen',
  opening: 'Connecting to what is live',
  broken: 'The connection was lost; it is tried again. What you see may be a little old.',
} as const;

function LiveDot(): ReactNode {
  const state = useLiveState();
  return (
    <span role="status" title={liveHints[state]} className="flex items-center gap-1.5 text-sm text-muted">
      <span
        className={`size-2 rounded-full ${state === 'open' ? 'bg-engaged' : state === 'broken' ? 'bg-disengaged' : 'bg-unknown'}`}
      />
      <span className="max-md:sr-only">{liveWords[state]}</span>
    </span>
  );
}

const themes: readonly { readonly id: Theme; readonly title: string }[] = [
  { id: 'system', title: 'Like the system' },
  { id: 'light', title: 'Light' },
  { id: 'dark', title: 'Dark' },
];

function ThemeMenu(): ReactNode {
  const { theme, isDark } = useTheme();
  const Icon = theme === 'system' ? Monitor : isDark ? Moon : Sun;
  return (
    <Menu
      trigger={
        <IconButton label="Theme">
          <Icon size={16} />
        </IconButton>
      }
    >
      {themes.map(({ id, title }) => (
        <MenuCheck key={id} checked={theme === id} onChange={() => setTheme(id)}>
          {title}
        </MenuCheck>
      ))}
    </Menu>
  );
}

function PersonMenu({ person }: { person: Me['person'] }): ReactNode {
  const navigate = useNavigate();
  const queries = useQueryClient();
  async function signOut(): Promise<void> {
    try {
      await ask('/api/sign-out', { method: 'POST' });
      queries.clear();
      await navigate({ to: '/sign-in' });
    } catch (error) {
      toastError(error);
    }
  }
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-medium text-accent pointer-coarse:size-11"
        >
          <span aria-hidden="true">{initials(person.name)}</span>
          <span className="sr-only">You: {person.name}</span>
        </button>
      }
    >
      <MenuLabel>
        {person.name}
        <br />
        {person.email}
      </MenuLabel>
      <MenuLine />
      <MenuItem icon={<LogOut size={14} />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? '?'];
  return ends
    .map((word = '') => letters.segment(word).containing(0)?.segment ?? '')
    .join('')
    .toLocaleUpperCase();
}
