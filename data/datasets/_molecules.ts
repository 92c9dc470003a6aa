import type { Column, Lists } from "../dataset.ts";
import { type Atom, type Bond, ELEMENTS } from "../readers/molecule.ts";

/** A molecule as a reader gives it. */
interface Molecule {
  readonly atoms: readonly Atom[];
  readonly bonds: readonly Bond[];
}

/** The columns of a molecular graph. */
export const MOLECULE_COLUMNS: Readonly<Record<"elements" | "charges" | "bonds" | "orders", Column>> = {
  elements: { dtype: "list", of: "u8", description: "atomic number of each atom; 0 for any atom" },
  charges: { dtype: "list", of: "i32", description: "charge of each atom, in elementary charges" },
  bonds: {
    dtype: "list",
    of: "u32",
    shape: [2],
    description: "the two atoms of each bond, counted from 0; given once",
  },
  orders: { dtype: "list", of: "f32", description: "order of each bond: 1, 2 or 3; 1.5 if aromatic" },
};

/** The values of those columns. */
export function moleculeRows(molecules: readonly Molecule[]): Record<keyof typeof MOLECULE_COLUMNS, Lists> {
  const atoms = offsetsOf(molecules.map((molecule) => molecule.atoms.length));
  const bonds = offsetsOf(molecules.map((molecule) => molecule.bonds.length));
  const eachAtom = molecules.flatMap((molecule) => molecule.atoms);
  const eachBond = molecules.flatMap((molecule) => molecule.bonds);
  return {
    elements: {
      offsets: atoms,
      values: Uint8Array.from(eachAtom, ({ symbol }) => ELEMENTS.indexOf(symbol) + 1),
    },
    charges: { offsets: atoms, values: Int32Array.from(eachAtom, ({ charge }) => charge) },
    bonds: { offsets: bonds, values: Uint32Array.from(eachBond.flatMap(({ from, to }) => [from, to])) },
    orders: { offsets: bonds, values: Float32Array.from(eachBond, ({ order }) => order) },
  };
}

/** Where each list starts, and where the last one ends. */
export function offsetsOf(lengths: readonly number[]): Uint32Array<ArrayBuffer> {
  const offsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, i) => offsets[i + 1] = offsets[i]! + length);
  return offsets;
}
