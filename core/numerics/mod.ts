export * from "./contraction_blocks.ts";
export * from "./dtype.ts";
export * from "./epoch.ts";
export * from "./float_bits.ts";
export * from "./hash.ts";
export type * from "./host_tree.ts";
