export { compile, Program, type StepInputs } from "./compile.ts";
export type { StepResult } from "./trace.ts";
