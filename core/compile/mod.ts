export { compile, Program, type StepInputs } from "./compile.ts";
export { dryRun } from "./dry_run.ts";
export { outline, type OutlineNode } from "./outline.ts";
export type { StepResult } from "./trace.ts";
