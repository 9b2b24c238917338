/** Every kind of problem of a mapping: when it is reported, and what to do about it. */
export const mappingProblemCodes = {
  'import/yaml': {
    about: 'The file is not YAML.',
    remedy: 'Mend it at the place that is named; often a text with `:` or `#` needs quotes.',
  },
  'import/shape': {
    about: 'A key is missing, or its value is of the wrong kind.',
    remedy: 'Compare with the keys on this page.',
  },
  'import/unknown-key': {
    about: 'A key that the mapping language does not have, mostly misspelt.',
    remedy: 'Take the key that is proposed, or take it out.',
  },
  'import/expression': {
    about:
      'An expression cannot be understood, compares or adds values of different kinds, or names a column that the file does not have.',
    remedy: 'The place is that of the word in question. Columns are written as in the file, upper and lower case too.',
  },
  'import/lookup': {
    about: 'The file of a lookup is not among the given files, or lacks a column.',
    remedy: 'Give its folder to the import as well, or correct `file`, `key` and `columns`.',
  },
  'import/file': {
    about: 'A path does not exist, or no given file fits any pattern under `files`.',
    remedy: 'Correct the path or the pattern: `*` stands for any name, `**` for any folders.',
  },
} as const;

/** What is wrong with a mapping; the set is closed. */
export type MappingProblemCode = keyof typeof mappingProblemCodes;
