import { lenet, perceptron, product, residual, tiny } from "./feedforward.ts";
import { graphNetwork } from "./graph.ts";
import { lstmModel, transformer } from "./sequence.ts";
import type { Workload } from "./workload.ts";

/** All that is timed, in the order of the table. Sizes and initial values are those of the peer, `peer.py`. */
export const WORKLOADS: readonly Workload[] = [
  product(512),
  product(1024),
  perceptron,
  lenet,
  residual,
  lstmModel,
  transformer,
  tiny,
  graphNetwork,
];
