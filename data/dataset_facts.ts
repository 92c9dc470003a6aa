import type { Dataset, Source } from "./dataset.ts";

/** Whether a set is fetched without being named: packages have all of it, and no single server must be reached. */
export function isDefault({ files }: Dataset): boolean {
  return files.every(({ sources }) => sources.some(({ kind }) => kind !== "url"));
}

/** Bytes of the decoded source files. */
export function sourceBytes({ files }: Dataset): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The kinds of sources that the files of a set have, in the order in which they are asked. */
export function sourceKinds({ files }: Dataset): Source["kind"][] {
  return [...new Set(files.flatMap(({ sources }) => sources.map(({ kind }) => kind)))];
}

/** A number of bytes for people: three digits and a decimal unit. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  // 999.5 would be written as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toPrecision(2)} ${units[unit]}`;
}
