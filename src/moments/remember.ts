/** Remembers the last results of a pure function; when there are too many, the oldest goes. */
export function remember<Key, Value>(limit: number, make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    const oldest = known.keys().next();
    if (known.size >= limit && oldest.done !== true) known.delete(oldest.value);
    known.set(key, made);
    return made;
  };
}
