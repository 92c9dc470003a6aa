import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { mapFamily, type MapKernel } from "../../../kernels/map.ts";
import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "../../../numerics/dtype.ts";
import { apply, f32, scalarProgram, u32 } from "../../../scalar/expression.ts";
import { exp, gelu, tanh } from "../../../scalar/functions/mod.ts";
import { multiply } from "../../../scalar/notation.ts";
import { assertEmitted, wordSource } from "./_run_emitted.ts";
import { emitMap } from "./emit_map.ts";
import { emitKernel } from "./emitters.ts";

/** Random bits for each operand; floats are small numbers, zeros and NaNs too. */
function operands(kernel: MapKernel, seed: number): HostArray[] {
  const next = wordSource(seed);
  return mapFamily.inputs(kernel).map(({ dtype, length }) => {
    const values = viewAs(dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]), 0, length);
    for (let i = 0; i < length; i++) {
      const word = next();
      values[i] = dtype === "f32"
        ? [NaN, -0, Infinity, (word - 2 ** 31) / 2 ** 22][Math.min(3, word % 32)]!
        : word;
    }
    return values;
  });
}

function check(kernel: MapKernel, seed = 1): void {
  assertEmitted(emitMap, mapFamily, kernel, operands(kernel, seed), true);
}

const sum = scalarProgram(["f32", "f32"], (x, y) => [apply("add", x, y)]);
const double = scalarProgram(["f32"], (x) => [apply("add", x, x)]);

Deno.test("emitMap computes flat maps of every length, with tails", () => {
  for (let length = 0; length <= 140; length++) {
    const shape = [length];
    check({
      family: "map",
      program: sum,
      shape,
      inputs: [{ dtype: "f32", shape }, { dtype: "f32", shape }],
      outputs: ["f32"],
    });
  }
  for (const length of [191, 192, 193, 1000, 4099]) {
    const shape = [length];
    const inputs = [{ dtype: "f32", shape } as const];
    check({ family: "map", program: double, shape, inputs, outputs: ["f32"] });
    check({ family: "map", program: double, shape, inputs, outputs: ["u8"] });
  }
});

Deno.test("emitMap broadcasts scalars, rows, columns and anything between", () => {
  const shapes: [number[], number[], number[]][] = [
    [[33, 10], [33, 10], []],
    [[33, 10], [33, 10], [1, 1]],
    [[33, 10], [33, 10], [10]],
    [[33, 10], [33, 1], [33, 10]],
    [[33, 10], [33, 1], [10]],
    [[7, 2, 3], [2, 1], [7, 1, 3]],
    [[2, 3, 4, 5], [3, 1, 5], [2, 1, 4, 1]],
    [[3, 1, 1], [3, 1, 1], [1]],
    [[1, 1], [], [1]],
    [[], [], []],
    [[5, 0, 2], [0, 1], [5, 1, 2]],
    [[2, 100], [2, 1], [100]],
    [[4, 64], [4, 64], [64]],
    [[2, 65536], [2, 1], [65536]],
    [[3, 5000], [5000], [3, 1]],
  ];
  for (const [shape, first, second] of shapes) {
    check({
      family: "map",
      program: sum,
      shape,
      inputs: [{ dtype: "f32", shape: first }, { dtype: "f32", shape: second }],
      outputs: ["f32"],
    });
  }
});

Deno.test("emitMap computes long programs, several vectors side by side, with tails", () => {
  const program = scalarProgram(["f32", "f32"], (x, y) => [gelu(x), multiply(exp(y), tanh(x))]);
  for (const length of [1, 4, 7, 12, 15, 16, 17, 31, 32, 63, 64, 65, 80, 127, 130, 1001]) {
    for (
      const [shape, other] of [[[length], [length]], [[3, length], [3, 1]], [[3, length], [length]]] as const
    ) {
      check({
        family: "map",
        program,
        shape,
        inputs: [{ dtype: "f32", shape }, { dtype: "f32", shape: other }],
        outputs: ["f32", "f32"],
      }, length);
    }
  }
});

Deno.test("emitMap repeats short rows", () => {
  const program = scalarProgram(
    ["f32", "f32", "u32", "f32", "u32"],
    (a, b, i, c, j) => [
      apply("subtract", apply("multiply", a, b), c),
      apply("addU32", apply("bitsOf", c), apply("multiplyU32", i, j)),
    ],
  );
  for (const inner of [2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 16, 17, 20, 24, 31, 32, 48, 64, 65]) {
    for (const outer of [2, 3, 17, 40]) {
      const shape = [outer, inner];
      check({
        family: "map",
        program,
        shape,
        inputs: [
          { dtype: "f32", shape },
          { dtype: "f32", shape: [inner] },
          { dtype: inner % 3 === 0 ? "u8" : "u32", shape: [1, inner] },
          { dtype: "f32", shape: [] },
          { dtype: outer % 2 === 0 ? "u8" : "i32", shape },
        ],
        outputs: ["f32", "u32"],
      }, inner);
    }
  }
  const inputs = [{ dtype: "f32", shape: [300, 6] }, { dtype: "f32", shape: [6] }] as const;
  const long = scalarProgram(["f32", "f32"], (x, y) => [gelu(apply("add", x, y))]);
  check({ family: "map", program: long, shape: [300, 6], inputs, outputs: ["f32"] });
});

Deno.test("emitMap reads and writes all types", () => {
  const program = scalarProgram(["f32", "u32", "u32", "u32"], (x, a, b, c) => [
    apply("multiply", x, apply("f32FromU32", c)),
    apply("multiply", x, f32(40)),
    apply("addU32", a, b),
    apply("xor", a, c),
    apply("subtractU32", b, u32(7)),
  ]);
  for (
    const [shape, other] of [[[45], [45]], [[45], []], [[6, 7], [7]], [[6, 7], [6, 1]], [[3, 40], [
      3,
      1,
    ]]] as const
  ) {
    const inputs = [
      { dtype: "f32", shape },
      { dtype: "u32", shape: other },
      { dtype: "i32", shape },
      { dtype: "u8", shape: other },
    ] as const;
    check({ family: "map", program, shape, inputs, outputs: ["f32", "u8", "u32", "i32", "u8"] });
  }
});

Deno.test("emitMap gives the reference's bits for random shapes and broadcasts", () => {
  const program = scalarProgram(["f32", "f32", "u32"], (x, y, n) => [
    apply("add", apply("multiply", x, y), apply("f32FromI32", n)),
    apply("addU32", n, apply("bitsOf", x)),
  ]);
  const axis = fc.record({
    length: fc.constantFrom(1, 2, 3, 4, 5, 8, 17, 36),
    repeats: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  });
  const types = fc.record({
    index: fc.constantFrom<Dtype>("u32", "i32", "u8"),
    value: fc.constantFrom<Dtype>("f32", "u8"),
    bits: fc.constantFrom<Dtype>("u32", "i32", "u8"),
  });
  fc.assert(
    fc.property(
      fc.array(axis, { maxLength: 4 }),
      fc.nat(4),
      types,
      (axes, missing, { index, value, bits }) => {
        const shape: number[] = axes.map(({ length }) => length);
        fc.pre(shape.reduce((product, length) => product * length, 1) < 20_000);
        const operand = (i: 0 | 1 | 2) => {
          const own = axes.map(({ length, repeats }) => repeats[i] ? 1 : length);
          return i === 1 ? own.slice(Math.min(missing, own.length)) : own;
        };
        const inputs = [
          { dtype: "f32", shape: operand(0) },
          { dtype: "f32", shape: operand(1) },
          { dtype: index, shape: operand(2) },
        ] as const;
        check({ family: "map", program, shape, inputs, outputs: [value, bits] }, missing);
      },
    ),
    { seed: 3, numRuns: 250 },
  );
});

Deno.test("emitMap's code for an addition stays as it is", () => {
  const shape = [64];
  const kernel: MapKernel = {
    family: "map",
    program: sum,
    shape,
    inputs: [{ dtype: "f32", shape }, { dtype: "f32", shape: [] }],
    outputs: ["f32"],
  };
  const lines = emitKernel(kernel, { pages: 1 }).text().split("\n").map((line) => line.trim());
  const loop = lines.slice(lines.indexOf("loop") + 1, lines.lastIndexOf("br_if 0"));
  assertEquals(loop.slice(0, 10), [
    "local.get 4",
    "v128.load offset=0",
    "local.set 9",
    "local.get 9",
    "local.get 8",
    "f32x4.add",
    "local.set 20",
    "local.get 6",
    "local.get 20",
    "v128.store offset=0",
  ]);
  assertEquals(loop.filter((line) => line.startsWith("v128.load")).length, 4);
  assertEquals(loop.filter((line) => line.startsWith("v128.store")).length, 4);
  assert(!loop.some((line) => line.startsWith("v128.const")));
});

Deno.test("emitMap shares large maps in parts of a few microseconds at least", () => {
  const phase = (shape: number[], other: number[]) => {
    const inputs = [{ dtype: "f32", shape }, { dtype: "f32", shape: other }] as const;
    const { phases } = emitMap(
      { family: "map", program: sum, shape, inputs, outputs: ["f32"] },
      new ModuleBuilder(1),
    );
    return phases[0]!;
  };
  for (
    const [shape, other] of [[[1 << 20], [1 << 20]], [[1024, 1024], [1024]], [[2, 1 << 19], [2, 1]]] as const
  ) {
    const { units, grain } = phase([...shape], [...other]);
    assert(units / grain > 16, `${units} units, ${grain} grain`);
  }
  const small = phase([1000], [1000]);
  assert(small.units < small.grain);
});
