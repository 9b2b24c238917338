import type { LoadBatch, LoadDeps } from './batch.ts';
import { check } from './check.ts';
import { correctTime } from './time.ts';

/** Steps 3 and 4 over the batch: refused events go to the dead letters with their reason, the others get their time. */
export function checkAll(batch: LoadBatch, { counters }: LoadDeps): void {
  const { segment, isHistory, now } = batch;
  batch.items.forEach((item, at) => {
    const checked = check(batch.drafts[at] ?? null, item, { segment, isHistory, now });
    if ('reason' in checked) {
      const { reason, detail } = checked;
      batch.rejected.push({ index: item.index, reason, detail, item, receivedAt: item.receivedAt ?? now });
      return;
    }
    const flag = correctTime(checked.message);
    for (const one of flag ? [...checked.flags, flag] : checked.flags) counters.flagged[one]++;
    batch.messages.push(checked.message);
  });
  // Memory: whole segments of parsed JSON are not needed any more.
  batch.drafts = [];
  batch.items = [];
}
