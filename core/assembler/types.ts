/** A 32-bit integer. The types are given by their byte in the binary format. */
export const I32 = 0x7f;
/** A 64-bit integer. */
export const I64 = 0x7e;
/** A binary32 number. */
export const F32 = 0x7d;
/** A binary64 number. */
export const F64 = 0x7c;
/** A vector of 128 bits. */
export const V128 = 0x7b;

/** A value type of WebAssembly. */
export type ValueType = typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128;

/**
 * How a module addresses its memory: with 32 bits up to 4 GiB, or with 64 bits. The same calls of the builders write
 * both, where pointers are locals of type `FunctionBuilder.address` and are computed by its methods for addresses.
 */
export type Addresses = "i32" | "i64";
