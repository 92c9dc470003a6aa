import type { HostArray } from "@verbatim/core";
import type { Budget, Fail } from "./malformed.ts";

/** Types of elements in files. */
export type ElementType = "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64";

type Get = (view: DataView, at: number, littleEndian: boolean) => number;

const WORD = 0x100000000;
/** Reads one element. A 64-bit one beyond 2^53 comes out rounded, and far outside what is kept. */
const GET: Readonly<Record<ElementType, Get>> = {
  u8: (view, at) => view.getUint8(at),
  u16: (view, at, little) => view.getUint16(at, little),
  u32: (view, at, little) => view.getUint32(at, little),
  u64: (view, at, little) =>
    view.getUint32(at + (little ? 4 : 0), little) * WORD + view.getUint32(at + (little ? 0 : 4), little),
  i8: (view, at) => view.getInt8(at),
  i16: (view, at, little) => view.getInt16(at, little),
  i32: (view, at, little) => view.getInt32(at, little),
  i64: (view, at, little) =>
    view.getInt32(at + (little ? 4 : 0), little) * WORD + view.getUint32(at + (little ? 0 : 4), little),
  f32: (view, at, little) => view.getFloat32(at, little),
  f64: (view, at, little) => view.getFloat64(at, little),
};

/** Bytes of an element in a file. */
export function sizeOf(type: ElementType): number {
  return Number(type.slice(1)) / 8;
}

/** An array for `length` elements of a type: the dtype of tensors that holds them. */
function arrayFor(type: ElementType, length: number): HostArray {
  if (type === "u8") return new Uint8Array(length);
  if (type.startsWith("f")) return new Float32Array(length);
  return type.startsWith("u") ? new Uint32Array(length) : new Int32Array(length);
}

/**
 * Reads elements as a dtype of tensors: u8; u32 for u16 to u64; i32 for i8 to i64; f32 for f32 and f64, rounded once.
 * With a `scale`, which is given each value before any rounding, all become f32.
 *
 * Every NaN becomes the canonical one. A 64-bit integer that 32 bits do not hold is refused.
 */
export function readElements(
  bytes: Uint8Array,
  type: ElementType,
  littleEndian: boolean,
  { budget, fail, scale }: { budget: Budget; fail: Fail; scale?: (value: number) => number },
): HostArray {
  const size = sizeOf(type);
  const length = bytes.length / size;
  const isCopy = type === "u8" && scale === undefined;
  budget.takeBytes(isCopy ? length : 4 * length);
  if (isCopy) return bytes.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = scale === undefined ? arrayFor(type, length) : new Float32Array(length);
  const get = GET[type];
  for (let i = 0; i < length; i++) {
    const raw = get(view, i * size, littleEndian);
    const value = scale === undefined ? raw : scale(raw);
    values[i] = value;
    if (values[i] === value) continue;
    if (!(values instanceof Float32Array)) fail("whole numbers of 32 bits", `${value} as element ${i}`);
    if (value !== value) values[i] = NaN; // Without the payload that it may have in the file.
  }
  return values;
}
