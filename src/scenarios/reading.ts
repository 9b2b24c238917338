import type { ResolvedModel } from '../model/resolved.ts';
import type { Declared } from './read-values.ts';
import type { Report } from './read-part.ts';

/** What reading a scenario goes by. */
export interface Reading {
  readonly report: Report;
  /** Null while the model has mistakes: then names are not checked. */
  readonly names: Names | null;
  /** Offsets count from here. */
  readonly start: number;
  readonly live: number;
  readonly accounts: readonly string[];
}

/** What a scenario can name of a model. */
export interface Names {
  readonly model: ResolvedModel;
  readonly phases: readonly string[];
  readonly segments: readonly string[];
  readonly moments: readonly string[];
  readonly roles: readonly string[];
  readonly playbooks: readonly string[];
}

export function namesOf(model: ResolvedModel): Names {
  const ids = (all: readonly { readonly id: string }[]): string[] => all.map(({ id }) => id);
  const playbooks = model.moments.flatMap(({ doneBy, escalate }) => [
    ...[doneBy.high, doneBy.low, doneBy.self].flatMap((one) => (one?.kind === 'automation' ? [one.playbook] : [])),
    ...escalate.flatMap(({ playbook }) => playbook ?? []),
  ]);
  return {
    model,
    phases: ids(model.phases),
    segments: ids(model.segments),
    moments: ids(model.moments),
    roles: ids(model.roles),
    playbooks: [...new Set(playbooks)],
  };
}

/** The traits that an account can be given. Zone and region mean something in every model. */
export function accountTraits(names: Names | null): Declared {
  const own = names === null ? null : isAboutPeople(names) ? names.model.traits.person : {};
  const types = own === null ? null : { timezone: 'string', region: 'string', ...own, ...names?.model.traits.account };
  return {
    types: types as Declared['types'],
    code: 'model/unknown-trait',
    owner: 'the model',
    what: 'trait',
    removable: true,
  };
}

/** Whether an account is a person. */
export function isAboutPeople(names: Names | null): boolean {
  return names?.model.account === 'person';
}

/** Traits of a person in a model about companies. */
export function personTraits(names: Names | null): Declared {
  const types = names?.model.traits.person ?? null;
  return { types, code: 'model/unknown-trait', owner: 'a person of the model', what: 'trait', removable: true };
}

/** The properties of an event. */
export function propertiesOf(names: Names | null, event: string): Declared {
  const types = names?.model.catalog[event] ?? null;
  return {
    types,
    code: 'model/unknown-property',
    owner: `the event ${JSON.stringify(event)}`,
    what: 'property',
    removable: false,
  };
}
