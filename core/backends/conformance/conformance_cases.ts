import type { ConformanceCase } from "./conformance_case.ts";
import { convCases, convWeightGradientCases } from "./conv_cases.ts";
import { copyCases } from "./copy_cases.ts";
import { matmulCases } from "./matmul_cases.ts";
import { reduceCases } from "./reduce_cases.ts";

/** Every case of the suite: the same kernels and values in every process, lazily. */
export function* conformanceCases(): Iterable<ConformanceCase> {
  yield* matmulCases();
  yield* convCases();
  yield* convWeightGradientCases();
  yield* copyCases();
  yield* reduceCases();
}
