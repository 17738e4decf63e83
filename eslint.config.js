import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { circleRules, roomRules } from './eslint.rooms.js';

/**
 * Dependencies point one way: app → lib, tool → tool; the black-box e2e project knows the wire contracts and clients of it.
 * Rules are what a tool and the services' own code must agree on: both may import them, they import nothing of ours.
 */
const DIRECTIONS = [
  { sourceTag: 'scope:app', onlyDependOnLibsWithTags: ['scope:lib'] },
  { sourceTag: 'scope:lib', onlyDependOnLibsWithTags: ['scope:lib', 'scope:rules'] },
  { sourceTag: 'scope:tool', onlyDependOnLibsWithTags: ['scope:tool', 'scope:rules', 'scope:client'] },
  { sourceTag: 'scope:rules', onlyDependOnLibsWithTags: ['scope:rules'] },
  { sourceTag: 'scope:client', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'scope:test', onlyDependOnLibsWithTags: ['scope:test', 'scope:tool', 'scope:lib', 'scope:client'] },
  { sourceTag: 'scope:e2e', onlyDependOnLibsWithTags: ['type:contracts', 'type:client'] },
  { sourceTag: 'type:contracts', notDependOnLibsWithTags: ['scope:lib', 'scope:app', 'scope:tool', 'scope:test'] },
];
/** Tests may use what exists for tests, and their own package as others see it. */
const DIRECTIONS_IN_TESTS = DIRECTIONS.map((rule) =>
  'onlyDependOnLibsWithTags' in rule && rule.sourceTag !== 'scope:e2e'
    ? { ...rule, onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'scope:test'] }
    : rule,
);

/**
 * Promises, with types. `require-await` stays off: an async function without `await` keeps an interface's promise, and
 * what it throws becomes a rejection.
 */
const PROMISES = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': [
    'error',
    // The runner itself waits for these.
    { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] }] },
  ],
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
};

/** What the runtime and TypeScript name everywhere: a type of ours under such a name is taken for theirs. */
const GLOBALS = [
  ...Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]\w*$/.test(name)),
  ...['Awaited', 'Exclude', 'Extract', 'NonNullable', 'Omit', 'Parameters', 'Partial', 'Pick', 'Readonly', 'Record'],
  ...['Required', 'ReturnType'],
];

const SCREAMING = '[id.name=/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^[A-Z]{2,}$/]';
/** The dialect that CONTRIBUTING.md describes, as far as a rule can tell. */
const DIALECT = {
  'dot-notation': 'error',
  'no-restricted-imports': [
    'error',
    { paths: ['assert', 'assert/strict', 'node:assert'].map((name) => ({ name, message: 'use node:assert/strict' })) },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'TSEnumDeclaration', message: 'use a union of strings' },
    {
      selector: `:matches(TSTypeAliasDeclaration, TSInterfaceDeclaration, ClassDeclaration)[id.name=/^(${GLOBALS.join('|')})$/]`,
      message: 'call it otherwise: this is the name of a global',
    },
    { selector: 'ForStatement[init=null][test=null][update=null]', message: 'use while (true)' },
    ...['resolve', 'reject'].map((name, index) => ({
      selector: `NewExpression[callee.name="Promise"] > :function > Identifier.params:nth-child(${index + 1}):not([name="${name}"])`,
      message: `call it ${name}`,
    })),
    ...[
      `VariableDeclaration[kind="let"] > VariableDeclarator${SCREAMING}`,
      `:function VariableDeclarator${SCREAMING}`,
      `VariableDeclarator${SCREAMING} > :matches(ArrowFunctionExpression, AwaitExpression)`,
    ].map((selector) => ({ selector, message: 'capitals are for constants that are known before the program runs' })),
  ],
};

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
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...PROMISES,
      ...DIALECT,
      ...boundaries(DIRECTIONS),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-params': ['error', 4],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    files: ['**/test/**/*.ts', '**/test-{long,chaos}/**/*.ts'],
    plugins: { '@nx': nx },
    rules: boundaries(DIRECTIONS_IN_TESTS, { allowCircularSelfDependency: true }),
  },
  ...roomRules(),
  ...circleRules(),
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  // These tools ask for a default export; a declaration says what a package has.
  { files: ['**/*.config.ts', '**/*.config.js', '**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
);
