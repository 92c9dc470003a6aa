/**
 * Architectures: `init` and `apply`, with their published configurations; classical methods that are fitted without
 * steps; and the registry of them all.
 *
 * @module
 */
// Written by deno task index.
export * from "./define_model.ts";
export * from "./trial.ts";
export * from "./count_parameters.ts";
export * from "./layers.ts";
export { modelFiles, registry } from "./registry.ts";
export * from "./classical/bagging.ts";
export * from "./classical/boosting.ts";
export * from "./classical/k_means.ts";
export * from "./classical/k_nearest_neighbours.ts";
export * from "./classical/least_squares.ts";
export * from "./classical/linear_regression.ts";
export * from "./classical/linear_svm.ts";
export * from "./classical/logistic_regression.ts";
export * from "./classical/lsa.ts";
export * from "./classical/newton.ts";
export * from "./classical/pca.ts";
export * from "./classical/perceptron.ts";
export * from "./classical/regression_tree.ts";
export * from "./classical/softmax_regression.ts";
export * from "./classical/tsne.ts";
export * from "./feedforward/activation_mlp.ts";
export * from "./feedforward/maxout.ts";
export * from "./feedforward/mlp.ts";
export * from "./feedforward/multi_task.ts";
export * from "./vision/lenet.ts";
export * from "./sequence/tcn.ts";
