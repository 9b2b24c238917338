import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const key = 'rapport.theme';
const listeners = new Set<() => void>();

/** The theme that was chosen on this machine. */
export function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function setTheme(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  localStorage.setItem(key, next);
  for (const listener of listeners) listener();
}

/** The chosen theme, and whether it is dark now. */
export function useTheme(): { readonly theme: Theme; readonly isDark: boolean } {
  const isDark = useSyncExternalStore(subscribe, looksDark);
  return { theme: useSyncExternalStore(subscribe, theme), isDark };
}

function looksDark(): boolean {
  const chosen = theme();
  return chosen === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}

function subscribe(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  listeners.add(listener);
  system.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener('change', listener);
  };
}
