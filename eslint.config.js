import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Dependencies point one way: app → lib, tool → tool; the black-box e2e project knows the wire contracts and clients of it. */
const DIRECTIONS = [
  { sourceTag: 'scope:app', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'scope:lib', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'scope:tool', onlyDependOnLibsWithTags: ['scope:tool'] },
  { sourceTag: 'scope:test', onlyDependOnLibsWithTags: ['scope:test', 'scope:tool', 'scope:lib'] },
  { sourceTag: 'scope:e2e', onlyDependOnLibsWithTags: ['type:contracts', 'type:client'] },
  { sourceTag: 'type:contracts', notDependOnLibsWithTags: ['scope:lib', 'scope:app', 'scope:tool', 'scope:test'] },
];
/** Tests may use what exists for tests, and their own package as others see it. */
const DIRECTIONS_IN_TESTS = DIRECTIONS.map((rule) =>
  'onlyDependOnLibsWithTags' in rule && rule.sourceTag !== 'scope:e2e'
    ? { ...rule, onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'scope:test'] }
    : rule,
);

const boundaries = (depConstraints, options = {}) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { allow: [], enforceBuildableLibDependency: false, depConstraints, ...options },
  ],
});

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '.nx', '.slipway', '**/test-results', '**/playwright-report'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      ...boundaries(DIRECTIONS),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'use a union of strings' }],
    },
  },
  {
    files: ['**/test/**/*.ts', '**/test-long/**/*.ts', '**/test-cluster/**/*.ts'],
    plugins: { '@nx': nx },
    rules: boundaries(DIRECTIONS_IN_TESTS, { allowCircularSelfDependency: true }),
  },
  // These tools ask for a default export; a declaration says what a package has.
  { files: ['**/*.config.ts', '**/*.config.js', '**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
);
