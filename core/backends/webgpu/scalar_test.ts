import { assertEquals } from "@std/assert";
import { compileScalar } from "../../scalar/emit_typescript.ts";
import type { ScalarProgram } from "../../scalar/expression.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import { operationPrograms } from "../conformance/map_programs.ts";
import { CaseRandom } from "../conformance/values.ts";
import { firstDifference } from "../conformance/first_difference.ts";
import { gpuTest } from "../../testing/graphics.ts";
import type { WebGpuBackend } from "./webgpu_backend.ts";

const SAMPLES = 40;

/** Floats of every sign and exponent, subnormal, infinite and NaN ones too, `SAMPLES` of each. */
function everyExponent(seed: string): Float32Array<ArrayBuffer> {
  const random = new CaseRandom(seed);
  const bits = new Uint32Array(512 * SAMPLES);
  for (let i = 0; i < bits.length; i++) {
    const fraction = [0, 1, 0x7fffff, 0x400000][i % SAMPLES] ?? random.word() >>> 9;
    bits[i] = (Math.floor(i / SAMPLES) << 23) | fraction;
  }
  return new Float32Array(bits.buffer);
}

/** Second operands whose product, quotient or sum with the first is near a limit: subnormal, halfway, cancelled. */
function partners(first: Float32Array<ArrayBuffer>, seed: string): Float32Array<ArrayBuffer> {
  const random = new CaseRandom(seed);
  const own = new Uint32Array(first.buffer);
  const bits = own.map((word, i) => {
    const exponent = (word >>> 23) & 255;
    const rest = random.word() & 0x807fffff;
    const near = (center: number, reach: number) =>
      rest | (Math.min(255, Math.max(0, center + random.below(2 * reach + 1) - reach)) << 23);
    switch (i % 6) {
      case 0:
        return near(exponent, 26); // sums that round, cancel and carry
      case 1:
        return near(127 - exponent, 26); // products about 2^-127
      case 2:
        return near(exponent + 127, 26); // quotients about 2^-127
      case 3:
        return near(381 - exponent, 2); // products about 2^128
      case 4:
        return word ^ (random.word() & 0x80000003); // neighbours
      default:
        return random.word();
    }
  });
  return new Float32Array(bits.buffer);
}

async function compare(backend: WebGpuBackend, name: string, program: ScalarProgram): Promise<void> {
  const first = everyExponent(name);
  const operands = program.inputs.map((_, i) => i === 0 ? first : partners(first, `${name} ${i}`));
  const shape = [first.length];
  const kernel: Kernel = {
    family: "map",
    program,
    shape,
    inputs: program.inputs.map((type) => ({ dtype: type === "f32" ? "f32" : "u32", shape })),
    outputs: program.outputs.map(({ type }) => type === "f32" ? "f32" : "u32"),
  };
  const make = (type: string) => backend.allocate(type === "f32" ? "f32" : "u32", first.length);
  const inputs = program.inputs.map((type, i) => {
    const buffer = make(type);
    backend.write(buffer, type === "f32" ? operands[i]! : new Uint32Array(operands[i]!.buffer));
    return buffer;
  });
  const outputs = program.outputs.map(({ type }) => make(type));
  backend.run(kernel, inputs, outputs);
  const found = await Promise.all(outputs.map((buffer) => backend.read(buffer)));
  const evaluate = compileScalar(program);
  const expected = program.outputs.map(({ type }) =>
    type === "f32" ? new Float32Array(first.length) : new Uint32Array(first.length)
  );
  for (let i = 0; i < first.length; i++) {
    const values = program.inputs.map((type, k) =>
      type === "f32" ? operands[k]![i]! : new Uint32Array(operands[k]!.buffer)[i]!
    );
    evaluate(...values).forEach((value, j) => expected[j]![i] = value);
  }
  expected.forEach((values, j) =>
    assertEquals(firstDifference(found[j]!, values), undefined, `${name}, result ${j}`)
  );
  for (const buffer of [...inputs, ...outputs]) backend.free(buffer);
}

gpuTest(
  "every operation and function has the reference's bits for operands of every exponent",
  async (backend) => {
    for (const [name, program] of operationPrograms()) await compare(backend, name, program);
  },
);

for (const elementwise of ["detect", "soft"] as const) {
  gpuTest(
    `operations and some functions have the reference's bits in the arithmetic "${elementwise}"`,
    async (backend) => {
      const names = ["add", "subtract", "multiply", "divide", "squareRoot", "exp", "log1p", "tanh", "pow"];
      for (const [name, program] of operationPrograms()) {
        if (names.includes(name)) await compare(backend, name, program);
      }
    },
    { mode: { elementwise, contraction: "soft", flushes: true } },
  );
}
