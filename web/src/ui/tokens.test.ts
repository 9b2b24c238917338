import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\);/g)].map(([, name, light, dark]) => [
    name ?? '',
    { light: read(light ?? ''), dark: read(dark ?? '') },
  ]),
);

function read(text: string): readonly number[] {
  return text.split(' ').map(Number);
}

/** Relative luminance of an OKLCH colour, WCAG 2.2 over the OKLab matrices of Ottosson (2020). */
function luminance([lightness = 0, chroma = 0, hue = 0]: readonly number[]): number {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  const [r, g, bl] = [red, green, blue].map((part) => Math.min(1, Math.max(0, part)));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (bl ?? 0);
}

function contrast(text: string, back: string, theme: 'light' | 'dark'): number {
  const [one, other] = [text, back].map((name) => {
    const colour = tokens.get(name)?.[theme];
    if (!colour) throw new Error(`There is no colour ${name}.`);
    return luminance(colour);
  });
  const [bright, dim] = [Math.max(one ?? 0, other ?? 0), Math.min(one ?? 0, other ?? 0)];
  return (bright + 0.05) / (dim + 0.05);
}

const grounds = ['canvas', 'surface', 'raised', 'sunken', 'accent-soft'];
const tinted = ['danger', 'warning', 'engaged', 'neutral', 'disengaged', 'unknown'];
const pairs: readonly (readonly [string, string])[] = [
  ...['text', 'muted', 'accent', ...tinted].flatMap((text) => grounds.map((back) => [text, back] as const)),
  ...tinted.flatMap((name) => [[name, `${name}-soft`] as const, ['text', `${name}-soft`] as const]),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
];

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  it('knows black and white', () => {
    expect(luminance([1, 0, 0])).toBeCloseTo(1, 3);
    expect(luminance([0, 0, 0])).toBe(0);
  });

  it.each(pairs)('%s on %s can be read (WCAG 2.2 AA, 4.5:1)', (text, back) => {
    expect(contrast(text, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['rise', 'fall'].flatMap((mark) => ['surface', 'raised'].map((back) => [mark, back] as const)))(
    'the mark of a %s stands out from %s (3:1)',
    (mark, back) => {
      expect(contrast(mark, back, theme)).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(grounds)('the edge of a control stands out from %s (3:1)', (back) => {
    expect(contrast('line-strong', back, theme)).toBeGreaterThanOrEqual(3);
  });
});
