import { assert, assertEquals } from "@std/assert";
import { kernelInputs, kernelOutputs, validateKernel } from "../../../kernels/families.ts";
import type { Kernel, Slot } from "../../../kernels/kernel.ts";
import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { conformanceCases } from "../../conformance/mod.ts";
import type { ExactMode, GpuKernel, GpuTarget } from "../gpu_kernel.ts";
import type { GpuRange } from "../gpu_memory.ts";
import { moduleText } from "../module_text.ts";
import { packedWords, slotPattern, targetOf } from "../slot_pattern.ts";
import { gpuFamilyOf } from "./families.ts";

const MODES: readonly ExactMode[] = [
  { contraction: "product", elementwise: "both", flushes: false },
  { contraction: "both", elementwise: "detect", flushes: true },
  { contraction: "soft", elementwise: "soft", flushes: true },
];
const LIMITS = { invocations: 256, sharedBytes: 16384 };

/** A place in a buffer of the driver's that no other slot has. */
function rangeOf({ dtype, length }: Slot): GpuRange {
  return { buffer: {} as GPUBuffer, offset: 0, size: Math.max(4, length * BYTES_PER_ELEMENT[dtype]) };
}

function textsOf(
  kernel: Kernel,
  mode: ExactMode,
  most: number,
  emit: (target: GpuTarget) => GpuKernel,
): Set<string> {
  const [inputs, outputs] = [kernelInputs(kernel).map(rangeOf), kernelOutputs(kernel).map(rangeOf)];
  const pattern = slotPattern(kernel, inputs, outputs, most);
  const { phases } = emit(targetOf(pattern, mode, LIMITS));
  const table = packedWords(pattern);
  return new Set(
    phases.filter(({ groups }) => groups > 0)
      .map((phase) => moduleText({ ...phase, parameters: [...table, ...phase.parameters] })),
  );
}

/** Every case, not a third of them: `deno task test --full`. */
const FULL = Deno.args.includes("--full");

Deno.test("every pipeline of a kernel is one of its small case, which is valid and small", () => {
  let texts = 0;
  for (const { name, kernel } of conformanceCases()) {
    if (!FULL && name.length % 3 !== 0) continue;
    if (kernel.family === "productMap") continue; // The texts of products and maps.
    const family = gpuFamilyOf(kernel);
    for (const [i, mode] of MODES.entries()) {
      const most = i === 0 ? 32 : 8;
      const own = textsOf(kernel, mode, most, (target) => family.emit(kernel, target));
      if (own.size === 0) continue;
      const { kernel: small, inputs, emit } = family.small(kernel);
      validateKernel(small);
      assertEquals(kernelInputs(small).map(({ length }) => length), inputs.map(({ length }) => length), name);
      const checked = textsOf(small, mode, most, (target) => emit?.(target) ?? family.emit(small, target));
      for (const text of own) {
        assert(checked.has(text), `${name}: not checked:\n${text}\nbut\n${[...checked].join("\n")}`);
      }
      const elements = [...kernelInputs(small), ...kernelOutputs(small)];
      assert(elements.every(({ length }) => length <= 80_000), `${name}: a small case that is not small`);
      texts += own.size;
    }
  }
  assert(texts > (FULL ? 1000 : 300));
});
