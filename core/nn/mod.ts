export { dense, type DenseParams, initDense, type Initialiser } from "./dense.ts";
export { convLayer, type ConvLayerConfig, type ConvParams, initConv } from "./conv_layer.ts";
export { glorotNormal, glorotUniform, kaimingNormal, kaimingUniform, scaled } from "./initialise.ts";
export {
  batchNorm,
  type BatchNormOptions,
  type BatchNormState,
  initBatchNorm,
  type NormParams,
} from "./batch_norm.ts";
export { groupNorm, initNorm, instanceNorm, layerNorm, type NormOptions, standardise } from "./layer_norm.ts";
export { dropout, type DropoutOptions } from "./dropout.ts";
export { type EmbeddingParams, initEmbedding } from "./embedding.ts";
export {
  gru,
  gruCell,
  type GruOptions,
  type GruParams,
  initGru,
  initLstm,
  initRnn,
  lstm,
  lstmCell,
  type LstmState,
  type RecurrentParams,
  rnn,
  rnnCell,
  type Sequence,
} from "./recurrent.ts";
export {
  attention,
  type AttentionOptions,
  initMultiHeadAttention,
  multiHeadAttention,
  type MultiHeadAttentionOptions,
  type MultiHeadAttentionParams,
} from "./attention.ts";
export { type Edges, graphConvolution, propagate } from "./graph_convolution.ts";
export type { Model, NoState } from "./model.ts";
