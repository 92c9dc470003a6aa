import { launch } from "../tensor/launch.ts";
import { scope } from "../tensor/scope.ts";
import { mapTree } from "../tensor/tree.ts";
import { identityKernel } from "./schedule.ts";

/** Copies of the tensors of a tree; none if there is no room for all. */
export function copyTree<C>(tree: C): C {
  return scope(() =>
    mapTree(tree, (tensor) => {
      const { dtype, shape, size } = tensor;
      return launch(identityKernel(dtype, size), [tensor], [{ dtype, shape }])[0]!;
    })
  );
}
