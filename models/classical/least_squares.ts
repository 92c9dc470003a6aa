/**
 * Linear least squares: the weights of a linear model in closed form.
 *
 * Axes: N samples, D features, K targets.
 *
 * @module
 */
import {
  concatenate,
  type DenseParams,
  matmul,
  ones,
  scope,
  square,
  squareRoot,
  type Tensor,
  uniform,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/**
 * The weights w and the bias b with the smallest sum of squares |x w + b - y|^2, for each target by itself; `dense`
 * applies them.
 *
 * The columns of [1 | x] are made orthogonal one after the other, and each is taken out of all that follow and of y:
 * [1 | x] = Q R by modified Gram-Schmidt, with Q^T y computed as if y were more columns; then R [b; w] = Q^T y from below.
 * So it is as accurate as an orthogonal factorisation (error about the condition number times 2^-24, not its square as
 * with the normal equations), and the column of ones, which is first, centres the others. Columns that depend on each
 * other give weights that are large or NaN.
 *
 * *Shapes* x [N, D], y [N, K] -> w [D, K], b [K]. *Dtypes* f32. *Order* N4 over the samples; columns ascending.
 * *Source* Å. Björck (1967). Solving linear least squares problems by Gram-Schmidt orthogonalization.
 * *Differs* LAPACK's `gels` takes Householder reflections, `gelsd` singular values; they agree within rounding.
 *
 * @throws {RangeError} if x and y are no matrices with the same number of rows, or there are not more rows than features.
 *
 * @example The line through (0, 1), (1, 3) and (2, 5)
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { leastSquares } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0], [1], [2]]);
 * using y = tensor([[1], [3], [5]]);
 * const line = leastSquares(x, y);
 * assertAlmostEquals(await line.w.item(), 2, 1e-6);
 * assertAlmostEquals(await line.b.item(), 1, 1e-6);
 * disposeTree(line);
 * ```
 */
export function leastSquares(x: Tensor, y: Tensor): DenseParams {
  const [samples, features] = x.shape;
  const [rows, targets] = y.shape;
  if (x.rank !== 2 || y.rank !== 2 || samples !== rows || samples! <= features!) {
    throw new RangeError(
      `Cannot fit by least squares: expected x [N, D] and y [N, K] with N above D, got [${x.shape}] and [${y.shape}]`,
    );
  }
  return scope(() => {
    // Row j of R: the length of column j, and its products with the columns and targets behind it.
    const triangle: { readonly length: Tensor; readonly products: Tensor }[] = [];
    let rest = concatenate([ones([samples!, 1]), x, y], 1); // [N, 1 + D + K]
    for (let column = 0; column <= features!; column++) {
      const width = rest.shape[1]!;
      const first = rest.slice([0, 0], [samples!, 1]); // [N, 1]
      const others = rest.slice([0, 1], [samples!, width]);
      const length = squareRoot(square(first).sum());
      const unit = first.div(length);
      const products = matmul(unit.transpose(), others); // [1, width - 1]
      rest = others.sub(unit.mul(products));
      triangle.push({ length, products });
    }
    let solution: Tensor | undefined; // [columns behind, K]
    for (const { length, products } of triangle.reverse()) {
      const behind = products.shape[1]! - targets!;
      const target = products.slice([0, behind], [1, behind + targets!]); // [1, K]
      const known = solution === undefined
        ? target
        : target.sub(matmul(products.slice([0, 0], [1, behind]), solution));
      const row = known.div(length);
      solution = solution === undefined ? row : concatenate([row, solution], 0);
    }
    const last = features! + 1;
    return {
      w: solution!.slice([1, 0], [last, targets!]),
      b: solution!.slice([0, 0], [1, targets!]).reshape([targets!]),
    };
  });
}

/** Linear least squares in the registry. */
export const leastSquaresMethod: RegisteredMethod = defineMethod({
  id: "least-squares",
  family: "classical",
  title: "Linear least squares",
  notes: [{ note: "i2dl", section: "lecture 2" }],
  paper: "Å. Björck (1967). Solving linear least squares problems by Gram-Schmidt orthogonalization.",
  trial: {
    fit: (key) =>
      scope(() =>
        leastSquares(uniform(key.fold("x"), [700, 9], -1, 1), uniform(key.fold("y"), [700, 2], -1, 1))
      ),
  },
});
