export * from "./maximum.ts";
export * from "./minimum.ts";
export * from "./order_key.ts";
export * from "./relu.ts";
