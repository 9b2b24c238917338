import { useEffect, useRef } from 'react';
import { type Action, useAllActions } from '../data/actions.tsx';

const sequenceMs = 1_200;

/** Runs actions by their keys, unless somebody is writing. */
export function useShortcuts(): void {
  const actions = useAllActions();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let pressed: { readonly key: string; readonly at: number } | null = null;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target)) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null) return;
      const before = pressed !== null && event.timeStamp - pressed.at < sequenceMs ? `${pressed.key} ` : '';
      const found = byKeys(latest.current, before + event.key) ?? byKeys(latest.current, event.key);
      pressed = found ? null : { key: event.key, at: event.timeStamp };
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** The one that was offered last wins: the page before the frame. */
function byKeys(actions: readonly Action[], keys: string): Action | undefined {
  return actions.findLast((action) => action.keys === keys);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
