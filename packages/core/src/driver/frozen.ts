/** The same data, frozen through and through: nobody's change may reach another driver. */
export function frozen<T extends object>(data: T): T {
  for (const value of Object.values(data)) {
    if (typeof value === 'object' && value !== null) frozen(value)
  }
  return Object.freeze(data)
}
