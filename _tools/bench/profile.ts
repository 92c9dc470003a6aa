import type {
  Backend,
  ConvGeometry,
  DeviceBuffer,
  Dtype,
  HostArray,
  Kernel,
  KernelCall,
  KernelProgram,
  Scalar,
  Slot,
} from "@verbatim/core";
import { kernelInputs, kernelKey, kernelOutputs } from "@verbatim/core";

/** What one kernel cost. */
export interface KernelCost {
  readonly name: string;
  /** Multiplications and additions of one call, where it is a contraction; else 0. */
  readonly flop: number;
  /** Bytes of the operands and results of one call. */
  readonly bytes: number;
  calls: number;
  ms: number;
  /** The shortest call. */
  leastMs: number;
}

const BYTES: Readonly<Record<Dtype, number>> = { f32: 4, u32: 4, i32: 4, u8: 1 };

/** A backend that passes everything on, and times each kernel. For backends whose `run` returns when the work is done. */
export class ProfilingBackend implements Backend {
  readonly name: string;
  readonly workers: number;
  readonly alignment: number;
  readonly readsWait: boolean;
  readonly #costs = new Map<string, KernelCost>();
  readonly #known = new WeakMap<Kernel, KernelCost>();

  constructor(readonly inner: Backend) {
    this.name = inner.name;
    this.workers = inner.workers;
    this.alignment = inner.alignment;
    this.readsWait = inner.readsWait;
  }

  /** Forgets what was measured. */
  reset(): void {
    for (const cost of this.#costs.values()) {
      cost.calls = cost.ms = 0;
      cost.leastMs = Infinity;
    }
  }

  /** What each kernel cost, the dearest first. */
  costs(): KernelCost[] {
    return [...this.#costs.values()].filter(({ calls }) => calls > 0).sort((a, b) => b.ms - a.ms);
  }

  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    this.#time(this.#costOf(kernel), () => this.inner.run(kernel, inputs, outputs));
  }

  /** Makes a program of each kernel, so that each can be timed: what a program gains by being whole is not seen. */
  prepare(groups: readonly (readonly KernelCall[])[], parameters: readonly Slot[]): KernelProgram {
    const programs = groups.flat().map((call) => ({
      cost: this.#costOf(call.kernel),
      program: this.inner.prepare([[call]], parameters),
    }));
    return {
      run: (parameters) => {
        for (const { cost, program } of programs) this.#time(cost, () => program.run(parameters));
      },
      release: () => {
        for (const { program } of programs) program.release();
      },
    };
  }

  #costOf(kernel: Kernel): KernelCost {
    let cost = this.#known.get(kernel);
    if (cost === undefined) {
      const key = kernelKey(kernel);
      cost = this.#costs.get(key);
      if (cost === undefined) this.#costs.set(key, cost = costOf(kernel));
      this.#known.set(kernel, cost);
    }
    return cost;
  }

  #time(cost: KernelCost, work: () => void): void {
    const start = performance.now();
    work();
    const ms = performance.now() - start;
    cost.ms += ms;
    cost.leastMs = Math.min(cost.leastMs, ms);
    cost.calls++;
  }

  allocate(dtype: Dtype, length: number): DeviceBuffer {
    return this.inner.allocate(dtype, length);
  }

  view(whole: DeviceBuffer, offset: number, dtype: Dtype, length: number): DeviceBuffer {
    return this.inner.view(whole, offset, dtype, length);
  }

  free(buffer: DeviceBuffer): void {
    this.inner.free(buffer);
  }

  write(buffer: DeviceBuffer, values: HostArray): void {
    this.inner.write(buffer, values);
  }

  read(buffer: DeviceBuffer): Promise<HostArray> {
    return this.inner.read(buffer);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

function costOf(kernel: Kernel): KernelCost {
  const slots = [...kernelInputs(kernel), ...kernelOutputs(kernel)];
  const bytes = slots.reduce((sum, { dtype, length }) => sum + BYTES[dtype] * length, 0);
  return { name: describeKernel(kernel), flop: flopOf(kernel), bytes, calls: 0, ms: 0, leastMs: Infinity };
}

/** Multiplications and additions of a contraction; 0 for other kernels. */
export function flopOf(kernel: Kernel): number {
  switch (kernel.family) {
    case "matmul":
      return 2 * kernel.batch * kernel.m * kernel.k * kernel.n;
    case "conv":
    case "convWeightGradient": {
      const g = kernel.geometry;
      const positions = g.batch * g.outputHeight * g.outputWidth * g.outputChannels;
      return 2 * positions * g.kernelHeight * g.kernelWidth * g.inputChannels / g.groups;
    }
    case "productMap":
      return flopOf(kernel.product);
    default:
      return 0;
  }
}

function describeConv(g: ConvGeometry): string {
  const size = `${g.kernelHeight}x${g.kernelWidth} ${g.inputChannels}->${g.outputChannels}`;
  return `${size} ${g.batch}x${g.inputHeight}x${g.inputWidth}${g.groups > 1 ? `, ${g.groups} groups` : ""}`;
}

/** The operations of a scalar program, each once; many are only counted. */
function describeProgram(outputs: readonly Scalar[]): string {
  const nodes = new Set<Scalar>();
  const visit = (node: Scalar): void => {
    if (nodes.has(node) || node.operation === "input" || node.operation === "constant") return;
    nodes.add(node);
    node.operands.forEach(visit);
  };
  outputs.forEach(visit);
  if (nodes.size > 5) return `${nodes.size} operations`;
  return [...nodes].map(({ operation }) => operation).reverse().join(" ") || "cast";
}

/** A kernel in a few words: its family and its shapes. */
export function describeKernel(kernel: Kernel): string {
  const { family } = kernel;
  switch (kernel.family) {
    case "map": {
      const operands = kernel.inputs.map(({ shape }) => `[${shape}]`);
      const same = operands.every((operand) => operand === `[${kernel.shape}]`);
      return `map [${kernel.shape}] ${describeProgram(kernel.program.outputs)}${
        same ? "" : ` of ${operands.join(" ")}`
      }`;
    }
    case "mapReduce": {
      const { map, reductions, stored } = kernel;
      const operations = reductions.map(({ operation }) => operation).join(" ");
      return `${operations} of ${describeKernel(map)}${stored.length > 0 ? ", stored" : ""}`;
    }
    case "productMap": {
      const { map, product, stored } = kernel;
      return `${describeKernel(product)}${stored ? ", stored" : ""}, then ${describeKernel(map)}`;
    }
    case "reduce":
      return `${kernel.operation} [${kernel.shape}] over ${kernel.axes}`;
    case "matmul": {
      const [a, b] = [kernel.transposeA ? "^T" : "", kernel.transposeB ? "^T" : ""];
      const times = kernel.batch === 1 ? "" : `${kernel.batch} of `;
      return `matmul ${times}[${kernel.m},${kernel.k}]${a} [${kernel.k},${kernel.n}]${b}`;
    }
    case "conv":
    case "convWeightGradient":
      return `${family} ${describeConv(kernel.geometry)}`;
    case "pool":
      return `pool ${kernel.operation} ${kernel.windowHeight}x${kernel.windowWidth} of ${kernel.batch}x${kernel.height}x${kernel.width}x${kernel.channels}`;
    case "copy": {
      const { regions, length } = kernel;
      const from = regions.length === 1 ? `[${regions[0]!.shape}]` : `${regions.length} parts`;
      return `copy ${from} to ${length}`;
    }
    default: {
      const numbers = Object.entries(kernel).filter(([, value]) => typeof value === "number");
      return `${family} ${numbers.map(([name, value]) => `${name} ${value}`).join(", ")}`;
    }
  }
}
