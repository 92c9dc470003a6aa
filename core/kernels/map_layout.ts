import { broadcastStrides, type Layout, mergeAxes } from "./_layout.ts";
import type { MapKernel } from "./map.ts";

/** The walk of a valid map over its operands with as few axes as possible; along the last every stride is 0 or 1. */
export function mapLayout({ shape, inputs }: MapKernel): Layout {
  return mergeAxes({ shape, strides: inputs.map((operand) => broadcastStrides(operand.shape, shape)!) });
}
