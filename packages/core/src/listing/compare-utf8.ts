/**
 * Compares two well-formed strings by their UTF-8 bytes, which is the order of their code points,
 * without encoding them. JavaScript's own `<` goes by UTF-16 units, where an emoji sorts before
 * U+E000 to U+FFFF.
 *
 * @returns negative, zero or positive, as `sort` wants it
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above U+FFFF, so they go behind the units that follow them. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
