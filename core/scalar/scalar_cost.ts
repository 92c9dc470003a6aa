import {
  type Scalar,
  SCALAR_OPERATIONS,
  type ScalarOperation,
  type ScalarProgram,
  topologicalOrder,
} from "./expression.ts";

/** About how many vector instructions an operation takes on a common processor, where it is not one. */
const COSTS: Partial<Record<ScalarOperation, number>> = {
  divide: 6,
  squareRoot: 8,
  multiplyHighU32: 5,
  multiplyU32: 2,
  lessU32: 3,
  selectF32: 2,
  selectU32: 2,
  bitsOf: 4,
  fromBits: 0,
  f32FromU32: 8,
  u32FromF32: 10,
  i32FromF32: 6,
  scaleByPowerOfTwo: 14,
  significandOf: 8,
  exponentOf: 8,
};

/** Cycles from an operand to the result where they are not one for each instruction. */
const LATENCIES: Partial<Record<ScalarOperation, number>> = {
  add: 3,
  subtract: 3,
  multiply: 3,
  divide: 11,
  squareRoot: 15,
  floor: 3,
  ceil: 3,
  truncate: 3,
  nearest: 3,
};

/** About how many vector instructions a node takes; none for a leaf. */
export function nodeCost({ operation }: Scalar): number {
  return operation in SCALAR_OPERATIONS ? COSTS[operation as ScalarOperation] ?? 1 : 0;
}

/** About how many cycles after its operands the value of a node is there. */
export function nodeLatency(node: Scalar): number {
  return LATENCIES[node.operation as ScalarOperation] ?? nodeCost(node);
}

/** About how many instructions a program takes for four lanes. */
export function scalarCost(program: ScalarProgram): number {
  return topologicalOrder(program.outputs).reduce((sum, node) => sum + nodeCost(node), 0);
}

/** About how many cycles the longest chain of a program takes, each of whose operations waits for the one before it. */
export function scalarLatency(program: ScalarProgram): number {
  const ends = new Map<Scalar, number>();
  for (const node of topologicalOrder(program.outputs)) {
    ends.set(node, nodeLatency(node) + Math.max(0, ...node.operands.map((operand) => ends.get(operand)!)));
  }
  return Math.max(0, ...program.outputs.map((output) => ends.get(output)!));
}
