export * from "./augment/mod.ts";
export * from "./map_batches.ts";
export * from "./load_in_worker.ts";
