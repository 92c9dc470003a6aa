export * from "./augment/mod.ts";
export * from "./map_batches.ts";
export * from "./load_in_worker.ts";
export * from "./normalise.ts";
export * from "./one_hot.ts";
export * from "./bucket.ts";
export * from "./pad.ts";
export * from "./text/mod.ts";
