import {
  type Backend,
  type DeviceBuffer,
  type KernelCall,
  type KernelProgram,
  OutOfMemoryError,
} from "../backends/backend.ts";
import type { Key } from "../random/key.ts";
import { outsideScopes } from "../tensor/scope.ts";
import { Storage, Tensor } from "../tensor/tensor.ts";
import { mapTree } from "../tensor/tree.ts";
import { fuseMaps } from "./fuse_maps.ts";
import { fuseProducts } from "./fuse_products.ts";
import { fuseReductions } from "./fuse_reductions.ts";
import type { Graph } from "./graph.ts";
import { planMemory } from "./plan_memory.ts";
import { groupsOf, identityKernel, separateResults } from "./schedule.ts";
import { InputReader } from "./input_reader.ts";
import type { Signature } from "./signature.ts";
import { simplify } from "./simplify.ts";
import { StepMemory } from "./step_memory.ts";
import type { Trace, TraceParameter } from "./trace.ts";

/** What a traced step really computes: simplified, fused, and every result a value of its own. */
export function optimise(graph: Graph): Graph {
  // Simplified again: what stood in several maps may cancel in one.
  return separateResults(fuseProducts(fuseReductions(simplify(fuseMaps(simplify(graph))))));
}

/** A traced step on a backend, ready to run. */
export class PreparedStep<O> {
  /** The step's result; its tensors are overwritten at each run. */
  readonly out: O;
  readonly #backend: Backend;
  readonly #memory: StepMemory;
  readonly #program: KernelProgram;
  readonly #parameters: readonly TraceParameter[];
  readonly #inputs: InputReader;
  /** For each parameter that is a number or a key: the step's own buffer. */
  readonly #own: readonly (DeviceBuffer | undefined)[];
  /** The buffers of the parameters at the latest run. */
  readonly #arguments: DeviceBuffer[] = [];
  readonly #outTensors: readonly Tensor[];
  readonly #words = new Uint32Array(4);

  /** @throws {OutOfMemoryError} if there is no room, naming the bytes of all values; what was taken is given back. */
  constructor(
    backend: Backend,
    signature: Signature,
    { graph: traced, parameters, out, outTypes }: Trace<O>,
    carry: readonly DeviceBuffer[],
  ) {
    const graph = optimise(traced);
    const groups = groupsOf(graph);
    const plan = planMemory(graph, groups, backend.alignment);
    const memory = new StepMemory(backend, plan, carry);
    this.#backend = backend;
    this.#memory = memory;
    this.#parameters = parameters;
    this.#inputs = new InputReader(signature);
    try {
      this.#own = parameters.map(({ leaf, dtype, length }) =>
        signature.leaves[leaf]!.kind === "tensor" ? undefined : memory.allocate(dtype, length)
      );
      const calls = groups.map((group) =>
        group.map(({ kernel, inputs, outputs }): KernelCall => ({
          kernel,
          inputs: inputs.map((value) =>
            value.origin.kind === "parameter" ? value.origin.index : memory.bufferOf(value)
          ),
          outputs: outputs.map((value) => memory.bufferOf(value)),
        }))
      );
      const late = plan.late.map((index): KernelCall => {
        const { after } = graph.carry[index]!;
        const kernel = identityKernel(after.dtype, after.length);
        return { kernel, inputs: [memory.bufferOf(after)], outputs: [carry[index]!] };
      });
      if (late.length > 0) calls.push(late);
      this.#program = backend.prepare(calls, parameters.map(({ dtype, length }) => ({ dtype, length })));
      this.#outTensors = outsideScopes(() =>
        graph.outputs.map((value, i) => {
          const { dtype, shape } = outTypes[i]!;
          return new Tensor(dtype, shape, new Storage(backend, memory.bufferOf(value)));
        })
      );
    } catch (error) {
      memory.release();
      if (!(error instanceof OutOfMemoryError)) throw error;
      throw new OutOfMemoryError(
        `Cannot prepare a step whose values take ${plan.bytes} bytes: ${error.message}`,
        { cause: error },
      );
    }
    let next = 0;
    this.out = mapTree(out, () => this.#outTensors[next++]!);
  }

  /** Takes the inputs of the next run, if they are of the signature. */
  take(inputs: unknown): boolean {
    return this.#inputs.take(inputs);
  }

  /**
   * Runs the step on the inputs that were taken last. Makes no objects.
   *
   * @throws {TypeError} if a tensor among them lives on another device.
   */
  run(): void {
    for (let i = 0; i < this.#parameters.length; i++) {
      const { leaf, derivation } = this.#parameters[i]!;
      let buffer = this.#own[i];
      if (buffer === undefined) {
        const { storage } = this.#inputs.objects[leaf] as Tensor;
        if (storage.backend !== this.#backend) {
          throw new TypeError(
            `Cannot run a step: expected tensors on ${this.#backend.name}, got one on ${storage.backend.name}`,
          );
        }
        buffer = storage.buffer;
      } else if (derivation === undefined) this.#backend.write(buffer, this.#inputs.numbers[leaf]!);
      else {
        (this.#inputs.objects[leaf] as Key).wordsAfter(derivation, this.#words);
        this.#backend.write(buffer, this.#words);
      }
      this.#arguments[i] = buffer;
    }
    this.#program.run(this.#arguments);
  }

  /** Gives the step's memory back. */
  dispose(): void {
    for (const tensor of this.#outTensors) tensor.dispose();
    this.#program.release();
    this.#memory.release();
  }
}
