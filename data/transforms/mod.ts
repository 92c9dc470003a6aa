export * from "./augment/mod.ts";
export * from "./map_batches.ts";
