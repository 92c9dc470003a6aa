import { broadcastStrides } from "./_layout.ts";
import type { MapKernel } from "./map.ts";

/** An axis of the rows of an operand: a row has the index floor(row / divisor) % length along it. */
export interface RowAxis {
  readonly divisor: number;
  readonly length: number;
  /** Elements from one index to the next, not 0. */
  readonly stride: number;
}

/** How an operand of a map is read where the map's elements are taken as rows of a matrix. */
export interface RowForm {
  /** Whether there is an element for each column, one next to the other, or one for the whole row. */
  readonly columns: boolean;
  /** The axes that say where a row begins; none if all rows read the same. */
  readonly rows: readonly RowAxis[];
}

/**
 * The forms of a map's operands as it goes along rows of `columns` elements; undefined if an operand repeats within the
 * columns, or if the rows do not divide its elements.
 */
export function rowForms({ shape, inputs }: MapKernel, columns: number): RowForm[] | undefined {
  const forms: RowForm[] = [];
  for (const operand of inputs) {
    const form = rowForm(shape, broadcastStrides(operand.shape, shape)!, columns);
    if (form === undefined) return undefined;
    forms.push(form);
  }
  return forms;
}

function rowForm(shape: readonly number[], strides: readonly number[], columns: number): RowForm | undefined {
  let inner = 1; // columns that the axes so far have
  let contiguous = true;
  let repeated = true;
  let divisor = 1; // rows that the axes so far have
  const rows: RowAxis[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    let length = shape[axis]!;
    let stride = strides[axis]!;
    if (length === 1) continue;
    if (inner < columns) {
      const part = Math.min(length, columns / inner);
      if (!Number.isInteger(part) || length % part !== 0) return undefined;
      if (part > 1) {
        if (stride !== inner) contiguous = false;
        if (stride !== 0) repeated = false;
      }
      inner *= part;
      length /= part;
      stride *= part;
    }
    if (length > 1 && stride !== 0) {
      const last = rows.at(-1);
      if (
        last !== undefined && last.divisor * last.length === divisor && last.stride * last.length === stride
      ) {
        rows[rows.length - 1] = { ...last, length: last.length * length };
      } else rows.push({ divisor, length, stride });
    }
    divisor *= length;
  }
  if (inner !== columns || !(contiguous || repeated)) return undefined;
  // A single column is one for the whole row.
  return { columns: !repeated, rows };
}
