const width = 14

/** A progress line on a terminal ends without a line break, for the next one to replace it. */
let unfinished = false

/** Prints one line of the demo: what it is about, then what happened. */
export function say(about: string, text: string): void {
  if (unfinished) console.log('')
  unfinished = false
  console.log(`${about.padEnd(width)}${text}`)
}

/** `1.2 MiB` */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

/** `1 file`, `2 files` */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

/** Shows how far something has come: one line that changes on a terminal, else a line for each quarter. */
export function progressLine(about: string, total: number): (done: number) => void {
  let shown = -1
  const steps = process.stdout.isTTY ? 100 : 4
  return (done) => {
    const step = total === 0 ? steps : Math.floor((done / total) * steps)
    if (step <= shown) return
    shown = step
    const share = step / steps
    const bar = '#'.repeat(Math.round(share * 20)).padEnd(20, '.')
    const line = `${about.padEnd(width)}${bar} ${Math.round(share * 100)} %  ${sizeOf(done)} of ${sizeOf(total)}`
    if (!process.stdout.isTTY) return console.log(line)
    unfinished = step < steps
    process.stdout.write(`\r${line}\u001b[K${unfinished ? '' : '\n'}`)
  }
}
