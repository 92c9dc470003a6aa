export * from "./expression.ts";
export * from "./emit_typescript.ts";
