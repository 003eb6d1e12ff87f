/**
 * Adds a plain last line with the counts, for tools that read Jest's output, and ends a run that
 * would never end: a server, socket or timer that a test left open counts as one failure.
 */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    let failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests + results.numTodoTests
    // Jest prints its own summary after this call: wait for the exit.
    process.once('exit', () => {
      const tail = skipped > 0 ? `, ${skipped} skipped` : ''
      process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${tail}\n`)
    })
    // Does not keep the process alive by itself.
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().toSorted().join(', ')
      process.stderr.write(`Still open ${patience / 1000} s after the last test: ${open}\n`)
      process.stderr.write('`--detectOpenHandles` says which test opened it.\n')
      failed += 1
      process.exit(1)
    }, patience).unref()
  }
}

const patience = 15_000
