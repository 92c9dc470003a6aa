import type { GpuDevice } from "./adapter.ts";

/** The driver allows so many workgroups along an axis. */
const MOST_GROUPS = 65535;

/** Bytes of the buffers from which the uniforms of phases are cut. */
const CHUNK_BYTES = 65536;
/** Uniforms begin at multiples of this. */
const UNIFORM_ALIGNMENT = 256;

/** A module compiled, and how to bind its variables. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Compiles texts, each once, and keeps the uniforms of phases. */
export class Pipelines {
  readonly #byText = new Map<string, Pipeline>();
  readonly #layouts: GPUBindGroupLayout[] = [];
  readonly #uniforms = new Map<string, GPUBufferBinding>();
  #chunk: GPUBuffer | undefined;
  #used = 0;
  readonly #chunks: GPUBuffer[] = [];

  constructor(readonly gpu: GpuDevice) {}

  /** Number of different texts that were compiled. */
  get size(): number {
    return this.#byText.size;
  }

  /** Compiles a module whose storage variables have the bindings 0 to `variables` - 1; the next is its uniform. */
  get(text: string, variables: number): Pipeline {
    let pipeline = this.#byText.get(text);
    if (pipeline === undefined) {
      const { device } = this.gpu;
      const layout = this.#layout(variables);
      pipeline = {
        layout,
        pipeline: device.createComputePipeline({
          layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
          compute: { module: device.createShaderModule({ code: text }), entryPoint: "main" },
        }),
      };
      this.#byText.set(text, pipeline);
    }
    return pipeline;
  }

  /** A uniform that holds these words; equal ones are the same. */
  uniform(words: Uint32Array<ArrayBuffer>): GPUBufferBinding {
    const key = words.join();
    let binding = this.#uniforms.get(key);
    if (binding === undefined) {
      if (this.#chunk === undefined || this.#used + words.byteLength > CHUNK_BYTES) {
        this.#chunk = this.gpu.createBuffer(
          Math.max(CHUNK_BYTES, words.byteLength),
          GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
        );
        this.#chunks.push(this.#chunk);
        this.#used = 0;
      }
      this.gpu.device.queue.writeBuffer(this.#chunk, this.#used, words);
      binding = { buffer: this.#chunk, offset: this.#used, size: words.byteLength };
      this.#used += Math.ceil(words.byteLength / UNIFORM_ALIGNMENT) * UNIFORM_ALIGNMENT;
      this.#uniforms.set(key, binding);
    }
    return binding;
  }

  close(): void {
    for (const chunk of this.#chunks) chunk.destroy();
  }

  #layout(variables: number): GPUBindGroupLayout {
    return this.#layouts[variables] ??= this.gpu.device.createBindGroupLayout({
      entries: Array.from({ length: variables + 1 }, (_, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: binding < variables ? "storage" as const : "uniform" as const },
      })),
    });
  }
}

/** So many workgroups as a grid of two axes. */
export function gridOf(groups: number): [number, number] {
  const rows = Math.ceil(groups / MOST_GROUPS);
  return [Math.ceil(groups / rows), rows];
}
