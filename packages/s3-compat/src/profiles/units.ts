export const KiB = 1024
export const MiB: number = 1024 * KiB
export const GiB: number = 1024 * MiB
export const TiB: number = 1024 * GiB
export const MB: number = 1000 ** 2
export const GB: number = 1000 ** 3
export const TB: number = 1000 ** 4
