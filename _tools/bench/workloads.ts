import { lenet, perceptron, product, residual, tiny } from "./feedforward.ts";
import { graphNetwork } from "./graph.ts";
import { lstmModel, transformer } from "./sequence.ts";
import type { Workload } from "./workload.ts";

/** All that is timed, in the order of the table. Sizes and initial values are those of the peer, `peer.py`. */
export const WORKLOADS: readonly Workload[] = [
  product(512),
  product(1024),
  perceptron(64),
  lenet({ batch: 64, size: 28 }),
  residual({ batch: 64, size: 28 }),
  lstmModel({ batch: 32, length: 64 }),
  transformer({ batch: 32, length: 64 }),
  tiny(32),
  // Of the size of a citation network
  graphNetwork({ nodes: 2708, edges: 5429, features: 1433 }),
];

/**
 * The same at sizes that the reference computes in a moment: for tests. They fit no vector and no tile, and the products
 * have more than one block.
 */
export const SMALL_WORKLOADS: readonly Workload[] = [
  product(45),
  product(261),
  perceptron(5),
  lenet({ batch: 3, size: 20 }),
  residual({ batch: 2, size: 11 }),
  lstmModel({ batch: 3, length: 5 }),
  transformer({ batch: 3, length: 7 }),
  tiny(7),
  graphNetwork({ nodes: 61, edges: 130, features: 37 }),
];
