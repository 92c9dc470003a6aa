/**
 * What a report shows beside curves, confusion matrix and samples: plots over any quantity, tables and pictures.
 *
 * @module
 */
/** Where an exhibit is found, what stands over it and what under it. */
interface Head {
  /** Kebab-case and unique in its experiment; the figure's file is named after it. */
  readonly name: string;
  readonly title: string;
  /** A sentence. */
  readonly caption: string;
}

/** One axis of a plot; what lies on a logarithmic one is above zero. Years are linear, and printed as 1960, not 1,960. */
export interface PlotAxis {
  readonly title: string;
  readonly scale: "linear" | "logarithmic" | "years";
}

/** Lines or points in a plane. */
export interface Plot extends Head {
  readonly kind: "plot";
  readonly x: PlotAxis;
  readonly y: PlotAxis & { readonly format: "number" | "percent" };
  readonly series: readonly {
    readonly label: string;
    readonly mark: "line" | "points";
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
}

/** Rows of plain text; a column in which every cell is a number is aligned to the right. */
export interface ResultTable extends Head {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Pictures of one size with a word below each. */
export interface Pictures extends Head {
  readonly kind: "pictures";
  readonly height: number;
  readonly width: number;
  /** How many stand in a row; absent: as many as fit. */
  readonly columns?: number;
  readonly pictures: readonly {
    readonly label: string;
    /** height * width grey values, or as many triples of red, green and blue; base64. */
    readonly pixels: string;
  }[];
}

/** Something that a report shows among its results. */
export type Exhibit = Plot | ResultTable | Pictures;
