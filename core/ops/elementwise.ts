import { differentiable, type Gradient } from "../autodiff/differentiable.ts";
import { isRecording } from "../autodiff/tape.ts";
import type { MapKernel } from "../kernels/map.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { type Scalar, type ScalarProgram, scalarProgram, type ScalarType } from "../scalar/expression.ts";
import { nameOf } from "../tensor/check.ts";
import { tensor } from "../tensor/create.ts";
import { launch } from "../tensor/launch.ts";
import { named } from "../tensor/tracing.ts";
import { broadcastShapes, sameShape, type Shape } from "../tensor/shape.ts";
import { Tensor, type TensorLike } from "../tensor/tensor.ts";

type ScalarsOf<T extends readonly ScalarType[]> = { [I in keyof T]: Scalar<T[I]> };

/** A scalar program with results of given dtypes, applied to broadcast operands; keeps its kernels by shape. */
export class MapOperation<const T extends readonly ScalarType[] = readonly ScalarType[]> {
  readonly #makeProgram: () => ScalarProgram;
  /** Made when the operation is used first: a process needs few of all operations. */
  #program: ScalarProgram | undefined;
  readonly #kernels = new Map<string, MapKernel>();

  constructor(
    readonly name: string,
    inputs: T,
    readonly outputs: readonly Dtype[],
    define: (...inputs: ScalarsOf<T>) => readonly Scalar[],
  ) {
    this.#makeProgram = () => scalarProgram(inputs, define);
  }

  /** @throws {TypeError} if an operand's dtype is not that of its input. @throws {RangeError} if they do not broadcast. */
  run(operands: readonly Tensor[]): Tensor[] {
    let key = "";
    for (const operand of operands) key += `${operand.dtype}[${operand.shape}]`;
    let kernel = this.#kernels.get(key);
    if (kernel === undefined) {
      kernel = this.#specialise(operands);
      this.#kernels.set(key, kernel);
    }
    const { shape } = kernel;
    return launch(kernel, operands, this.outputs.map((dtype) => ({ dtype, shape })));
  }

  #specialise(operands: readonly Tensor[]): MapKernel {
    const program = this.#program ??= this.#makeProgram();
    program.inputs.forEach((type, i) => {
      const { dtype } = operands[i]!;
      if ((type === "f32") !== (dtype === "f32")) {
        const expected = type === "f32" ? "f32" : "u32, i32 or u8";
        throw new TypeError(`Cannot ${this.name}: expected operand ${i} of ${expected}, got ${dtype}`);
      }
    });
    return {
      family: "map",
      program,
      shape: broadcastShapes(operands.map((operand) => operand.shape), this.name),
      inputs: operands.map(({ dtype, shape }) => ({ dtype, shape })),
      outputs: this.outputs,
    };
  }
}

/** A number as a 0-d tensor; a tensor as itself. @throws {TypeError} if it is neither. */
export function asTensor(value: TensorLike, what = "compute"): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === "number") return tensor(value);
  throw new TypeError(`Cannot ${what}: expected a tensor or a number, got ${nameOf(value)}`);
}

/** Frees what `asTensor` made, unless a derivative may still use it. */
function releaseConstants(values: readonly TensorLike[], operands: readonly Tensor[]): void {
  if (isRecording()) return;
  values.forEach((value, i) => {
    if (typeof value === "number") operands[i]!.dispose();
  });
}

/** Sums an adjoint over the axes that broadcasting repeated, so that it has the operand's shape. */
export function sumTo(adjoint: Tensor, shape: Shape): Tensor {
  if (sameShape(adjoint.shape, shape)) return adjoint;
  const offset = adjoint.rank - shape.length;
  const axes = adjoint.shape.flatMap((length, axis) =>
    axis < offset || (shape[axis - offset] === 1 && length !== 1) ? [axis] : []
  );
  return (axes.length === 0 ? adjoint : adjoint.sum(axes)).reshape(shape);
}

/** From the result's adjoint g, the operands and the result to one operand's adjoint; null where there is none. */
type ElementwiseGradient<Operands> = ((g: Tensor, operands: Operands, result: Tensor) => Tensor) | null;

/** An operation on one tensor. */
export type UnaryOperation = (x: TensorLike) => Tensor;
/** An operation on two tensors that broadcast. */
export type BinaryOperation = (a: TensorLike, b: TensorLike) => Tensor;
/** An operation on three tensors that broadcast. */
export type TernaryOperation = (a: TensorLike, b: TensorLike, c: TensorLike) => Tensor;

/**
 * A differentiable operation on f32 values, one by one, with broadcasting.
 *
 * @param gradients One for each operand, before broadcasting is undone.
 */
export function elementwise<const T extends readonly "f32"[]>(
  name: string,
  inputs: T,
  define: (...inputs: ScalarsOf<T>) => Scalar<"f32">,
  gradients: { readonly [I in keyof T]: ElementwiseGradient<{ [I in keyof T]: Tensor }> },
): (...operands: { [I in keyof T]: TensorLike }) => Tensor {
  const operation = new MapOperation(name, inputs, ["f32"], (...scalars) => [define(...scalars)]);
  return (...values) => {
    const operands = values.map((value) => asTensor(value, name));
    try {
      return named(name, () =>
        differentiable(
          operands,
          () => operation.run(operands)[0]!,
          gradients.map((gradient, i): Gradient =>
            gradient &&
            ((g, result) =>
              sumTo(gradient(g, operands as { [I in keyof T]: Tensor }, result), operands[i]!.shape))
          ),
        ));
    } finally {
      releaseConstants(values, operands);
    }
  };
}
