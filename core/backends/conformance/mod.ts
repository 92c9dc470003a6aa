export type { ConformanceCase } from "./conformance_case.ts";
export * from "./conformance_cases.ts";
export * from "./run_conformance.ts";
