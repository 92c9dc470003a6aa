import { testModel } from "../_model_contract.ts";
import { lenet, LENET_28 } from "./lenet.ts";

testModel("LeNet-5, 28 x 28", { model: lenet(LENET_28), input: [28, 28, 1], classes: 10, parameters: 61706 });
testModel("LeNet-5, 32 x 32 as in the paper", {
  model: lenet({ padding: 0, classes: 10 }),
  input: [32, 32, 1],
  classes: 10,
  parameters: 61706,
});
