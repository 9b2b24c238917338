import type { Mistake } from './diagnostics.cases.testing.ts';

const whole = `rapport: 1
name: Test
indicators: { use: [active_days] }
`;

/** Mistakes of the YAML itself and of what a model extends, as in diagnostics.cases.testing.ts. */
export const sourceMistakes: readonly Mistake[] = [
  {
    code: 'yaml/syntax',
    yaml: 'rapport: 1\nname: [1, 2\n⟨⟩',
    message: 'flow sequence in block collection must be sufficiently indented and end with a ]',
  },
  {
    code: 'yaml/duplicate-key',
    yaml: `${whole}⟨name⟩: Again\n`,
    message: 'this key stands here twice',
    hint: 'keep one of them',
  },
  {
    code: 'yaml/unsupported',
    yaml: `${whole}? ⟨[a, b]⟩\n: 1\n`,
    message: 'this cannot be a key',
    hint: 'a key is a plain name',
  },
  { code: 'yaml/empty', yaml: '⟨⟩# nothing\n', message: 'the file is empty', hint: 'start with `rapport: 1`' },
  {
    code: 'yaml/too-large',
    yaml: `${whole}levels: ${'['.repeat(40)}⟨[⟩${']'.repeat(41)}\n`,
    message: 'the file is nested deeper than 40 levels',
    hint: 'aliases count each time they are used',
  },
  {
    code: 'yaml/syntax',
    yaml: `${whole}levels: [⟨*gone⟩]\n`,
    message: 'there is no &gone before this',
    hint: 'a text that starts with * stands in quotes',
  },
  {
    code: 'file/unreadable',
    yaml: `extends: ⟨./gone.yaml⟩\n${whole}`,
    message: 'the file "./gone.yaml" cannot be read',
    hint: 'check the name and its permissions',
  },
  {
    code: 'extends/cycle',
    yaml: `extends: ⟨./cycle.yaml⟩\n${whole}`,
    message: './model.yaml extends this file in turn',
    hint: 'let one of them extend nothing',
  },
  {
    code: 'extends/unknown',
    yaml: `extends: ⟨b2b-sass⟩\n${whole}`,
    message: 'there is no shipped model "b2b-sass"',
    hint: 'did you mean b2b-saas?',
  },
  {
    code: 'extends/nothing-to-remove',
    yaml: 'extends: minimal\nrapport: 1\nname: x\nindicators: { ⟨active_dys⟩: null }\n',
    message: 'there is no "active_dys" to remove here',
    hint: 'null removes a key of the model below',
  },
];
