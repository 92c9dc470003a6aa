export { compile, Program, type StepInputs } from "./compile.ts";
export { dryRun } from "./dry_run.ts";
export type { StepResult } from "./trace.ts";
