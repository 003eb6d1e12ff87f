// Each package's public API, as a reviewed file: packages/*/etc/<package>.api.md. A change of the API
// shows in the diff of that file, and this check fails until it does.
//
//   node tooling/api-report.mjs            compares (after a build)
//   node tooling/api-report.mjs --local    rewrites the reports
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { conclude, packages, root, temp } from './workspace.mjs'

const localBuild = process.argv.includes('--local')
const problems = []
let reports = 0

for (const found of packages) {
  for (const path of Object.keys(found.manifest.exports)) {
    if (path === './package.json') continue
    reports += 1
    extract(found, path)
  }
}
if (problems.length > 0 && !localBuild) {
  problems.push('if the change is meant: `npm run api`, then read and commit the reports')
}
conclude(problems, `${reports} API reports ${localBuild ? 'written' : 'are as committed'}`)

function extract({ folder, directory, manifest }, path) {
  const entry = path === '.' ? 'index' : path.slice(2)
  const name = entry === 'index' ? folder : `${folder}-${entry.replaceAll('/', '-')}`
  const reportFolder = join(directory, 'etc')
  const reportTempFolder = join(temp, 'api')
  if (localBuild) mkdirSync(reportFolder, { recursive: true })
  mkdirSync(reportTempFolder, { recursive: true })

  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(directory, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: join(directory, manifest.exports[path].import.types),
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions: compilerOptions(directory) } },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder,
        reportTempFolder,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // Release tags and TSDoc's own dialect are not used here; types that only serve other types
        // stay unexported, and stand in the report.
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          'ae-missing-release-tag': { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'none' },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  })
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild,
    messageCallback: (message) => {
      message.handled = true
      if (message.logLevel === 'error')
        problems.push(`${folder}: ${message.formatMessageWithLocation(root)}`)
    },
  })
  if (apiReportChanged && !localBuild) {
    problems.push(
      `the API of ${relative(root, directory)} (${path}) is not what etc/${name}.api.md says`,
    )
  } else if (errorCount > 0 && problems.length === 0) {
    problems.push(`${folder}: api-extractor reports ${errorCount} errors`)
  }
}

function compilerOptions(directory) {
  return {
    target: 'ES2023',
    lib: ['ES2023'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    rootDir: directory,
  }
}
