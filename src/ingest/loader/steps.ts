import { attributeAll } from './attribute.ts';
import type { LoadBatch, LoadDeps } from './batch.ts';
import { checkAll } from './check-all.ts';
import { decode } from './decode.ts';
import { dedupe } from './dedupe.ts';
import { identify } from './identify.ts';
import { insert } from './insert.ts';
import { remember } from './remember.ts';
import { makeRows } from './rows.ts';
import { shape } from './shape.ts';
import { publishTail } from './show.ts';

/** One step of loading. It fills in its part of the batch; only `insert` and `remember` change a store. */
export interface LoadStep {
  readonly name: string;
  readonly run: (batch: LoadBatch, deps: LoadDeps) => void | Promise<void>;
}

/**
 * What happens to an event between its acknowledgement and its row, in this order. Every step can be run again from
 * the start with the same result; a segment is forgotten only after the last one.
 */
export const steps: readonly LoadStep[] = [
  { name: 'decode', run: (batch) => void batch.items.push(...decode(batch.records)) },
  { name: 'shape', run: (batch) => void (batch.drafts = batch.items.map(shape)) },
  { name: 'check', run: checkAll },
  { name: 'dedupe', run: dedupe },
  { name: 'identify', run: identify },
  { name: 'attribute', run: attributeAll },
  { name: 'rows', run: makeRows },
  { name: 'insert', run: insert },
  { name: 'remember', run: remember },
  { name: 'show', run: publishTail },
];

/** Runs all steps over one workspace's events. The caller holds the workspace's load lock. */
export async function runSteps(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  for (const step of steps) {
    deps.onStep?.(step.name, batch);
    await step.run(batch, deps);
  }
}
