import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { partitionsOf } from './hive.ts';

/** What a file holds, as a hash of its bytes and of the partition folders that are columns of it. */
export async function hashFile(path: string): Promise<{ hash: string; bytes: number }> {
  const hash = createHash('sha256').update(JSON.stringify(partitionsOf(path)));
  let bytes = 0;
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(block);
    bytes += block.length;
  }
  return { hash: hash.digest('hex'), bytes };
}
