const NAN_KEY = 0x7fc00000;

/** Below the key of every float. */
export const LEAST_KEY = -0x80000000;

/**
 * The order key of a float's bits (given and returned as signed integers): -0 < +0, every NaN equal and above all.
 *
 * key = b ^ ((b >> 31) & 0x7fffffff), after a NaN is made canonical.
 */
export function orderKey(bits: number): number {
  return (bits & 0x7fffffff) > 0x7f800000 ? NAN_KEY : bits ^ ((bits >> 31) & 0x7fffffff);
}

/** The bits of the float that has a key. */
export function bitsOfKey(key: number): number {
  return key ^ ((key >> 31) & 0x7fffffff);
}
