// A program is tested against failures of its storage, without a network and without mocks.
import { getDriver, isStorageError, Provider, type Container } from '@cloudstore/core'
import '@cloudstore/memory'
import { runDirectly } from './support/run-directly.ts'

/** The code under test: keeps an invoice, and says whether it may be tried again later. */
async function saveInvoice(invoices: Container, id: number): Promise<'saved' | 'later'> {
  try {
    await invoices.put(`${id}.json`, JSON.stringify({ id }))
    return 'saved'
  } catch (error) {
    if (isStorageError(error) && error.retryable) return 'later'
    throw error
  }
}

export async function testingWithMemory(): Promise<void> {
  // #region fail
  const Memory = getDriver(Provider.MEMORY)
  const driver = new Memory()
  const invoices = await driver.createContainer('invoices')

  driver.fail('putObject', 'ServiceUnavailable')
  console.log(await saveInvoice(invoices, 1)) // later
  console.log(await saveInvoice(invoices, 1)) // saved
  // #endregion

  // #region break
  driver.fail('getObject', 'Network', { after: 4 }) // the connection breaks behind 4 bytes
  let received = ''
  try {
    for await (const chunk of invoices.get('1.json')) received += new TextDecoder().decode(chunk)
  } catch (error) {
    if (!isStorageError(error, 'Network')) throw error
    console.log(`broken off behind ${received}`)
  }
  // #endregion

  // #region delay
  driver.delay('getObject', 1000)
  const signal = AbortSignal.timeout(20)
  const outcome = await invoices
    .get('1.json', { signal })
    .text()
    .catch(() => 'too slow')
  console.log(outcome)
  // #endregion
}

await runDirectly(import.meta.url, testingWithMemory)
