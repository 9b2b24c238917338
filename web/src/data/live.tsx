import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { type StreamState, watchStream } from './stream.ts';

/** A change of an account: `score` when it was evaluated, `moment` when an occurrence of it changed. */
export interface LiveChange {
  readonly kind: 'score' | 'moment';
  readonly account: string;
}

type Listener = (change: LiveChange) => void;

interface Live {
  readonly state: StreamState;
  readonly listen: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live>({ state: 'opening', listen: () => () => {} });

/** One stream per page for all that shows what is live. */
export function LiveProvider({ workspace, children }: { workspace: string; children: ReactNode }): ReactNode {
  const [state, setState] = useState<StreamState>('opening');
  const listeners = useRef(new Set<Listener>());
  const queries = useQueryClient();
  useEffect(() => {
    let wasBroken = false;
    return watchStream('/api/live', {
      onEvent: (name, data) => {
        if (name !== 'score' && name !== 'moment') return;
        const { account } = data as { account: string };
        for (const listener of listeners.current) listener({ kind: name, account });
      },
      onState: (next) => {
        setState(next);
        // What changed while nobody listened is in the lists.
        if (next === 'open' && wasBroken) void queries.invalidateQueries();
        wasBroken ||= next === 'broken';
      },
    });
  }, [workspace, queries]);
  const [live] = useState(() => ({
    listen: (listener: Listener) => {
      listeners.current.add(listener);
      return () => void listeners.current.delete(listener);
    },
  }));
  return <LiveContext value={{ ...live, state }}>{children}</LiveContext>;
}

/** How the live stream is doing. */
export function useLiveState(): StreamState {
  return useContext(LiveContext).state;
}

const settleMs = 400;

/**
 * Reads queries again when something of theirs has changed: at most every 0.4 s, so that a flood of changes is one
 * read. React Query keeps what is shown until the new answer is there; nothing jumps.
 */
export function useLiveQueries(
  keys: readonly (readonly unknown[])[],
  concerns: (change: LiveChange) => boolean = () => true,
): void {
  const { listen } = useContext(LiveContext);
  const queries = useQueryClient();
  const latest = useRef({ keys, concerns });
  latest.current = { keys, concerns };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = listen((change) => {
      if (timer !== null || !latest.current.concerns(change)) return;
      timer = setTimeout(() => {
        timer = null;
        for (const queryKey of latest.current.keys) void queries.invalidateQueries({ queryKey: [...queryKey] });
      }, settleMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [listen, queries]);
}
