import { parseAst } from 'rolldown/parseAst'

/** Every module that a TypeScript source names: imports, re-exports, `import()`, type references. */
export function importsOf(source, file) {
  const found = []
  visit(parseAst(source, { lang: 'ts' }, file), (node) => {
    const literal = namedModule(node)
    if (literal?.type !== 'Literal') return
    const line = source.slice(0, node.start).split('\n').length
    const kind = node.importKind ?? node.exportKind
    found.push({
      name: literal.value,
      line,
      typeOnly: kind === 'type',
      typeReference: node.type === 'TSImportType',
    })
  })
  return found
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

function namedModule(node) {
  return importing.has(node.type) ? node.source : undefined
}

/** Calls `look` with every node of a syntax tree. */
export function visit(node, look) {
  if (Array.isArray(node)) return node.forEach((child) => visit(child, look))
  if (node === null || typeof node !== 'object') return
  if (typeof node.type === 'string') look(node)
  for (const child of Object.values(node)) visit(child, look)
}
