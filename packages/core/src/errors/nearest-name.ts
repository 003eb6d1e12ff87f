import { familiarName } from './familiar-names.ts'

/**
 * The name among `names` that was probably meant, for hints in errors. Case, `-` and `_` do not
 * count, a name that it has elsewhere is known, and a name may be off by one edit for every three characters.
 */
export function nearestName(name: string, names: Iterable<string>): string | undefined {
  const known = [...names]
  const wanted = plain(name)
  const familiar = familiarName(wanted, known)
  if (familiar !== undefined) return familiar
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate))
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** A name without what people write in different ways. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '')
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
 */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
