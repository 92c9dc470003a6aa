/**
 * Exact tensors: binary32 arithmetic whose bits do not depend on machine, engine, backend or number of workers.
 *
 * @module
 */
export * from "./numerics/mod.ts";
/** Writes WebAssembly modules. */
export * as assembler from "./assembler/mod.ts";
/** The scalar language: exact expressions and functions, and what they are emitted to. */
export * as scalar from "./scalar/mod.ts";
// The types that kernels show stand beside the namespace too.
export type {
  Scalar,
  SCALAR_OPERATIONS,
  ScalarOperation,
  ScalarProgram,
  ScalarType,
} from "./scalar/expression.ts";
export type { WgslArithmetic } from "./scalar/emit_wgsl.ts";
export * from "./random/mod.ts";
export * from "./kernels/mod.ts";
export * from "./backends/backend.ts";
export * from "./tensor/mod.ts";
/** Linear algebra in binary64 on the host. */
export * as linalg from "./linear_algebra/mod.ts";
// What its functions take and give stands beside the namespace too.
export type { Matrix } from "./linear_algebra/matrix.ts";
export type { SparseMatrix } from "./linear_algebra/sparse_matrix.ts";
export * from "./autodiff/mod.ts";
export * from "./ops/mod.ts";
export * from "./compile/mod.ts";
export * from "./nn/mod.ts";
export * from "./optim/mod.ts";
export * from "./training/mod.ts";
export * from "./backends/reference/mod.ts";
export * from "./backends/wasm/mod.ts";
// The rest of that backend, and the conformance suite, have entries of their own: most processes need neither.
export * from "./backends/webgpu/webgpu_errors.ts";
