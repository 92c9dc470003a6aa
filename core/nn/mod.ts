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
export type { RecurrentParams, Sequence } from "./recurrent/sequence.ts";
export { initRnn, rnn, rnnCell } from "./recurrent/rnn.ts";
export { initLstm, lstm, lstmCell, type LstmState } from "./recurrent/lstm.ts";
export { gru, gruCell, type GruOptions, type GruParams, initGru } from "./recurrent/gru.ts";
export {
  attention,
  type AttentionOptions,
  initMultiHeadAttention,
  multiHeadAttention,
  type MultiHeadAttentionOptions,
  type MultiHeadAttentionParams,
} from "./attention.ts";
export { type Edges, graphConvolution, propagate } from "./graph_convolution.ts";
export type { ApplyOptions, Model, NoState } from "./model.ts";
export { outline, type OutlineNode } from "./outline.ts";
