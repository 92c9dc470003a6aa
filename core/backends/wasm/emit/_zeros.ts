import type { ModuleBuilder } from "../../../assembler/mod.ts";
import { BEGIN, emittedKernel, END, grainOf, loadPointer, phaseFunction, phaseOf } from "./_phase.ts";
import type { EmittedKernel } from "../wasm_kernel.ts";

/** Bytes that one unit fills. */
const UNIT_BYTES = 65536;

/** A kernel that fills buffer `index` of its arguments, of `length` floats, with +0: the value of empty contractions. */
export function zerosKernel(builder: ModuleBuilder, index: number, length: number): EmittedKernel {
  if (length === 0) return emittedKernel([]);
  const bytes = 4 * length;
  const units = Math.ceil(bytes / UNIT_BYTES);
  const f = phaseFunction(builder, "zeros");
  const target = loadPointer(f, index);
  const pushOffset = (unit: number) => f.get(unit).scale(UNIT_BYTES);
  f.get(target);
  pushOffset(BEGIN).addressOp("add");
  f.i32(0);
  // Only the last unit may be shorter.
  pushOffset(END).bytes(bytes);
  f.get(END).i32(units).op("i32.lt_u").op("select");
  pushOffset(BEGIN).addressOp("sub");
  f.memoryFill();
  return emittedKernel([phaseOf(f, units, grainOf(UNIT_BYTES / 40))]);
}
