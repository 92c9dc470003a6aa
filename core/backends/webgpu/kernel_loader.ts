import { kernelKey, validateKernel } from "../../kernels/families.ts";
import { gpuFamilyOf } from "./emit/families.ts";
import type { ExactMode, GpuKernel, GpuLimits } from "./gpu_kernel.ts";
import { moduleText, uniformOf, variablesOf } from "./module_text.ts";
import type { Pipeline, Pipelines } from "./pipelines.ts";
import type { GpuOwnKernel } from "./split_product_map.ts";
import { packedWords, type SlotPattern, targetOf } from "./slot_pattern.ts";

/** A dispatch that lacks only its buffers. */
export interface LoadedPhase extends Pipeline {
  /** The variables in the order of their bindings. */
  readonly variables: readonly string[];
  readonly uniform: GPUBufferBinding;
  readonly groups: number;
  readonly text: string;
  /** Bind groups that were made, by the buffers bound. */
  readonly bound: Map<string, GPUBindGroup>;
}

/** A kernel compiled for one pattern of buffers. */
export interface LoadedKernel {
  readonly phases: readonly LoadedPhase[];
  readonly temporaryBytes: number;
}

/** Writes and compiles kernels, each once for each pattern. */
export class KernelLoader {
  readonly #byKernel = new WeakMap<GpuOwnKernel, Map<string, LoadedKernel>>();
  readonly #byKey = new Map<string, LoadedKernel>();
  /** Texts that were compared with the reference, or are about to be. */
  readonly #checked = new Set<string>();

  /** @param check Compares a kernel with texts that are new with the reference. */
  constructor(
    readonly pipelines: Pipelines,
    readonly mode: ExactMode,
    readonly limits: GpuLimits,
    readonly check: (kernel: GpuOwnKernel, pattern: SlotPattern) => void,
  ) {}

  /** The compiled kernel; a text that was not seen before is checked. */
  load(kernel: GpuOwnKernel, pattern: SlotPattern): LoadedKernel {
    let patterns = this.#byKernel.get(kernel);
    if (patterns === undefined) this.#byKernel.set(kernel, patterns = new Map());
    let loaded = patterns.get(pattern.key);
    if (loaded === undefined) {
      const key = `${pattern.key}|${kernelKey(kernel)}`;
      loaded = this.#byKey.get(key);
      if (loaded === undefined) {
        validateKernel(kernel);
        const family = gpuFamilyOf(kernel);
        loaded = this.compile(family.emit(kernel, targetOf(pattern, this.mode, this.limits)), pattern);
        this.#byKey.set(key, loaded);
        if (loaded.phases.some(({ text }) => !this.#checked.has(text))) {
          for (const { text } of loaded.phases) this.#checked.add(text);
          this.check(kernel, pattern);
        }
      }
      patterns.set(pattern.key, loaded);
    }
    return loaded;
  }

  /** Compiles the phases that have work to do. */
  compile({ phases, temporaryBytes = 0 }: GpuKernel, pattern: SlotPattern): LoadedKernel {
    const table = packedWords(pattern);
    return {
      temporaryBytes,
      phases: phases.filter(({ groups }) => groups > 0).map((own): LoadedPhase => {
        const phase = { ...own, parameters: [...table, ...own.parameters] };
        const text = moduleText(phase);
        const variables = variablesOf(phase);
        const uniform = this.pipelines.uniform(uniformOf(phase));
        return {
          ...this.pipelines.get(text, variables.length),
          variables,
          uniform,
          groups: phase.groups,
          text,
          bound: new Map(),
        };
      }),
    };
  }
}
