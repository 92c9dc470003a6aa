/**
 * Architectures: `init` and `apply`, with their published configurations; and classical methods that are fitted without
 * steps.
 *
 * @module
 */
export {
  kNearestNeighbours,
  type KNearestNeighboursConfig,
  type LabelledSamples,
} from "./classical/k_nearest_neighbours.ts";
export {
  fitKMeans,
  type KMeansFit,
  type KMeansOptions,
  kMeansPlusPlus,
  nearestCentre,
} from "./classical/k_means.ts";
export { leastSquares } from "./classical/least_squares.ts";
export {
  gaussianLogLikelihood,
  LINEAR_REGRESSION_AUTO_MPG,
  linearRegression,
  type LinearRegressionConfig,
  normalEquations,
  withOnes,
} from "./classical/linear_regression.ts";
export {
  SOFTMAX_REGRESSION_MNIST,
  softmaxRegression,
  type SoftmaxRegressionConfig,
} from "./classical/softmax_regression.ts";
export { mlp, MLP_784_256_128_10, type MlpConfig, type MlpParams } from "./feedforward/mlp.ts";
export { lenet, LENET_28, type LenetConfig, type LenetParams } from "./vision/lenet.ts";
