import { comparison } from './compare.ts';
import { deadlines } from './deadlines.ts';
import { evaluation } from './evaluate.ts';
import { ingest } from './ingest.ts';
import { live } from './live.ts';
import { memory } from './memory.ts';
import { momentsLive } from './moments-live.ts';
import { type Bench, print } from './support/report.ts';
import { tick } from './tick.ts';

/** Every bench; `npm run bench -- evaluation` runs the ones that are named. */
const benches: readonly Bench[] = [evaluation, live, momentsLive, deadlines, tick, memory, ingest, comparison];

const wanted = process.argv.slice(2);
const chosen = benches.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const results = [];
for (const bench of chosen) {
  process.stderr.write(`${bench.name}\n`);
  const figures = await bench.run((progress) => process.stderr.write(`  ${progress}\n`));
  results.push({ bench, figures });
}
print(results);
