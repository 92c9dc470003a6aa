/** An atom of a molecular graph. */
export interface Atom {
  /** Symbol of the element, "C" or "Cl"; "*" for any. */
  readonly symbol: string;
  /** Charge in units of the elementary charge. */
  readonly charge: number;
  /** Mass number, if one is given. */
  readonly isotope: number | undefined;
}

/** A bond of a molecular graph. */
export interface Bond {
  /** Index of the atom that is named first. */
  readonly from: number;
  /** Index of the other atom. */
  readonly to: number;
  /** 1, 2, 3 or 4; 1.5 for an aromatic bond. */
  readonly order: number;
}

/**
 * The symbols of the chemical elements, by atomic number from 1.
 *
 * *Source* IUPAC's periodic table of 2022.
 */
export const ELEMENTS: readonly string[] = [
  ..."H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr"
    .split(" "),
  ..."Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm".split(
    " ",
  ),
  ..."Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No".split(
    " ",
  ),
  ..."Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og".split(" "),
];
