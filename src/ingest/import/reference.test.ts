import { expect, it } from 'vitest';
import { functions } from './functions.ts';
import { mappingProblemCodes } from './problem-codes.ts';
import { renderMappingReference } from './reference.ts';

it('the reference names every key, function and problem', () => {
  const page = renderMappingReference();
  for (const word of ['`receivedAt`', '`lookups`', '`emit`', '`where`', '`anonymous`', '`columns`']) {
    expect(page).toContain(`| ${word} |`);
  }
  for (const name of Object.keys(functions)) expect(page).toContain(`\`${name}(`);
  for (const code of Object.keys(mappingProblemCodes)) expect(page).toContain(`\`${code}\``);
});
