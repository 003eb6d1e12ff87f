/** A group of operations with its optional members present. */
export type Whole<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> }
