import type { HostArray } from "../numerics/dtype.ts";
import { elementCount } from "./_check.ts";
import { convFamily, type ConvKernel } from "./conv.ts";
import type { FamilyDefinition, Slot } from "./kernel.ts";
import { mapFamily, type MapKernel } from "./map.ts";
import { matmulFamily, type MatmulKernel } from "./matmul.ts";

/**
 * A map that reads the result of a matrix product or a convolution element by element: what `compile` makes of the two.
 *
 * *Shapes* operands are those of the product, then those of the map but for the product's result. Results are the
 * product's own if it is `stored`, then those of the map.
 * *Order* as the product, then the map, would have it: N4.
 */
export interface ProductMapKernel {
  /** Tells the families apart. */
  readonly family: "productMap";
  /** What is computed first. */
  readonly product: MatmulKernel | ConvKernel;
  /** What is computed of each element of its result. */
  readonly map: MapKernel;
  /** The operands of the map that are the product's result, ascending. */
  readonly at: readonly number[];
  /** Whether the product's result is a result itself. It comes first. */
  readonly stored: boolean;
}

/** Maps of products: slots, checks and the reference that defines their bits. */
export const productMapFamily: FamilyDefinition<ProductMapKernel> = {
  key: ({ product, map, at, stored }) =>
    `productMap:${stored ? "stored," : ""}${at}:${productKey(product)}:${mapFamily.key(map)}`,
  inputs: ({ product, map, at }) => [
    ...productSlots(product).inputs,
    ...mapFamily.inputs(map).filter((_, i) => !at.includes(i)),
  ],
  outputs: ({ product, map, stored }) => [
    ...stored ? [productSlots(product).output] : [],
    ...mapFamily.outputs(map),
  ],
  validate: validateProductMap,
  reference: productMapReference,
};

function productKey(product: ProductMapKernel["product"]): string {
  return product.family === "matmul" ? matmulFamily.key(product) : convFamily.key(product);
}

function productSlots(
  product: ProductMapKernel["product"],
): { readonly inputs: readonly Slot[]; readonly output: Slot } {
  const [inputs, outputs] = product.family === "matmul"
    ? [matmulFamily.inputs(product), matmulFamily.outputs(product)]
    : [convFamily.inputs(product), convFamily.outputs(product)];
  return { inputs, output: outputs[0]! };
}

function validateProductMap({ product, map, at }: ProductMapKernel): void {
  if (product.family === "matmul") matmulFamily.validate(product);
  else convFamily.validate(product);
  mapFamily.validate(map);
  const { length } = productSlots(product).output;
  if (elementCount(map.shape) !== length) {
    throw new RangeError(
      `Cannot map a product: expected a map of the product's ${length} elements, got shape [${map.shape}]`,
    );
  }
  const reads = at.length > 0 && at.every((operand, i) => {
    const { dtype, shape } = map.inputs[operand] ?? { dtype: undefined, shape: [] };
    return dtype === "f32" && elementCount(shape) === length && (i === 0 || operand > at[i - 1]!);
  });
  if (!reads) {
    throw new RangeError(
      `Cannot map a product: expected f32 operands of the map with all of its elements, ascending, got [${at}]`,
    );
  }
}

/**
 * The operands of the map of a kernel among those of the kernel, where each one stands; undefined for the product's
 * result.
 */
export function mapOperandPlaces({ map, at }: Pick<ProductMapKernel, "map" | "at">): (number | undefined)[] {
  let place = 2;
  return map.inputs.map((_, i) => at.includes(i) ? undefined : place++);
}

/** The product into an array of its own unless it is stored, then the map. */
function productMapReference(
  kernel: ProductMapKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const { product, map, stored } = kernel;
  const result = stored ? outputs[0]! : new Float32Array(productSlots(product).output.length);
  if (product.family === "matmul") matmulFamily.reference(product, inputs.slice(0, 2), [result]);
  else convFamily.reference(product, inputs.slice(0, 2), [result]);
  const operands = mapOperandPlaces(kernel).map((place) => place === undefined ? result : inputs[place]!);
  mapFamily.reference(map, operands, stored ? outputs.slice(1) : outputs);
}
