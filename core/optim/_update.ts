import { isRecording } from "../autodiff/tape.ts";
import { asTensor, type MapOperation } from "../ops/elementwise.ts";
import { scope } from "../tensor/scope.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { mapTree, type Tree, treeLeaves } from "../tensor/tree.ts";

/**
 * Runs one fused scalar program over the leaves of several trees of the same form, with 0-d operands behind them.
 *
 * @returns one tree for each output of the program, in the form of the first.
 * @throws {RangeError} if the trees' paths or shapes differ. @throws {Error} inside a differentiated function.
 */
export function updateTrees<P extends Tree>(
  operation: MapOperation,
  trees: readonly [P, ...Tree[]],
  scalars: readonly TensorLike[],
): P[] {
  if (isRecording()) throw new Error("Cannot update parameters: an optimiser's step is not differentiable");
  return scope(() => {
    const constants = scalars.map((scalar) => asTensor(scalar));
    const [first, ...others] = trees.map(treeLeaves);
    const results = new Map<Tensor, Tensor[]>();
    first!.forEach(([path, leaf], i) => {
      const operands = [leaf];
      for (const other of others) {
        const [otherPath, tensor] = other[i] ?? ["nothing", undefined];
        if (tensor === undefined || otherPath !== path || !sameShape(tensor.shape, leaf.shape)) {
          throw new RangeError(
            `Cannot update parameters: expected ${path} ${
              formatShape(leaf.shape)
            } in every tree, got ${otherPath} ${tensor === undefined ? "" : formatShape(tensor.shape)}`,
          );
        }
        operands.push(tensor);
      }
      results.set(leaf, operation.run([...operands, ...constants]));
    });
    return operation.outputs.map((_, output) => mapTree(trees[0], (leaf) => results.get(leaf)![output]!));
  });
}

/** A tree of +0 in the form of another. */
export function zerosLike<P extends Tree>(tree: P, zero: (shape: readonly number[]) => Tensor): P {
  return mapTree(tree, (leaf) => zero(leaf.shape));
}
