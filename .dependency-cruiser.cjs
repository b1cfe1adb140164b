// The import arrows of ARCHITECTURE.md: `nodes -> src`, and inside `src` only to folders above in the list.
const LAYERS = [
  'domain',
  'files',
  'integrations',
  'polling',
  'cache',
  'database',
  'retention',
  'energy',
  'alerting',
  'mqtt',
  'homeassistant',
  'serving',
  'metrics',
  'simulator',
  'command-line',
]

const downwards = LAYERS.map((layer, index) => ({
  name: `${layer}-imports-only-from-above`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${LAYERS.slice(index + 1).join('|') || '$none'})/` },
}))

module.exports = {
  forbidden: [
    ...downwards,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'src-never-knows-node-red',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '(^nodes/|node-red)' },
    },
    {
      name: 'domain-does-no-input-or-output',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-kasa-knows-kasa',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(integrations/kasa|simulator|command-line)/' },
      to: { path: '^src/integrations/kasa/' },
    },
    { name: 'no-unknown-modules', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-modules',
      severity: 'error',
      from: { path: '^(src|nodes)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
}
