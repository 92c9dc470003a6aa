import type { MapKernel } from "../../../kernels/map.ts";
import { mapLayout } from "../../../kernels/map_layout.ts";
import type { MapReduceKernel } from "../../../kernels/map_reduce.ts";
import { kernelOutputs } from "../../../kernels/families.ts";
import type { GpuFamily } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";
import { mapElement } from "./_map_element.ts";
import { emitReductions } from "./_reduction.ts";
import { SHORT } from "./_short_reduction.ts";

/** Elements of a small case with several blocks, at least: more than 1,024 for each of three results. */
const SEVERAL = 3090;

/** Terms of a small case that a thread reduces. */
const SHORT_TERMS = 6;

/** Maps with reductions: the threads that reduce compute their terms, and store what is to be stored. */
export const mapReduceGpu: GpuFamily<MapReduceKernel> = {
  emit({ map, stored, reductions, outer, terms, inner }, target) {
    const stores = stored.map((output, place) => `${target.outputs[place]!.at("i")} = y${output};`);
    return emitReductions(
      { results: outer * inner, terms, axes: { inner }, across: inner > 1 },
      {
        write(word) {
          const { lines, helpers, declarations } = terms === 0 ? nothing(map) : mapElement(map, target, word);
          return { lines: [...lines, ...stores], helpers, declarations };
        },
        uses: [...target.inputs, ...stored.map((_, place) => target.outputs[place]!)],
        once: stored.some((_, place) =>
          target.inputs.some(({ variable }) => variable === target.outputs[place]!.variable)
        ),
      },
      reductions.map(({ of, operation }, k) => ({
        operation,
        term: `y${of}`,
        out: target.outputs[stored.length + k]!,
      })),
      target,
    );
  },
  small(kernel) {
    const { terms, inner } = kernel;
    if (terms === 0) return { kernel, inputs: checkValues(kernel) };
    const short = terms <= SHORT;
    const several = terms > 1024;
    const map = smallMap(kernel.map, several);
    const length = kernelOutputs(map)[0]!.length;
    const results = short ? length / SHORT_TERMS : inner > 1 || !several ? 3 : 1;
    const small: MapReduceKernel = {
      ...kernel,
      map,
      outer: inner > 1 ? results / 3 : results,
      terms: length / results,
      inner: inner > 1 ? 3 : 1,
    };
    return { kernel: small, inputs: checkValues(small) };
  },
};

/** Where there are no terms, none is computed. */
const nothing = ({ outputs }: MapKernel) => ({
  lines: outputs.map((_, j) => `let y${j} = 0u;`),
  helpers: [],
  declarations: "",
});

/** A small map with the text of this one, and a multiple of 3 * SHORT_TERMS elements. */
function smallMap(kernel: MapKernel, several: boolean): MapKernel {
  const { shape, strides } = mapLayout(kernel);
  const lengths = shape.map((_, axis): number => axis === 0 ? 3 : 2);
  const before = lengths.slice(0, -1).reduce((product, n) => product * n, 1);
  const least = several ? SEVERAL : 105;
  const unit = 3 * SHORT_TERMS;
  lengths[lengths.length - 1] = unit * Math.ceil(least / (unit * before));
  const inputs = kernel.inputs.map(({ dtype }, k) => ({
    dtype,
    shape: lengths.map((length, axis) => strides[k]![axis] === 0 ? 1 : length),
  }));
  return { ...kernel, shape: lengths, inputs };
}
