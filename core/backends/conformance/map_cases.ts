import type { MapKernel } from "../../kernels/map.ts";
import type { Dtype } from "../../numerics/dtype.ts";
import {
  apply,
  type Bool,
  type F32,
  f32,
  type Scalar,
  type ScalarProgram,
  scalarProgram,
  shift,
  type U32,
  u32,
} from "../../scalar/expression.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import { operationPrograms } from "./map_programs.ts";
import type { Pattern } from "./values.ts";

/** Shapes of two operands and their result: every kind of repetition, of every rank up to four. */
const BROADCASTS: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [[], [], []],
  [[1], [], [1]],
  [[1, 1, 1], [1], [1, 1, 1]],
  [[5], [], [5]],
  [[], [7], [7]],
  [[4097], [1], [4097]],
  [[], [], [3, 5]],
  [[1], [1, 1], [2, 3, 4]],
  [[3, 5], [5], [3, 5]],
  [[3, 5], [1, 5], [3, 5]],
  [[3, 5], [3, 1], [3, 5]],
  [[5, 1], [1, 7], [5, 7]],
  [[5, 1], [7], [5, 7]],
  [[1, 7], [7], [5, 7]],
  [[4, 1], [4, 1], [4, 6]],
  [[9, 16], [16], [9, 16]],
  [[9, 17], [9, 1], [9, 17]],
  [[33, 3], [3], [33, 3]],
  [[33, 3], [33, 1], [33, 3]],
  [[100, 1], [100, 1], [100, 1]],
  [[2, 3, 4], [3, 1], [2, 3, 4]],
  [[2, 3, 4], [2, 1, 4], [2, 3, 4]],
  [[2, 3, 4], [2, 1, 1], [2, 3, 4]],
  [[2, 3, 4], [1, 3, 1], [2, 3, 4]],
  [[2, 1, 4], [3, 1], [2, 3, 4]],
  [[2, 1, 5], [1, 3, 5], [2, 3, 5]],
  [[7, 1, 19], [1, 5, 19], [7, 5, 19]],
  [[4, 5, 1, 3], [1, 1, 6, 3], [4, 5, 6, 3]],
  [[2, 1, 4, 1], [1, 3, 1, 5], [2, 3, 4, 5]],
  [[2, 3, 4, 5], [2, 1, 4, 1], [2, 3, 4, 5]],
  [[2, 9, 9, 6], [6], [2, 9, 9, 6]],
  [[2, 9, 9, 16], [1, 1, 1, 16], [2, 9, 9, 16]],
  [[64, 100], [64, 100], [64, 100]],
  [[130, 67], [67], [130, 67]],
  [[130, 67], [130, 1], [130, 67]],
  [[0], [], [0]],
  [[3, 0], [3, 1], [3, 0]],
  [[0, 4], [4], [0, 4]],
];
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 17, 31, 33, 64, 100, 1023, 10007];
const PATTERNS: readonly Pattern[] = ["normal", "zeros", "subnormal", "infinite", "nan", "any"];

const affine = scalarProgram(["f32", "f32"], (x, b) => [apply("add", apply("multiply", x, f32(0.7)), b)]);
const wrapped = scalarProgram(
  ["u32", "u32"],
  (a, b) => [apply("xor", apply("multiplyU32", a, u32(2654435761)), b)],
);

function mapCase(
  name: string,
  program: ScalarProgram,
  shape: readonly number[],
  inputs: MapKernel["inputs"],
  outputs: readonly Dtype[],
  pattern: Pattern,
): ConformanceCase {
  return patternCase(`map ${name}`, { family: "map", program, shape, inputs, outputs }, pattern);
}

const operands = (dtypes: readonly Dtype[], shape: readonly number[]) =>
  dtypes.map((dtype) => ({ dtype, shape }));
const dtypesOf = (nodes: readonly Scalar[]): Dtype[] =>
  nodes.map(({ type }) => type === "f32" ? "f32" : "u32");

/** Scalar programs over operands: every operation and function, every broadcast, every type of element. */
export function* mapCases(): Iterable<ConformanceCase> {
  yield* operationCases();
  yield* broadcastCases();
  yield* dtypeCases();
  yield* programCases();
}

/** Every operation and every function of the library, on edge cases, any bits and plain numbers. */
function* operationCases(): Iterable<ConformanceCase> {
  for (const [name, program] of operationPrograms()) {
    const inputs = operands(program.inputs.map((type) => type === "f32" ? "f32" : "u32"), [997]);
    for (const pattern of ["any", "normal", "subnormal"] as const) {
      yield mapCase(`of ${name}`, program, [997], inputs, dtypesOf(program.outputs), pattern);
    }
  }
}

function* broadcastCases(): Iterable<ConformanceCase> {
  for (const length of LENGTHS) {
    for (const pattern of PATTERNS) {
      yield mapCase(
        `of length ${length}`,
        affine,
        [length],
        operands(["f32", "f32"], [length]),
        ["f32"],
        pattern,
      );
    }
  }
  for (const [first, second, shape] of BROADCASTS) {
    const orders = `${first}` === `${second}` ? [[first, second]] : [[first, second], [second, first]];
    for (const [a, b] of orders as [readonly number[], readonly number[]][]) {
      const name = `[${a}] and [${b}] to [${shape}]`;
      const floats = [{ dtype: "f32", shape: a }, { dtype: "f32", shape: b }] as const;
      yield mapCase(name, affine, shape, floats, ["f32"], "normal");
      const bytes = [{ dtype: "u8", shape: a }, { dtype: "i32", shape: b }] as const;
      yield mapCase(`${name} of integers`, wrapped, shape, bytes, ["u8"], "any");
    }
  }
}

/** Every type that an input may read and an output may go to, at lengths that leave remainders. */
function* dtypeCases(): Iterable<ConformanceCase> {
  const copyWord = scalarProgram(["u32"], (x) => [x]);
  const copyFloat = scalarProgram(["f32"], (x) => [x]);
  const toFloat = scalarProgram(["u32"], (x) => [apply("f32FromU32", x)]);
  const signed = scalarProgram(["u32"], (x) => [shift("shiftRightSigned", x, 3), apply("f32FromI32", x)]);
  const scaled = scalarProgram(["f32"], (x) => [apply("multiply", x, f32(100))]);
  for (const length of [1, 3, 4, 15, 16, 17, 130]) {
    for (const from of ["u32", "i32", "u8"] as const) {
      for (const to of ["u32", "i32", "u8"] as const) {
        yield mapCase(
          `${from} to ${to}, ${length}`,
          copyWord,
          [length],
          operands([from], [length]),
          [to],
          "any",
        );
      }
      yield mapCase(
        `${from} to f32, ${length}`,
        toFloat,
        [length],
        operands([from], [length]),
        ["f32"],
        "any",
      );
      yield mapCase(
        `signed ${from}, ${length}`,
        signed,
        [length],
        operands([from], [length]),
        ["i32", "f32"],
        "any",
      );
    }
    for (const pattern of ["any", "normal", "ties"] as const) {
      for (const [name, program] of [["f32", copyFloat], ["scaled f32", scaled]] as const) {
        yield mapCase(
          `${name} to u8, ${length}`,
          program,
          [length],
          operands(["f32"], [length]),
          ["u8"],
          pattern,
        );
      }
    }
  }
}

/** Programs with no operand, many operands, many results, and results that are operands, constants or equal. */
function* programCases(): Iterable<ConformanceCase> {
  const constant = scalarProgram([], () => [f32(1.5), u32(7), f32(-0)]);
  const swap = scalarProgram(["f32", "u32"], (x, n) => [n, x, x]);
  const unused = scalarProgram(["f32", "f32"], (_, y) => [apply("negate", y)]);
  const many = scalarProgram(
    ["f32", "u32", "f32", "u32"],
    (x, n, y, k) => [
      apply("add", x, y),
      apply("addU32", n, k),
      apply("selectF32", apply("lessU32", n, k), x, y),
      apply("selectU32", apply("less", x, y), n, k),
      apply("f32FromI32", apply("subtractU32", n, k)),
    ],
  );
  // More values are alive at once than any processor has registers.
  const wide = scalarProgram(["f32", "f32"], (x, y) => {
    const terms = Array.from({ length: 40 }, (_, i) => apply("add", apply("multiply", x, f32(i / 7)), y));
    return [terms.toReversed().reduce((sum, term) => apply("subtract", apply("multiply", sum, term), y))];
  });
  const sum = scalarProgram(
    Array<"f32">(20).fill("f32"),
    (...xs: readonly F32[]) => [xs.reduce((a, b) => apply("add", a, b))],
  );
  const logic = scalarProgram(["f32", "u32"], (x, n) => {
    const positive: Bool = apply("less", f32(0), x);
    const odd: Bool = apply("equalU32", apply("and", n, u32(1)), u32(1));
    const word = (b: Bool): U32 => apply("selectU32", b, u32(1), u32(0));
    return [
      word(apply("both", positive, odd)),
      word(apply("either", positive, odd)),
      apply(
        "selectF32",
        apply("not", apply("both", apply("not", positive), apply("either", odd, positive))),
        x,
        f32(2),
      ),
    ];
  });
  for (const length of [1, 5, 16, 259]) {
    const shape = [length];
    const each = (
      name: string,
      program: ScalarProgram,
      dtypes: readonly Dtype[],
      outputs: readonly Dtype[],
    ) => mapCase(`${name}, ${length}`, program, shape, operands(dtypes, shape), outputs, "any");
    yield each("constants", constant, [], ["f32", "u8", "f32"]);
    yield each("operands as results", swap, ["f32", "i32"], ["u32", "f32", "u8"]);
    yield each("unused operand", unused, ["f32", "f32"], ["f32"]);
    yield each("five results", many, ["f32", "u8", "f32", "i32"], ["f32", "i32", "u8", "u8", "f32"]);
    yield each("many live values", wide, ["f32", "f32"], ["f32"]);
    yield each("twenty operands", sum, Array<Dtype>(20).fill("f32"), ["f32"]);
    yield each("conditions", logic, ["f32", "u32"], ["u32", "u8", "f32"]);
  }
  const layers = [{ dtype: "f32", shape: [4, 1, 6] }, { dtype: "u8", shape: [5, 1] }, {
    dtype: "f32",
    shape: [],
  }, { dtype: "u32", shape: [4, 5, 6] }] as const;
  yield mapCase(
    "five results, broadcast",
    many,
    [4, 5, 6],
    layers,
    ["f32", "u32", "f32", "i32", "f32"],
    "any",
  );
}
