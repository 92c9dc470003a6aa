import { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { kernelKey } from "../../../kernels/families.ts";
import type { Kernel } from "../../../kernels/kernel.ts";
import { phaseEntry } from "../phase_entry.ts";
import { emitInto } from "../emit/emitters.ts";
import type { EmitOptions, EmittedKernel, WasmKernel, WasmPhase } from "../wasm_kernel.ts";
import { emitDriver } from "./emit_driver.ts";

/** The code of a program. */
export interface EmittedProgram {
  /** One kernel with one phase, the driver. */
  readonly kernel: WasmKernel;
  /** The functions of each kernel that was given. */
  readonly kernels: readonly EmittedKernel[];
  /** The number by which the driver calls a phase. */
  readonly numberOf: ReadonlyMap<WasmPhase, number>;
}

/** Emits kernels and their driver as one module; equal kernels share their functions. */
export function emitProgram(
  kernels: readonly Kernel[],
  threads: number,
  { pages, addresses }: EmitOptions,
): EmittedProgram {
  const builder = new ModuleBuilder(pages, addresses);
  const byKey = new Map<string, EmittedKernel>();
  const emitted = kernels.map((kernel) => {
    const key = kernelKey(kernel);
    let known = byKey.get(key);
    if (known === undefined) byKey.set(key, known = emitInto(kernel, builder));
    return known;
  });
  const phases = [...byKey.values()].flatMap((kernel) => kernel.phases);
  const { name, index } = emitDriver(builder, phases, threads);
  const driver = phaseEntry(builder, { name, index, units: 1, grain: 1 });
  return {
    kernel: {
      phases: [driver],
      temporaryBytes: 0,
      scratchBytes: Math.max(0, ...emitted.map(({ scratchBytes }) => scratchBytes)),
      module: builder.encode(),
      text: () => builder.text(),
    },
    kernels: emitted,
    numberOf: new Map(phases.map((phase, number) => [phase, number])),
  };
}
