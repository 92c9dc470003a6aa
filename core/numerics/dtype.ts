/** The types of the elements of a tensor: f32 for values, u32 and i32 for indices, u8 for images and masks. */
export type Dtype = "f32" | "u32" | "i32" | "u8";

/** The typed array that holds elements of each type on the host. */
export interface HostArrays {
  /** binary32. */
  f32: Float32Array;
  /** 0 to 2^32 - 1. */
  u32: Uint32Array;
  /** -2^31 to 2^31 - 1. */
  i32: Int32Array;
  /** 0 to 255. */
  u8: Uint8Array;
}

/** Any typed array that can hold the elements of a tensor. */
export type HostArray = HostArrays[Dtype];

/** Bytes of one element of each type. */
export const BYTES_PER_ELEMENT: Readonly<Record<Dtype, number>> = { f32: 4, u32: 4, i32: 4, u8: 1 };

/**
 * Views `length` elements of `buffer` from `byteOffset` as the given type, without a copy.
 *
 * @example
 * ```ts
 * import { viewAs } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { buffer } = Float32Array.of(1, 2, 3);
 * assertEquals(viewAs("f32", buffer, 4, 2), Float32Array.of(2, 3));
 * ```
 */
export function viewAs<D extends Dtype>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): HostArrays[D];
export function viewAs(dtype: Dtype, buffer: ArrayBufferLike, byteOffset: number, length: number): HostArray {
  switch (dtype) {
    case "f32":
      return new Float32Array(buffer, byteOffset, length);
    case "u32":
      return new Uint32Array(buffer, byteOffset, length);
    case "i32":
      return new Int32Array(buffer, byteOffset, length);
    case "u8":
      return new Uint8Array(buffer, byteOffset, length);
  }
}
