// Written by deno task index.
import type { RegistryEntry } from "./define_model.ts";
import { baggingMethod } from "./classical/bagging.ts";
import { adaBoostMethod, gradientBoostingMethod } from "./classical/boosting.ts";
import { kMeansMethod } from "./classical/k_means.ts";
import { kNearestNeighboursMethod } from "./classical/k_nearest_neighbours.ts";
import { leastSquaresMethod } from "./classical/least_squares.ts";
import { linearRegressionModel } from "./classical/linear_regression.ts";
import { linearSvmModel } from "./classical/linear_svm.ts";
import { logisticRegressionModel } from "./classical/logistic_regression.ts";
import { lsaMethod } from "./classical/lsa.ts";
import { newtonMethod } from "./classical/newton.ts";
import { pcaMethod } from "./classical/pca.ts";
import { perceptronMethod } from "./classical/perceptron.ts";
import { regressionTreeMethod } from "./classical/regression_tree.ts";
import { softmaxRegressionModel } from "./classical/softmax_regression.ts";
import { tsneMethod } from "./classical/tsne.ts";
import { activationMlpModel } from "./feedforward/activation_mlp.ts";
import { maxoutModel } from "./feedforward/maxout.ts";
import { mlpModel } from "./feedforward/mlp.ts";
import { multiTaskModel } from "./feedforward/multi_task.ts";
import { lenetModel } from "./vision/lenet.ts";
import { tcnModel } from "./sequence/tcn.ts";

/** The file of every architecture and method of the zoo, below `models/`, by family and name. */
export const modelFiles: ReadonlyMap<RegistryEntry, string> = new Map<RegistryEntry, string>([
  [baggingMethod, "classical/bagging.ts"],
  [adaBoostMethod, "classical/boosting.ts"],
  [gradientBoostingMethod, "classical/boosting.ts"],
  [kMeansMethod, "classical/k_means.ts"],
  [kNearestNeighboursMethod, "classical/k_nearest_neighbours.ts"],
  [leastSquaresMethod, "classical/least_squares.ts"],
  [linearRegressionModel, "classical/linear_regression.ts"],
  [linearSvmModel, "classical/linear_svm.ts"],
  [logisticRegressionModel, "classical/logistic_regression.ts"],
  [lsaMethod, "classical/lsa.ts"],
  [newtonMethod, "classical/newton.ts"],
  [pcaMethod, "classical/pca.ts"],
  [perceptronMethod, "classical/perceptron.ts"],
  [regressionTreeMethod, "classical/regression_tree.ts"],
  [softmaxRegressionModel, "classical/softmax_regression.ts"],
  [tsneMethod, "classical/tsne.ts"],
  [activationMlpModel, "feedforward/activation_mlp.ts"],
  [maxoutModel, "feedforward/maxout.ts"],
  [mlpModel, "feedforward/mlp.ts"],
  [multiTaskModel, "feedforward/multi_task.ts"],
  [lenetModel, "vision/lenet.ts"],
  [tcnModel, "sequence/tcn.ts"],
]);

/** Every architecture and method of the zoo, by family and name. */
export const registry: readonly RegistryEntry[] = [...modelFiles.keys()];
