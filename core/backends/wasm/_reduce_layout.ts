import type { FunctionBuilder, Local } from "../../assembler/function_builder.ts";
import { NAN_BITS } from "./_phase.ts";
import type { WasmPhase } from "./wasm_kernel.ts";

/** Terms of one block of a sum. Rule N5. */
export const SUM_BLOCK = 1024;

/** Lanes of one block of a sum. Rule N5. */
export const SUM_LANES = 16;

/** A reduction with neighbouring axes of one kind taken as one axis, and without axes of extent 1. */
export interface Layout {
  readonly reduced: readonly Run[];
  readonly kept: readonly Run[];
  /** Terms of each result. */
  readonly terms: number;
  readonly results: number;
  /** Extent of the last axis if it is kept, otherwise 1. */
  readonly inner: number;
  /** results / inner. */
  readonly outer: number;
  /** Whether the terms of a result are not evenly spaced. */
  readonly strided: boolean;
}

/** An axis, with its stride in elements. */
export interface Run {
  readonly extent: number;
  readonly stride: number;
}

/** The operation that a sum or a maximum repeats, and its neutral element. */
export interface Combiner {
  readonly vector: "f32x4.add" | "f32x4.max";
  readonly scalar: "f32.add" | "f32.max";
  readonly identity: number;
}

/**
 * A sum starts at +0 and so never becomes -0: +0 is neutral wherever a sum has no term. WebAssembly's `max` is the
 * maximum by the order key: -0 below +0, and NaN above all.
 */
export const COMBINERS: Readonly<Record<"sum" | "max", Combiner>> = {
  sum: { vector: "f32x4.add", scalar: "f32.add", identity: 0 },
  max: { vector: "f32x4.max", scalar: "f32.max", identity: 0xff800000 },
};

/** A first phase, which writes results [outer, blocks, inner]; to the output itself if there is one block. */
export interface Emitted {
  readonly phase: WasmPhase;
  readonly blocks: number;
  readonly scratchBytes: number;
}

/** Number of blocks of a sum, and the length of the last one. */
export function sumBlocks(terms: number): { blocks: number; last: number } {
  const blocks = Math.ceil(terms / SUM_BLOCK);
  return { blocks, last: terms - (blocks - 1) * SUM_BLOCK };
}

/** Makes a finished maximum canonical if it is NaN. */
export function finishVector(f: FunctionBuilder, combiner: Combiner, vector: Local): void {
  if (combiner.vector === "f32x4.add") return;
  f.splatBits(NAN_BITS).get(vector).get(vector).get(vector).op("f32x4.ne").op("v128.bitselect").set(vector);
}

/** Makes a finished maximum canonical if it is NaN. */
export function finishScalar(f: FunctionBuilder, combiner: Combiner, value: Local): void {
  if (combiner.scalar === "f32.add") return;
  f.get(value).f32Bits(NAN_BITS).get(value).get(value).op("f32.eq").op("select").set(value);
}
