import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';

/**
 * Something a person can do here and now. The one registry of them feeds the command palette, the keyboard and the
 * help page.
 */
export interface Action {
  readonly id: string;
  /** What it does, as a command: "Snooze". */
  readonly title: string;
  readonly section: string;
  /** Keys pressed one after the other, such as `g t`; none: only in the palette. */
  readonly keys?: string;
  /** Further words to find it by. */
  readonly words?: string;
  readonly run: () => void;
}

class Registry {
  readonly #groups = new Map<string, readonly Action[]>();
  readonly #listeners = new Set<() => void>();
  #all: readonly Action[] = [];

  put(group: string, actions: readonly Action[]): void {
    this.#groups.set(group, actions);
    this.#tell();
  }

  remove(group: string): void {
    this.#groups.delete(group);
    this.#tell();
  }

  readonly all = (): readonly Action[] => this.#all;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    this.#all = [...this.#groups.values()].flat();
    for (const listener of this.#listeners) listener();
  }
}

const RegistryContext = createContext(new Registry());

export function ActionsProvider({ children }: { children: ReactNode }): ReactNode {
  const registry = useMemo(() => new Registry(), []);
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

/** All actions that are possible now. */
export function useAllActions(): readonly Action[] {
  const registry = useContext(RegistryContext);
  return useSyncExternalStore(registry.subscribe, registry.all);
}

/** Offers actions as long as the component is shown. */
export function useActions(actions: readonly Action[]): void {
  const registry = useContext(RegistryContext);
  const group = useId();
  const latest = useRef(actions);
  latest.current = actions;
  const shape = actions.map(({ id, title, keys }) => `${id} ${title} ${keys}`).join('\n');
  useEffect(() => {
    // What runs is always the newest closure; what is listed changes only when names or keys do.
    const live = latest.current.map((action, at) => ({ ...action, run: () => latest.current[at]?.run() }));
    registry.put(group, live);
    return () => registry.remove(group);
  }, [registry, group, shape]);
}
