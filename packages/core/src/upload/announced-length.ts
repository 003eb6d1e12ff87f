import { StorageError } from '../errors/errors.ts'

/** Holds a source to the length that was announced for it: it is neither cut nor padded. */
export function requireLength(total: number, announced: number | undefined, ended: boolean): void {
  if (announced === undefined || total === announced || (total < announced && !ended)) return
  throw new StorageError(
    'InvalidArgument',
    total > announced
      ? `the source gave more than the ${announced} bytes that were announced`
      : `the source ended after ${total} bytes, but ${announced} were announced`,
    { hint: 'Leave `size` out when it is not known' },
  )
}
