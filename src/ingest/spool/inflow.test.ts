import { describe, expect, it } from 'vitest';
import { Inflow } from './inflow.ts';

function inflowAt() {
  const clock = { at: 1_000_000, now: () => clock.at };
  return { clock, inflow: new Inflow(clock) };
}

describe('how much comes in', () => {
  it('is what came in the last full half second', () => {
    const { clock, inflow } = inflowAt();
    inflow.add(300);
    clock.at += 499;
    inflow.add(200);
    expect(inflow.bytesPerSecond()).toBe(0);
    clock.at += 1;
    expect(inflow.bytesPerSecond()).toBe(1_000);
    clock.at += 499;
    expect(inflow.bytesPerSecond()).toBe(1_000);
  });

  it('is nothing after a silence, also when the clock was put back', () => {
    const { clock, inflow } = inflowAt();
    inflow.add(300);
    clock.at += 1_000;
    expect(inflow.bytesPerSecond()).toBe(0);
    inflow.add(100);
    clock.at -= 60_000;
    expect(inflow.bytesPerSecond()).toBe(0);
    inflow.add(50);
    clock.at += 500;
    expect(inflow.bytesPerSecond()).toBe(100);
  });
});
