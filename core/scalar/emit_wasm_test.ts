import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { I32, ModuleBuilder } from "../assembler/mod.ts";
import { compileScalar } from "./emit_typescript.ts";
import { WasmScalarEmitter } from "./emit_wasm.ts";
import {
  apply,
  type Bool,
  type F32,
  f32,
  f32Bits,
  input,
  type Scalar,
  SCALAR_OPERATIONS,
  type ScalarOperation,
  type ScalarProgram,
  scalarProgram,
  shift,
  type U32,
  u32,
} from "./expression.ts";

/** Emits a function that runs a program for vectors of lanes: locals 0 from, 1 to, 2 end; inputs and outputs in columns. */
function emitLoop(program: ScalarProgram, lanes: number, vectors: number, builder: ModuleBuilder): void {
  const f = builder.function("run", [I32, I32, I32]);
  const scalars = new WasmScalarEmitter(f, program);
  const inputs = f.vectors(vectors * program.inputs.length);
  scalars.constants();
  f.loop(() => {
    const input = (vector: number, index: number) => {
      const local = inputs[vector * program.inputs.length + index]!;
      f.get(0).memory("v128.load", 4 * (lanes * index + 4 * vector)).set(local);
      return local;
    };
    scalars.emit(vectors, input, (vector, output, push) => {
      f.get(1);
      push();
      f.memory("v128.store", 4 * (lanes * output + 4 * vector));
    });
    f.get(1).i32(16 * vectors).op("i32.add").set(1).get(0).i32(16 * vectors).op("i32.add").tee(0).get(2).op(
      "i32.lt_u",
    ).brIf(0);
  });
}

/** Runs a program over columns of words whose length is a multiple of four times the vectors. */
function runWasm(program: ScalarProgram, columns: readonly Uint32Array[], vectors: number): Uint32Array[] {
  const lanes = columns[0]!.length;
  const pages = Math.ceil((4 * lanes * (columns.length + program.outputs.length)) / 65536);
  const builder = new ModuleBuilder(pages);
  emitLoop(program, lanes, vectors, builder);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = new WebAssembly.Module(builder.encode());
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const words = new Uint32Array(memory.buffer);
  columns.forEach((column, i) => words.set(column, lanes * i));
  (exports["run"] as (...args: number[]) => void)(0, 4 * lanes * columns.length, 4 * lanes);
  return program.outputs.map((_, i) =>
    words.slice(lanes * (columns.length + i), lanes * (columns.length + i + 1))
  );
}

const HARD = [
  ...[0, 1, 2, 0x7fffff, 0x800000, 0x800001, 0x33000000, 0x3effffff, 0x3f000000, 0x3f7fffff, 0x3f800000],
  ...[0x3f800001, 0x3fc00000, 0x40200000, 0x4b000000, 0x4b000001, 0x4effffff, 0x4f000000, 0x4f7fffff],
  ...[0x4f800000, 0x7f000000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff],
].flatMap((bits) => [bits, (bits | 0x80000000) >>> 0]);

/** The hard words and words of any exponent, in an order that depends on the seed; the same on every run. */
function column(length: number, seed: number): Uint32Array {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return Uint32Array.from({ length }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    const word = (state ^ (state >>> 13)) >>> 0;
    return word % 3 === 0 ? HARD[(word >>> 8) % HARD.length]! : word;
  });
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Compares all outputs with the TypeScript emitter's, NaNs made canonical. */
function assertSame(program: ScalarProgram, columns: readonly Uint32Array[], vectors = 2): void {
  const expected = compileScalar(program);
  const actual = runWasm(program, columns, vectors);
  const canonical = (type: string, bits: number) =>
    type === "f32" && (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits;
  for (let lane = 0; lane < columns[0]!.length; lane++) {
    const inputs = columns.map((values, i) => {
      word[0] = values[lane]!;
      return program.inputs[i] === "f32" ? float[0]! : word[0];
    });
    expected(...inputs).forEach((value, output) => {
      const { type } = program.outputs[output]!;
      if (type === "f32") float[0] = value;
      else if (type === "bool") word[0] = value === 0 ? 0 : 0xffffffff;
      else word[0] = value;
      const want = canonical(type, word[0]!);
      const got = canonical(type, actual[output]![lane]!);
      if (want !== got) {
        assertEquals(
          got.toString(16),
          want.toString(16),
          `output ${output} of ${program.key} at (${inputs})`,
        );
      }
    });
  }
}

Deno.test("WasmScalarEmitter gives the TypeScript emitter's bits for every operation", () => {
  const shifts = new Set<string>(["shiftLeft", "shiftRight", "shiftRightSigned"]);
  for (const operation of Object.keys(SCALAR_OPERATIONS) as ScalarOperation[]) {
    if (shifts.has(operation) || operation === "scaleByPowerOfTwo") continue;
    const types = SCALAR_OPERATIONS[operation][0];
    const inputs = types.map((type) => type === "bool" ? "u32" as const : type);
    const define = apply as (operation: ScalarOperation, ...operands: Scalar[]) => Scalar;
    const program = scalarProgram(inputs, (...values: readonly Scalar[]) => [
      define(
        operation,
        ...types.map((type, i) =>
          type === "bool" ? apply("lessSigned", values[i] as U32, u32(0)) : values[i]!
        ),
      ),
    ]);
    assertSame(program, types.map((_, i) => column(20_000, i)));
  }
  for (let distance = 0; distance < 32; distance++) {
    const program = scalarProgram(["u32"], (x) => [
      shift("shiftLeft", x, distance),
      shift("shiftRight", x, distance),
      shift("shiftRightSigned", x, distance),
    ]);
    assertSame(program, [column(400, distance)]);
  }
});

Deno.test("WasmScalarEmitter scales by every power with one rounding", () => {
  const program = scalarProgram(["f32", "u32"], (x, n) => [apply("scaleByPowerOfTwo", x, n)]);
  for (let power = -300; power <= 300; power++) {
    assertSame(program, [column(400, power + 300), new Uint32Array(400).fill(power)]);
  }
});

Deno.test("WasmScalarEmitter chooses the same side as the language for every form of selection", () => {
  const program = scalarProgram(["f32", "f32", "u32"], (x, y, n) => {
    const conditions: Bool[] = [
      apply("less", x, y),
      apply("less", y, x),
      apply("lessOrEqual", x, y),
      apply("not", apply("less", x, y)),
      apply("not", apply("not", apply("equal", x, y))),
      apply("less", x, f32(0)),
    ];
    const sides: [F32, F32][] = [[x, y], [y, x], [f32(0), x], [x, f32(0)], [f32(-0), x], [f32(1), f32(0)]];
    return [
      ...conditions.flatMap((condition) => sides.map(([a, b]) => apply("selectF32", condition, a, b))),
      ...conditions.map((condition) => apply("selectU32", condition, u32(0), n)),
      ...conditions.map((condition) => apply("selectU32", apply("not", condition), u32(0), n)),
    ];
  });
  assertSame(program, [column(20_000, 1), column(20_000, 2), column(20_000, 3)]);
});

Deno.test("WasmScalarEmitter turns relu and limits into one or two instructions", () => {
  const instructions = (program: ScalarProgram) => {
    const builder = new ModuleBuilder(1);
    emitLoop(program, 4, 1, builder);
    return builder.text().split("\n").map((line) => line.trim()).filter((line) =>
      /^(f32x4|v128\.(and|or|bit))/.test(line)
    );
  };
  const limit = (a: F32, b: F32, lower: F32, higher: F32) =>
    apply("selectF32", apply("less", a, b), lower, higher);
  assertEquals(instructions(scalarProgram(["f32"], (x) => [limit(x, f32(0), f32(0), x)])), ["f32x4.pmax"]);
  assertEquals(instructions(scalarProgram(["f32", "f32"], (x, y) => [limit(y, x, y, x)])), ["f32x4.pmin"]);
  assertEquals(
    instructions(scalarProgram(["f32", "f32"], (x, g) => [limit(f32(0), x, g, f32(0))])),
    ["f32x4.lt", "v128.and"],
  );
});

/** Grows an expression by random choices among the nodes so far. */
function grow(choices: readonly number[]): ScalarProgram {
  const floats: F32[] = [input("f32", 0), input("f32", 1), f32(0), f32(1.5), f32Bits(0x7f800000)];
  const words: U32[] = [input("u32", 2), u32(0), u32(23), u32(0x7fffffff)];
  const bools: Bool[] = [apply("less", floats[0]!, floats[1]!)];
  const operations = (Object.keys(SCALAR_OPERATIONS) as ScalarOperation[]).filter((operation) =>
    !operation.startsWith("shift") && operation !== "scaleByPowerOfTwo"
  );
  const define = apply as (operation: ScalarOperation, ...operands: Scalar[]) => Scalar;
  let at = 0;
  const next = () => choices[at++ % choices.length]! + at;
  // The newest nodes are the likeliest, so that expressions get deep.
  const pick = <T>(list: readonly T[]): T =>
    list[Math.max(0, list.length - 1 - next() % Math.min(list.length, 6))]!;
  for (let node = 0; node < choices.length; node++) {
    const operation = operations[next() % operations.length]!;
    const operands = SCALAR_OPERATIONS[operation][0].map((type): Scalar =>
      pick<Scalar>(type === "f32" ? floats : type === "u32" ? words : bools)
    );
    const result = define(operation, ...operands);
    if (result.type === "f32") floats.push(result as F32);
    else if (result.type === "u32") words.push(result as U32);
    else bools.push(result as Bool);
  }
  return scalarProgram(
    ["f32", "f32", "u32"],
    () => [floats.at(-1)!, words.at(-1)!, bools.at(-1)!, pick(floats)],
  );
}

Deno.test("WasmScalarEmitter gives the TypeScript emitter's bits for random expressions", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 60 }), (choices) => {
      assertSame(grow(choices), [column(48, 4), column(48, 5), column(48, 6)], 1 + choices.length % 4);
    }),
    { seed: 7, numRuns: 400 },
  );
});
