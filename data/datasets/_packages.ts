import type { Source } from "../dataset.ts";

type PackageSource = Exclude<Source, { readonly kind: "url" }>;

/** A file of Vega's example data. */
export function vegaDatasets(path: string): PackageSource {
  return {
    kind: "npm",
    package: "vega-datasets",
    version: "3.2.1",
    integrity:
      "sha512-lTSwZA6yq6qSU2YZm+6bqILiIvTPPxn4itir7jPGFmHIdPvUfQ9pCzzcrklYywMJgLUbaIeSkZQdiJd6wBxPug==",
    path,
  };
}

/** A data file of scikit-learn 1.2.1: its repository, and Debian's package of the same release. */
export function scikitLearn(name: string): readonly Source[] {
  const path = `sklearn/datasets/data/${name}`;
  return [
    { kind: "url", url: `https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.2.1/${path}` },
    { kind: "debian", package: "python3-sklearn", path: `/usr/lib/python3/dist-packages/${path}` },
  ];
}

/** A data file of statsmodels 0.13.5: its repository, and Debian's package of the same release. */
export function statsmodels(name: string): readonly Source[] {
  const path = `statsmodels/datasets/${name}`;
  return [
    { kind: "url", url: `https://raw.githubusercontent.com/statsmodels/statsmodels/v0.13.5/${path}` },
    { kind: "debian", package: "python3-statsmodels", path: `/usr/lib/python3/dist-packages/${path}` },
  ];
}
