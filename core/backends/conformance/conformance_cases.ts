import type { Family } from "../../kernels/kernel.ts";
import type { ConformanceCase } from "./conformance_case.ts";
import { convCases, convWeightGradientCases } from "./conv_cases.ts";
import { copyCases } from "./copy_cases.ts";
import { gatherCases, randomCases, scatterCases } from "./index_cases.ts";
import { mapCases } from "./map_cases.ts";
import { mapReduceCases } from "./map_reduce_cases.ts";
import { matmulCases } from "./matmul_cases.ts";
import { poolCases } from "./pool_cases.ts";
import { productMapCases } from "./product_map_cases.ts";
import { reduceCases } from "./reduce_cases.ts";
import { scanCases } from "./scan_cases.ts";
import { sortCases } from "./sort_cases.ts";

/** The cases of every family: a family without any does not compile. */
const CASES: { readonly [F in Family]: () => Iterable<ConformanceCase> } = {
  map: mapCases,
  reduce: reduceCases,
  mapReduce: mapReduceCases,
  matmul: matmulCases,
  conv: convCases,
  convWeightGradient: convWeightGradientCases,
  productMap: productMapCases,
  pool: poolCases,
  gather: gatherCases,
  scatter: scatterCases,
  copy: copyCases,
  scan: scanCases,
  sort: sortCases,
  random: randomCases,
};

/**
 * Every case of the suite: the same kernels and values in every process, made one at a time.
 *
 * @example
 * ```ts
 * import { conformanceCases } from "@verbatim/core/conformance";
 * import { assertEquals } from "@std/assert";
 *
 * const [first] = conformanceCases();
 * assertEquals(first!.kernel.family, "map");
 * ```
 */
export function* conformanceCases(): Iterable<ConformanceCase> {
  for (const family of Object.keys(CASES) as Family[]) yield* CASES[family]();
}
