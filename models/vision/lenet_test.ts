import { testModel } from "../_model_contract.ts";
import { lenetModel } from "./lenet.ts";

testModel(lenetModel);
