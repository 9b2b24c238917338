import type { LifecycleNeed } from '../../compile/queries/account-events.ts';
import type { SeenEvent } from '../../moments/journey.ts';

/** The events of one account that phases and moments ask for, as far as they came in; a look takes what it needs of them. */
export class AskedEvents {
  /** By name, in order of time. */
  readonly #byName = new Map<string, SeenEvent[]>();

  add(event: SeenEvent): void {
    const own = this.#byName.get(event.name) ?? [];
    this.#byName.set(event.name, own);
    // Mostly the newest; one that came late goes where it belongs.
    const before = own.findLastIndex(({ time }) => time <= event.time);
    own.splice(before + 1, 0, event);
  }

  /** What the queries of the live loop would bring. */
  needed(needs: readonly Pick<LifecycleNeed, 'name' | 'since' | 'andLast'>[]): readonly SeenEvent[] {
    const found: SeenEvent[] = [];
    for (const { name, since, andLast } of needs)
      for (const own of name === '*' ? this.#byName.values() : [this.#byName.get(name) ?? []]) {
        const before = own.findLastIndex(({ time }) => time < since);
        found.push(...own.slice(andLast ? Math.max(before, 0) : before + 1));
      }
    return found;
  }
}
