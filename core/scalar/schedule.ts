import type { Scalar } from "./expression.ts";
import { nodeCost, nodeLatency } from "./scalar_cost.ts";

/**
 * From so many live values on, only those operations are taken that do not add another, if there are any. Four vectors
 * side by side spill earlier; but a spill is less of a loss than a wait.
 */
const MANY_LIVE = 6;

/** Four vectors of an instruction take about so many cycles. */
const CYCLES_PER_INSTRUCTION = 2;

/**
 * An order in which to evaluate the nodes of an expression, leaves left out, when several vectors go side by side.
 *
 * A sum that waits for the sum before it takes three cycles or more, in which a processor could start a dozen others.
 * So the next node is always that which can start first, on a processor that starts one instruction on all vectors in
 * two cycles, and among those the one with the longest way to the results; that brings independent chains side by side.
 * The order does not touch a bit.
 *
 * @param operandsOf The nodes that a node's code reads, if not all its operands.
 */
export function schedule(
  outputs: readonly Scalar[],
  operandsOf: (node: Scalar) => readonly Scalar[] = (node) => node.operands,
): Scalar[] {
  const graph = graphOf(outputs, operandsOf);
  const toResult = new Map<Scalar, number>();
  for (const node of graph.order.toReversed()) {
    const after = graph.users.get(node)!.map((user) => toResult.get(user)!);
    toResult.set(node, nodeLatency(node) + Math.max(0, ...after));
  }
  const missing = new Map(graph.order.map((node) => [node, graph.operands.get(node)!.length]));
  // When the operands of a node are there.
  const start = new Map(graph.order.map((node) => [node, 0]));
  const ready = graph.order.filter((node) => missing.get(node) === 0);
  const schedule: Scalar[] = [];
  let now = 0;
  let live = 0;
  while (ready.length > 0) {
    const added = ready.map((node) =>
      1 - graph.operands.get(node)!.filter((operand) => graph.uses.get(operand) === 1).length
    );
    const least = Math.min(...added);
    let best = -1;
    ready.forEach((node, i) => {
      if (live >= MANY_LIVE && added[i]! > Math.max(0, least)) return;
      const other = ready[best];
      if (other === undefined) {
        best = i;
        return;
      }
      const later = Math.max(now, start.get(node)!) - Math.max(now, start.get(other)!);
      const shorter = toResult.get(other)! - toResult.get(node)!;
      if (later < 0 || later === 0 && (shorter < 0 || shorter === 0 && added[i]! < added[best]!)) best = i;
    });
    const node = ready[best]!;
    live += added[best]!;
    ready.splice(best, 1);
    const begin = Math.max(now, start.get(node)!);
    now = begin + CYCLES_PER_INSTRUCTION * nodeCost(node);
    schedule.push(node);
    for (const operand of graph.operands.get(node)!) {
      graph.uses.set(operand, graph.uses.get(operand)! - 1);
    }
    for (const user of graph.users.get(node)!) {
      start.set(user, Math.max(start.get(user)!, begin + nodeLatency(node)));
      const left = missing.get(user)! - 1;
      missing.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  return schedule;
}

interface Graph {
  /** The nodes but for the leaves, operands before users. */
  readonly order: readonly Scalar[];
  /** The distinct operands of a node that are no leaves. */
  readonly operands: ReadonlyMap<Scalar, readonly Scalar[]>;
  readonly users: ReadonlyMap<Scalar, readonly Scalar[]>;
  /** How often a node is read, as a result too. */
  readonly uses: Map<Scalar, number>;
}

function graphOf(
  outputs: readonly Scalar[],
  operandsOf: (node: Scalar) => readonly Scalar[],
): Graph {
  const order: Scalar[] = [];
  const operands = new Map<Scalar, readonly Scalar[]>();
  const users = new Map<Scalar, Scalar[]>();
  const uses = new Map<Scalar, number>();
  const use = (node: Scalar) => uses.set(node, (uses.get(node) ?? 0) + 1);
  const visit = (node: Scalar): void => {
    if (users.has(node)) return;
    users.set(node, []);
    const inner = [...new Set(operandsOf(node))].filter((operand) => operand.operands.length > 0);
    operands.set(node, inner);
    for (const operand of inner) {
      visit(operand);
      users.get(operand)!.push(node);
      use(operand);
    }
    order.push(node);
  };
  for (const output of outputs) {
    if (output.operands.length === 0) continue;
    visit(output);
    use(output);
  }
  return { order, operands, users, uses };
}
