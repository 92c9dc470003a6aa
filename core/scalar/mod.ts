export * from "./compile_vectors.ts";
export * from "./expression.ts";
export * from "./emit_typescript.ts";
export * from "./functions/mod.ts";
export * from "./normal_pair.ts";
export * from "./notation.ts";
export * from "./philox.ts";
export * from "./substitute.ts";
