import { installTensorMethods } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { divide } from "./divide.ts";
import { matmul } from "./matmul.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";
import { multiply } from "./multiply.ts";
import { negate } from "./negate.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { subtract } from "./subtract.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

// Tensors stand below the operations, so their methods are handed down here, once.
installTensorMethods({
  add,
  divide,
  matmul,
  max,
  mean,
  multiply,
  negate,
  reshape,
  slice,
  subtract,
  sum,
  transpose,
});
