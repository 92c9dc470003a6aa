export * from "./byte_writer.ts";
export * from "./function_builder.ts";
export * from "./instructions.ts";
export * from "./module_builder.ts";
export * from "./types.ts";
