import "./install.ts";

export { add } from "./add.ts";
export { argmax } from "./argmax.ts";
export { argmin } from "./argmin.ts";
export {
  averagePool2d,
  maxPool2d,
  type MaxPool2dResult,
  maxPool2dWithIndices,
  type Pool2dOptions,
} from "./pool2d.ts";
export type { BinaryOperation, UnaryOperation } from "./elementwise.ts";
export { broadcastTo } from "./broadcast_to.ts";
export { cast } from "./cast.ts";
export { concatenate } from "./concatenate.ts";
export { conv1d, type Conv1dOptions } from "./conv1d.ts";
export { conv2d, type Conv2dOptions, type Pair } from "./conv2d.ts";
export { convTranspose1d, type ConvTranspose1dOptions } from "./conv_transpose1d.ts";
export { convTranspose2d, type ConvTranspose2dOptions } from "./conv_transpose2d.ts";
export { crossEntropy } from "./cross_entropy.ts";
export { cumulativeSum, type CumulativeSumOptions } from "./cumulative_sum.ts";
export { divide } from "./divide.ts";
export { embedding } from "./embedding.ts";
export { equal, less, lessOrEqual } from "./compare.ts";
export { exp } from "./exp.ts";
export { expandDims } from "./expand_dims.ts";
export { flip } from "./flip.ts";
export { gather } from "./gather.ts";
export { globalAveragePool2d, globalMaxPool2d } from "./global_pool2d.ts";
export { log } from "./log.ts";
export { logSoftmax } from "./log_softmax.ts";
export { logSumExp } from "./log_sum_exp.ts";
export { matmul, type MatmulOptions } from "./matmul.ts";
export { max } from "./max.ts";
export { maximum } from "./maximum.ts";
export { maxUnpool2d } from "./max_unpool2d.ts";
export { mean } from "./mean.ts";
export { min } from "./min.ts";
export { minimum } from "./minimum.ts";
export { multiply } from "./multiply.ts";
export { negate } from "./negate.ts";
export { norm } from "./norm.ts";
export { oneHot } from "./one_hot.ts";
export { pad } from "./pad.ts";
export { permutation } from "./permutation.ts";
export { relu } from "./relu.ts";
export { repeat } from "./repeat.ts";
export { reshape } from "./reshape.ts";
export { scatterAdd } from "./scatter_add.ts";
export { select } from "./select.ts";
export { sigmoid } from "./sigmoid.ts";
export { slice } from "./slice.ts";
export { softmax } from "./softmax.ts";
export { split } from "./split.ts";
export { squareRoot } from "./square_root.ts";
export { squeeze } from "./squeeze.ts";
export { stack } from "./stack.ts";
export { subtract } from "./subtract.ts";
export { sum } from "./sum.ts";
export { takeAlong } from "./take_along.ts";
export { tanh } from "./tanh.ts";
export { tile } from "./tile.ts";
export { transpose } from "./transpose.ts";
export { uniform } from "./uniform.ts";
export { variance, type VarianceOptions } from "./variance.ts";
