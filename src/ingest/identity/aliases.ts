/** Somebody said that `alias` (an anonymousId or a former userId) is the person `personId`. */
export interface AliasFact {
  readonly alias: string;
  readonly personId: string;
  /** Epoch milliseconds. */
  readonly linkedAt: number;
}

/** What is known about who is who: alias → the fact that holds. */
export type Links = ReadonlyMap<string, AliasFact>;

/** The links after hearing more, and which of them are new or say something else now. */
export interface AliasDecision {
  readonly links: Links;
  readonly changed: readonly AliasFact[];
  /** Ids whose former link was replaced: what was derived from it must be derived again from the events. */
  readonly retargeted: ReadonlySet<string>;
}

/**
 * Joins what was known with what is said now. Of two facts about one alias the earlier one holds (a later person on
 * the same browser does not take over the history of the first), then the smaller id: so order of arrival never matters.
 */
export function decideAliases(previous: Links, observed: readonly AliasFact[]): AliasDecision {
  const links = new Map(previous);
  const changed = new Map<string, AliasFact>();
  const retargeted = new Set<string>();
  for (const fact of observed) {
    if (fact.alias === fact.personId) continue;
    const known = links.get(fact.alias);
    if (known && !isBefore(fact, known)) continue;
    if (known && known.personId !== fact.personId) {
      // What the alias brought lies with whoever was at the end of its chain.
      retargeted.add(fact.alias).add(known.personId).add(canonicalPerson(previous, known.personId));
    }
    links.set(fact.alias, fact);
    changed.set(fact.alias, fact);
  }
  return { links, changed: [...changed.values()], retargeted };
}

function isBefore(one: AliasFact, other: AliasFact): boolean {
  if (one.linkedAt !== other.linkedAt) return one.linkedAt < other.linkedAt;
  return one.personId < other.personId;
}

/** The person an id stands for: the end of its chain of links. In a circle everybody is the smallest id of it. */
export function canonicalPerson(links: Links, id: string): string {
  let at = id;
  const passed: string[] = [];
  for (let link = links.get(at); link; link = links.get(at)) {
    passed.push(at);
    at = link.personId;
    const circle = passed.indexOf(at);
    if (circle !== -1) return passed.slice(circle).reduce((least, one) => (one < least ? one : least));
  }
  return at;
}

/** Every id that is linked, over any number of links in either direction, with one of `ids`. */
export function connected(links: Links, ids: Iterable<string>): Set<string> {
  const neighbours = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const list = neighbours.get(from);
    if (list) list.push(to);
    else neighbours.set(from, [to]);
  };
  for (const { alias, personId } of links.values()) {
    add(alias, personId);
    add(personId, alias);
  }
  const found = new Set(ids);
  // A Set's iterator also visits what is added while it runs.
  for (const id of found) for (const next of neighbours.get(id) ?? []) found.add(next);
  return found;
}
