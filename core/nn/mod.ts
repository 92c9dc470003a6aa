export { dense, type DenseParams, initDense, type Initialiser } from "./dense.ts";
export { convLayer, type ConvLayerConfig, type ConvParams, initConv } from "./conv_layer.ts";
export { glorotUniform, kaimingUniform, scaled } from "./initialise.ts";
export type { Model, NoState } from "./model.ts";
