import { cast, scope, type Tensor, tensor } from "@verbatim/core";
import { columnOf, numberColumnOf, type Split } from "@verbatim/data";

/** The side of a digit's picture, and the largest grey value. */
export const SIDE = 8;
const WHITE = 16;

/** Every digit of a split: x [N, 64], 0 to 16 as they are, and the labels. */
export async function readDigits(
  split: Split,
): Promise<{ readonly x: Tensor; readonly labels: Uint8Array; readonly classes: readonly string[] }> {
  const rows = await split.read(Uint32Array.from({ length: split.rows }, (_, row) => row));
  const x = scope(() => cast(tensor(columnOf(rows, "image")).reshape([-1, SIDE * SIDE]), "f32"));
  return {
    x,
    labels: Uint8Array.from(columnOf(rows, "label")),
    classes: numberColumnOf(split, "label").classes!,
  };
}

/** Grey values 0 to 16 as pixels for a report, dark ink on white; what lies outside is clamped. */
export function inkPixels(values: ArrayLike<number>): string {
  return Uint8Array.from(values, (ink) => {
    const share = Math.min(1, Math.max(0, ink / WHITE));
    return Math.round(255 * (1 - share));
  }).toBase64();
}
