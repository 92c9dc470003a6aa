/**
 * How JavaScript calls phases. An address of 64 bits would be a BigInt there, garbage with each call: so it gives the
 * number of the line of 64 bytes instead, which fits into an i32, and a function of its own computes the address.
 *
 * @module
 */

import { ALIGNMENT } from "../allocator.ts";
import type { FunctionBuilder } from "../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../assembler/module_builder.ts";
import { type Addresses, I32 } from "../../assembler/types.ts";
import type { WasmPhase } from "./wasm_kernel.ts";

/**
 * What JavaScript gives in place of the address of a block: its 32 bits as an i32, or the number of its line. An engine
 * makes no object of such a number.
 */
export function phaseArgument(addresses: Addresses, address: number): number {
  return addresses === "i64" ? address / ALIGNMENT : address | 0;
}

/** Turns what `phaseArgument` gave, on the stack, into the address. */
export function toAddress(f: FunctionBuilder): FunctionBuilder {
  return f.addresses === "i64" ? f.scale(ALIGNMENT) : f;
}

/** The phase as JavaScript calls it: `(args, begin, end, scratch)`, all i32. */
export function phaseEntry(builder: ModuleBuilder, phase: WasmPhase): WasmPhase {
  if (builder.addresses === "i32") return phase;
  const f = builder.function(`enter_${phase.name}`, [I32, I32, I32, I32]);
  const [args, begin, end, scratch] = [0, 1, 2, 3];
  toAddress(f.get(args)).get(begin).get(end);
  toAddress(f.get(scratch)).call(phase);
  return { ...phase, name: f.name, index: f.index };
}
