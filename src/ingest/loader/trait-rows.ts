import { canonicalPerson } from '../identity/aliases.ts';
import type { LoadBatch } from './batch.ts';
import { isObject } from './decode.ts';
import type { Message } from './message.ts';
import { typed, withoutBrokenText } from '../../model/typed.ts';

/**
 * History rows of the traits that the messages set. A person's trait is stored under the id that was used (version 0),
 * and copied to the canonical person (version 1) when that is somebody else: so the copy can be told from the original
 * when links change. In a B2C workspace the person is the account, and gets the row under that kind as well.
 */
export function traitRows(batch: LoadBatch): string[] {
  const lines: string[] = [];
  const { identity } = batch;
  for (const message of batch.messages) {
    if (message.kind === 'group' && identity.accountKind === 'group') {
      const account = identity.accounts.get(message.groupId) ?? message.groupId;
      pushTraits(lines, batch, message, message.properties, [{ kind: 'account', id: account, version: 0 }]);
    }
    const sender = message.userId || message.anonymousId;
    if (!message.personTraits || sender === '') continue;
    const person = canonicalPerson(identity.links, sender);
    const owners: Owner[] = [{ kind: 'person', id: sender, version: 0 }];
    if (person !== sender) owners.push({ kind: 'person', id: person, version: 1 });
    if (identity.accountKind === 'person' && message.person !== '')
      owners.push({ kind: 'account', id: person, version: 1 });
    pushTraits(lines, batch, message, message.personTraits, owners);
  }
  return lines;
}

interface Owner {
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly version: number;
}

function pushTraits(
  lines: string[],
  batch: LoadBatch,
  message: Message,
  traits: Readonly<Record<string, unknown>>,
  owners: readonly Owner[],
): void {
  const { texts, numbers, times } = typed(traits);
  const removed = removedNames(traits).filter((name) => !Object.hasOwn(texts, name));
  const about =
    `"time":${message.time},"message":${JSON.stringify(message.id)},"received_at":${message.receivedAt},` +
    `"segment":${JSON.stringify(batch.segment)},"deleted":0`;
  for (const { kind, id, version } of owners) {
    const owner = `{"workspace":${JSON.stringify(batch.workspace)},"kind":"${kind}","id":${JSON.stringify(id)},"version":${version},${about},`;
    for (const trait of Object.keys(texts)) {
      const value = `"number":${numbers[trait] ?? 'null'},"moment":${times[trait] ?? 'null'},"removed":0}`;
      const text = JSON.stringify(withoutBrokenText(texts[trait] ?? ''));
      lines.push(`${owner}"trait":${JSON.stringify(withoutBrokenText(trait))},"text":${text},${value}`);
    }
    for (const trait of removed) {
      const name = JSON.stringify(withoutBrokenText(trait));
      lines.push(`${owner}"trait":${name},"text":"","number":null,"moment":null,"removed":1}`);
    }
  }
}

/** Names of traits that are null, at any depth: they are removed. A null object removes itself, not what was inside it. */
function removedNames(traits: Readonly<Record<string, unknown>>, prefix = ''): string[] {
  return Object.entries(traits).flatMap(([key, value]) => {
    if (key === '__proto__') return [];
    if (value === null) return [prefix + key];
    return isObject(value) ? removedNames(value, `${prefix}${key}.`) : [];
  });
}
