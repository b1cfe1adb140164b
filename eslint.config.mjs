import tseslint from 'typescript-eslint'

// An unhandled rejection ends the user's whole Node-RED, so the promise rules are errors everywhere.
export default tseslint.config(
  { ignores: ['dist', '.build-*', '.cache', '.demo', 'node_modules', 'examples'] },
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-require-imports': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    // Looking for them takes a fifth of the lint, and a rejection ends a run of tests in any case.
    rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }] },
  },
  {
    files: ['src/**/*.ts', 'nodes/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      // Foreign data is never merged: `Object.assign` follows an own `__proto__` key.
      'no-restricted-properties': ['error', { object: 'Object', property: 'assign' }],
    },
  },
  { files: ['src/command-line/**/*.ts'], rules: { 'no-console': 'off' } },
)
