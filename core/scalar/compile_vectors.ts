import { ModuleBuilder, PAGE_BYTES } from "../assembler/module_builder.ts";
import type { Local } from "../assembler/function_builder.ts";
import { I32 } from "../assembler/types.ts";
import { WasmScalarEmitter } from "./emit_wasm.ts";
import type { ScalarProgram, ScalarType } from "./expression.ts";

/** Vectors that are computed side by side: as many as hide the time of one operation behind others. */
const VECTORS = 2;
const LANES = 4;

/** A scalar program over arrays on the host, in memory of its own. */
export interface VectorFunction {
  /** The inputs, to be filled: a Float32Array or Uint32Array for each; of one element for those that are uniform. */
  readonly inputs: readonly (Float32Array | Uint32Array)[];
  /** The outputs of the last run. */
  readonly outputs: readonly (Float32Array | Uint32Array)[];
  /** Computes the first `length` elements of all outputs. */
  run(length: number): void;
}

/**
 * Compiles a scalar program to a loop over arrays on the host, in vectors of WebAssembly: the bits of `compileScalar`, an
 * order of magnitude faster. For what is computed beside a device; on a device, operations do the same.
 *
 * @param capacity The most elements of a run.
 * @param uniform How many inputs, the first ones, have one value for all elements.
 * @throws {RangeError} if the capacity is not a positive whole number, or above 2^24, or there are fewer inputs
 * than are uniform.
 * @throws {TypeError} if an input or an output is a bool.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { add, compileVectors, multiply, scalarProgram } = scalar;
 * const program = scalarProgram(["f32", "f32"], (scale, x) => [add(multiply(scale, x), x)]);
 * const { inputs: [scale, x], outputs: [y], run } = compileVectors(program, 100, 1);
 * scale![0] = 2;
 * x!.set([1, 2, 3]);
 * run(3);
 * assertEquals([...y!.subarray(0, 3)], [3, 6, 9]);
 * ```
 */
export function compileVectors(program: ScalarProgram, capacity: number, uniform = 0): VectorFunction {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 16777216) {
    throw new RangeError(`Cannot compile vectors: expected a capacity from 1 to 2^24, got ${capacity}`);
  }
  if (!Number.isInteger(uniform) || uniform < 0 || uniform > program.inputs.length) {
    throw new RangeError(
      `Cannot compile vectors: expected up to ${program.inputs.length} uniform inputs, got ${uniform}`,
    );
  }
  const stride = VECTORS * LANES * 4;
  const bytes = Math.ceil(capacity * 4 / stride) * stride;
  const arrays = [...program.inputs, ...program.outputs.map(({ type }) => type)];
  const pages = Math.ceil(arrays.length * bytes / PAGE_BYTES);

  const builder = new ModuleBuilder(pages);
  const f = builder.function("run", [I32]);
  const emitter = new WasmScalarEmitter(f, program);
  emitter.constants();
  const locals = Array.from({ length: VECTORS }, () => f.vectors(program.inputs.length));
  for (let index = 0; index < uniform; index++) {
    f.i32(0).memory("v128.load32_splat", index * bytes).set(locals[0]![index]!);
  }
  const [end, at] = [0, f.local(I32)];
  const input = (vector: number, index: number): Local => {
    if (index < uniform) return locals[0]![index]!;
    const local = locals[vector]![index]!;
    f.get(at).memory("v128.load", index * bytes + 4 * LANES * vector).set(local);
    return local;
  };
  f.forUpTo(at, end, stride, () => {
    emitter.emit(VECTORS, input, (vector, output, push) => {
      f.get(at);
      push();
      f.memory("v128.store", (program.inputs.length + output) * bytes + 4 * LANES * vector);
    });
  });

  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), { env: { memory } });
  const run = instance.exports["run"] as (end: number) => void;
  const views = arrays.map((type, i) => view(type, memory, i * bytes, i < uniform ? 1 : capacity));
  return {
    inputs: views.slice(0, program.inputs.length),
    outputs: views.slice(program.inputs.length),
    run(length) {
      if (!(length >= 0 && length <= capacity)) {
        throw new RangeError(`Cannot run vectors: expected a length up to ${capacity}, got ${length}`);
      }
      run(4 * length);
    },
  };
}

function view(type: ScalarType, { buffer }: WebAssembly.Memory, offset: number, length: number) {
  if (type === "f32") return new Float32Array(buffer, offset, length);
  if (type === "u32") return new Uint32Array(buffer, offset, length);
  throw new TypeError("Cannot compile vectors: expected inputs and outputs of f32 or u32, got bool");
}
