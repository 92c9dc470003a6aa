import { differentiable } from "../autodiff/differentiable.ts";
import type { ConvGeometry } from "../kernels/conv.ts";
import { launch } from "../tensor/launch.ts";
import { stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CopyOperation } from "./_copy.ts";

const kernels = new Map<string, { geometry: ConvGeometry }>();

/** One object for equal geometries, so that backends find its kernel at once. */
function canonical(geometry: ConvGeometry): ConvGeometry {
  const key = Object.values(geometry).join();
  const known = kernels.get(key);
  if (known !== undefined) return known.geometry;
  kernels.set(key, { geometry });
  return geometry;
}

/** Convolution with a given geometry; x [N, H, W, C], w [K, K, C / groups, D]. */
export function convolve(x: Tensor, w: Tensor, geometry: ConvGeometry): Tensor {
  const { batch, outputHeight, outputWidth, outputChannels } = geometry;
  const shape = [batch, outputHeight, outputWidth, outputChannels];
  return differentiable(
    [x, w],
    () => launch(convKernel(geometry), [x, w], [{ dtype: "f32", shape }])[0]!,
    [
      (g) => convolveTransposed(g, w, geometry),
      (g) => weightGradient(x, g, geometry),
    ],
  );
}

/** The transpose of the convolution with a given geometry: from what it gives, [N, H', W', D], to what it takes. */
export function convolveTransposed(y: Tensor, w: Tensor, geometry: ConvGeometry): Tensor {
  return convolve(y, rotate(w, geometry.groups), adjointGeometry(geometry));
}

/** The gradient of the weights from x and the adjoint of the output; bilinear, so it has gradients of its own. */
function weightGradient(x: Tensor, g: Tensor, geometry: ConvGeometry): Tensor {
  const { kernelHeight, kernelWidth, inputChannels, groups, outputChannels } = geometry;
  const shape = [kernelHeight, kernelWidth, inputChannels / groups, outputChannels];
  return differentiable(
    [x, g],
    () => launch(weightKernel(geometry), [x, g], [{ dtype: "f32", shape }])[0]!,
    [(h) => convolveTransposed(g, h, geometry), (h) => convolve(x, h, geometry)],
  );
}

const convKernels = new WeakMap<ConvGeometry, { family: "conv"; geometry: ConvGeometry }>();
const weightKernels = new WeakMap<ConvGeometry, { family: "convWeightGradient"; geometry: ConvGeometry }>();

function convKernel(geometry: ConvGeometry) {
  const shared = canonical(geometry);
  let kernel = convKernels.get(shared);
  if (kernel === undefined) convKernels.set(shared, kernel = { family: "conv", geometry: shared });
  return kernel;
}

function weightKernel(geometry: ConvGeometry) {
  const shared = canonical(geometry);
  let kernel = weightKernels.get(shared);
  if (kernel === undefined) {
    weightKernels.set(shared, kernel = { family: "convWeightGradient", geometry: shared });
  }
  return kernel;
}

/**
 * The geometry of the convolution that carries adjoints from outputs to inputs: output o reads input i through tap k
 * where o stride + k dilation - padding = i holes, so strides and holes change places and the taps run backwards.
 */
function adjointGeometry(geometry: ConvGeometry): ConvGeometry {
  return {
    batch: geometry.batch,
    inputHeight: geometry.outputHeight,
    inputWidth: geometry.outputWidth,
    inputChannels: geometry.outputChannels,
    outputHeight: geometry.inputHeight,
    outputWidth: geometry.inputWidth,
    outputChannels: geometry.inputChannels,
    kernelHeight: geometry.kernelHeight,
    kernelWidth: geometry.kernelWidth,
    groups: geometry.groups,
    strideHeight: geometry.holesHeight,
    strideWidth: geometry.holesWidth,
    dilationHeight: geometry.dilationHeight,
    dilationWidth: geometry.dilationWidth,
    paddingTop: (geometry.kernelHeight - 1) * geometry.dilationHeight - geometry.paddingTop,
    paddingLeft: (geometry.kernelWidth - 1) * geometry.dilationWidth - geometry.paddingLeft,
    holesHeight: geometry.strideHeight,
    holesWidth: geometry.strideWidth,
  };
}

const rotation = new CopyOperation();

/** Weights turned by 180 degrees with input and output channels exchanged within each group; its own inverse. */
function rotate(w: Tensor, groups: number): Tensor {
  const [rows, columns, inputs, outputs] = w.shape as [number, number, number, number];
  const perGroup = outputs / groups;
  const shape = [rows, columns, perGroup, groups * inputs];
  const regions = () => {
    const [row, column, channel] = stridesOf(w.shape) as [number, number, number, number];
    const parts = [rows, columns, perGroup, groups, inputs];
    return [{
      input: 0,
      shape: parts,
      inputOffset: (rows - 1) * row + (columns - 1) * column,
      inputStrides: [-row, -column, 1, perGroup, channel],
      outputOffset: 0,
      outputStrides: stridesOf(parts),
    }];
  };
  return differentiable(
    [w],
    () => rotation.run(`${w.shape}|${groups}`, [w], shape, regions),
    [(g) => rotate(g, groups)],
  );
}
