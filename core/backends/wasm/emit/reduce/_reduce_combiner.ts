import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import { V128 } from "../../../../assembler/types.ts";
import { OrderKeys } from "../_order_key.ts";
import { NAN_BITS } from "../_phase.ts";

/** The reductions that repeat one operation on values. */
export type Combining = "sum" | "max";

/**
 * What a reduction does with four floats at a time. A sum adds them; it starts at +0 and so never becomes -0, hence +0
 * is neutral wherever it has no term. A maximum goes by order keys: one integer instruction, where a maximum of floats
 * takes eight.
 */
export class Combiner {
  readonly instruction: "f32x4.add" | "i32x4.max_s";
  /** The neutral element in every lane. */
  readonly identity: Local;
  readonly #keys: OrderKeys | undefined;

  constructor(readonly f: FunctionBuilder, operation: Combining) {
    this.instruction = operation === "sum" ? "f32x4.add" : "i32x4.max_s";
    this.identity = f.local(V128);
    f.splatBits(operation === "sum" ? 0 : 0x80000000).set(this.identity);
    if (operation === "max") this.#keys = new OrderKeys(f);
  }

  /** Pushes four terms from memory. */
  pushTerms(address: Local, offset: number): void {
    this.f.get(address).memory("v128.load", offset);
    this.#keys?.fromFloats();
  }

  /** into = into combined with four terms from memory. */
  addTerms(into: Local, address: Local, offset: number): void {
    this.f.get(into);
    this.pushTerms(address, offset);
    this.f.op(this.instruction).set(into);
  }

  /** Turns finished results into floats. */
  finish(vector: Local): void {
    if (this.#keys === undefined) return;
    this.f.get(vector);
    this.#keys.toFloats();
    this.f.set(vector);
  }
}

/** Combines finished floats one by one. */
export const SCALAR_COMBINERS = {
  sum: { instruction: "f32.add", identity: 0 },
  max: { instruction: "f32.max", identity: 0xff800000 },
} as const;

/** Makes a maximum canonical if it is NaN. */
export function finishScalar(f: FunctionBuilder, operation: Combining, value: Local): void {
  if (operation === "sum") return;
  f.get(value).f32Bits(NAN_BITS).get(value).get(value).op("f32.eq").op("select").set(value);
}
