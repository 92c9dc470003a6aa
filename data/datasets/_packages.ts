import type { Source, SourceFile } from "../dataset.ts";

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
export function scikitLearn(name: string, folder: "data" | "images" = "data"): readonly Source[] {
  const path = `sklearn/datasets/${folder}/${name}`;
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

/** The file with one data set of R's package mlbench 2.1. */
export function mlbench(name: string): readonly Source[] {
  return [{
    kind: "debian",
    package: "r-cran-mlbench",
    path: `/usr/lib/R/site-library/mlbench/data/${name}.rda`,
  }];
}

/** The data of an R package: an index and a database. */
export function rPackage(name: string, index: Pin, database: Pin): readonly SourceFile[] {
  const file = (ending: string, pin: Pin): SourceFile => ({
    name: `Rdata.${ending}`,
    encoding: "plain",
    ...pin,
    sources: [{
      kind: "debian",
      package: `r-cran-${name}`,
      path: `/usr/lib/R/site-library/${name}/data/Rdata.${ending}`,
    }],
  });
  return [file("rdx", index), file("rdb", database)];
}

type Pin = Pick<SourceFile, "sha256" | "bytes">;

/** The data of R's package modeldata 1.1.0. */
export const modeldata: readonly SourceFile[] = rPackage("modeldata", {
  sha256: "c23e1be60f2730fb526ce158a307e154c91a953169fcb8e73350c4e032e14538",
  bytes: 780,
}, {
  sha256: "2ecef5e8da0f782ae4e3f65d928fe769702accffd8981cc358a3097f6736f58f",
  bytes: 4_140_200,
});

/** The data of R's package dslabs 0.7.4. */
export const dslabs: readonly SourceFile[] = rPackage("dslabs", {
  sha256: "97e59cc21906407fe85a369cd92a765ea050e69346d4043545471972bd02a6b3",
  bytes: 660,
}, {
  sha256: "7f740c8802abcf5de56096417560b2d5be317c59f30d50c9d37548695952aa3b",
  bytes: 4_117_078,
});

/** A file of RDKit 2022.09.3: its repository, and Debian's package of the same release. */
export function rdkit(path: string): readonly Source[] {
  return [
    { kind: "url", url: `https://raw.githubusercontent.com/rdkit/rdkit/Release_2022_09_3/${path}` },
    { kind: "debian", package: "rdkit-data", path: `/usr/share/RDKit/${path}` },
  ];
}
