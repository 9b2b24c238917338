import { describe, expect, it } from 'vitest';
import { builtinIndicators } from '../builtins/builtins.ts';
import { diagnosticCodes } from '../diagnostic-codes.ts';
import { functions } from '../expression/functions.ts';
import { loadModelText } from '../load.ts';
import { modelSchema } from '../schema.ts';
import { renderDiagnosticsReference } from './diagnostics.ts';
import { renderIndicatorReference } from './indicators.ts';
import { modelJsonSchema } from './json-schema.ts';
import { renderModelReference } from './model.ts';

describe('the reference pages', () => {
  it('name every key of the schema with its meaning', () => {
    const page = renderModelReference();
    for (const key of Object.keys(modelSchema.shape)) expect(page).toContain(`| \`${key}\` |`);
    // No key without a meaning.
    expect(page).not.toMatch(/\| `\w+` \|[^|]*\|[^|]*\| {2}\|/);
  });

  it('name every function, code and built-in', () => {
    for (const spec of Object.values(functions))
      expect(renderModelReference()).toContain(spec.usage.replaceAll('|', '\\|'));
    for (const code of Object.keys(diagnosticCodes)) expect(renderDiagnosticsReference()).toContain(`\`${code}\``);
    for (const one of builtinIndicators())
      expect(renderIndicatorReference()).toContain(`### ${one.number}. ${one.id}\n`);
  });

  it('show definitions of built-ins that are models themselves', () => {
    const blocks = [...renderIndicatorReference().matchAll(/```yaml\n([^`]*)```/g)].map((match) => match[1] ?? '');
    expect(blocks.length).toBe(builtinIndicators().filter((one) => one.awaits === null).length);
    for (const block of blocks) {
      const { diagnostics } = loadModelText(`rapport: 1\nname: x\n${block}`, 'm.yaml');
      expect(diagnostics.filter((one) => one.code.startsWith('yaml/') || one.code.startsWith('cel/'))).toEqual([]);
    }
  });
});

describe('the JSON Schema', () => {
  it('is closed, described and plain data', () => {
    const schema = modelJsonSchema();
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false, required: ['rapport', 'name'] });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
