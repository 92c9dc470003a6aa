import { testModel } from "../_model_contract.ts";
import { softmaxRegressionModel } from "./softmax_regression.ts";

testModel(softmaxRegressionModel);
