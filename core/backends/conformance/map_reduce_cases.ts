import type { MapKernel } from "../../kernels/map.ts";
import type { MapReduction } from "../../kernels/map_reduce.ts";
import { apply, f32, type ScalarProgram, scalarProgram } from "../../scalar/expression.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

/** x b, x + b: of which one, the other or both are stored, and reduced once or twice. */
const program: ScalarProgram = scalarProgram(
  ["f32", "f32"],
  (x, b) => [apply("multiply", x, b), apply("add", x, apply("multiply", b, f32(0.3)))],
);

interface Use {
  readonly stored: readonly number[];
  readonly reductions: readonly MapReduction[];
}

const USES: readonly Use[] = [
  { stored: [], reductions: [{ of: 0, operation: "sum" }, { of: 1, operation: "sum" }] },
  { stored: [1], reductions: [{ of: 0, operation: "sum" }, { of: 1, operation: "max" }] },
  { stored: [0, 1], reductions: [{ of: 0, operation: "max" }] },
  {
    stored: [0],
    reductions: [{ of: 1, operation: "max" }, { of: 1, operation: "sum" }, { of: 0, operation: "sum" }],
  },
];

/** Shapes of the second operand: whole, one number, one for each row or column. */
type Repeat = "whole" | "number" | "inner" | "outer";

/** [outer, terms, inner], of every kind of block and window. */
const SIZES: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 5, 1],
  [7, 1, 3],
  [3, 16, 1],
  [3, 17, 4],
  [40, 64, 1],
  [300, 64, 1],
  [129, 100, 1],
  [5, 3000, 1],
  [4, 2048, 1],
  [1, 100_003, 1],
  [1, 50, 3],
  [1, 1024, 16],
  [1, 9000, 6],
  [1, 20_000, 16],
  [1, 5000, 19],
  [1, 3000, 70],
  [3, 1500, 8],
  [2, 2048, 16],
  [64, 49, 16],
  [50, 9, 33],
  [1, 40, 700],
];

/** Maps with sums and maxima of their results: windows that fit blocks and ones that do not, ties, zeros and NaN. */
export function* mapReduceCases(): Iterable<ConformanceCase> {
  for (const [index, size] of SIZES.entries()) {
    for (const repeat of ["whole", "number", "inner", "outer"] as const) {
      yield mapReduceCase(size, repeat, USES[index % USES.length]!, "mixed");
    }
    for (const use of USES) yield mapReduceCase(size, "inner", use, "normal");
  }
  for (const pattern of ["zeros", "subnormal", "infinite", "nan", "ties", "any"] as const) {
    for (const use of USES) {
      yield mapReduceCase([33, 64, 1], "whole", use, pattern);
      yield mapReduceCase([1, 2000, 6], "inner", use, pattern);
      yield mapReduceCase([3, 1500, 1], "outer", use, pattern);
    }
  }
  // Nothing to add up, and no result.
  yield mapReduceCase([3, 0, 2], "whole", USES[0]!, "mixed");
  yield mapReduceCase([0, 5, 2], "inner", USES[1]!, "mixed");
}

function mapReduceCase(
  [outer, terms, inner]: readonly [number, number, number],
  repeat: Repeat,
  { stored, reductions }: Use,
  pattern: Pattern,
): ConformanceCase {
  const shape = [outer, terms, inner];
  const second = {
    whole: shape,
    number: [],
    inner: [inner],
    outer: [outer, 1, 1],
  }[repeat];
  const map: MapKernel = {
    family: "map",
    program,
    shape,
    inputs: [{ dtype: "f32", shape }, { dtype: "f32", shape: second }],
    outputs: ["f32", "f32"],
  };
  const asked = reductions.map(({ of, operation }) => `${operation}${of}`).join("+");
  return patternCase(
    `mapReduce [${shape}] with ${repeat} stores ${stored.join("+") || "none"} reduces ${asked}`,
    { family: "mapReduce", map, stored, reductions, outer, terms, inner },
    pattern,
  );
}
