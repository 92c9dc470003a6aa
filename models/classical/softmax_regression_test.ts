import { testModel } from "../_model_contract.ts";
import { SOFTMAX_REGRESSION_MNIST, softmaxRegression } from "./softmax_regression.ts";

testModel("softmax regression", {
  model: softmaxRegression(SOFTMAX_REGRESSION_MNIST),
  input: [28, 28, 1],
  classes: 10,
  parameters: 784 * 10 + 10,
});
