import { compareUtf8 } from '@cloudstore/core'

const maxLeaf = 512

/**
 * A map whose entries come in the UTF-8 order of their keys. Keys lie in sorted leaves of bounded
 * length, so that adding, deleting and seeking stay cheap with 100,000 keys and more.
 */
export class SortedMap<V> {
  readonly #values = new Map<string, V>()
  readonly #leaves: string[][] = []

  get size(): number {
    return this.#values.size
  }

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key)
    this.#values.set(key, value)
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return
    const index = this.#leafFor(key)
    const leaf = this.#leaves[index]
    if (leaf === undefined) return
    leaf.splice(lowerBound(leaf, key), 1)
    if (leaf.length === 0) this.#leaves.splice(index, 1)
  }

  /**
   * The entries behind `after`, or from it on when inclusive. Nothing may change while they are
   * iterated.
   */
  *from(after?: string, inclusive = false): Generator<readonly [key: string, value: V]> {
    let leafIndex = after === undefined ? 0 : this.#leafFor(after)
    const first = this.#leaves[leafIndex]
    let index = after === undefined || first === undefined ? 0 : lowerBound(first, after)
    if (!inclusive && first !== undefined && first[index] === after) index += 1
    for (; leafIndex < this.#leaves.length; leafIndex += 1) {
      const leaf = this.#leaves[leafIndex] ?? []
      for (; index < leaf.length; index += 1) {
        const key = leaf[index]
        const value = key === undefined ? undefined : this.#values.get(key)
        if (key !== undefined && value !== undefined) yield [key, value]
      }
      index = 0
    }
  }

  #insert(key: string): void {
    const index = this.#leafFor(key)
    const leaf = this.#leaves[index]
    if (leaf === undefined) {
      this.#leaves.push([key])
      return
    }
    leaf.splice(lowerBound(leaf, key), 0, key)
    if (leaf.length > maxLeaf) this.#leaves.splice(index + 1, 0, leaf.splice(maxLeaf / 2))
  }

  /** The leaf that holds the key if any does: the last one that begins at or before it. */
  #leafFor(key: string): number {
    let low = 0
    let high = this.#leaves.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (compareUtf8(this.#leaves[middle]?.[0] ?? '', key) <= 0) low = middle
      else high = middle
    }
    return low
  }
}

/** Where the first key stands that is not before the given one. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareUtf8(keys[middle] ?? '', key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
