export * from "./exp.ts";
export * from "./log.ts";
export * from "./maximum.ts";
export * from "./minimum.ts";
export * from "./order_key.ts";
export * from "./relu.ts";
export * from "./sigmoid.ts";
export * from "./tanh.ts";
