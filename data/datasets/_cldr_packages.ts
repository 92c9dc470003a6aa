import type { Source } from "../dataset.ts";

type NpmSource = Extract<Source, { readonly kind: "npm" }>;

/** The packages of the Common Locale Data Repository 48.2 that data sets are made from, with their hashes. */
const INTEGRITY = {
  "cldr-annotations-full":
    "sha512-DV7A+rEcgUSNTRsVGNGqBZRmAkGfwhGHO5Q1dRwzBoBnVrHWp804JP7/QJdEc66iHmx3+zLWVIMCFLm0lW7PUQ==",
  "cldr-annotations-derived-full":
    "sha512-log62km+AOzI7n/NEuNNFV0mg9DWnt67EYCh1RwxZq9dyRuyteB586LT83Ke8TchEfnwI9cIk2P31zO4nTvZmw==",
  "cldr-dates-full":
    "sha512-zMrKvjMO414HDftLr6vKH1fNQHakFNe+F1h4S0eg+zmL4WRi9pI41fxB3UrTJDY42MEM87jCuAw/qlqCgYKcAQ==",
  "cldr-localenames-full":
    "sha512-4o0paYDz0UXhfhChAVFkmVl2CP0YTSEqE6WrC0fNafaSC5u5DAXphxH3SZ1Ujczarikr8DToKZfiok6EqWLdNQ==",
  "cldr-rbnf":
    "sha512-wFhWUOvGGGGSbBc99zJIjMvBxZ7s/fzPdtjLEkccbi8Uk+h/K1AzRiKjGtIqU1FEFNEkO8elkzojpEea0/td1Q==",
};

/** A file or folder of a package of the Common Locale Data Repository. */
export function cldrPackage(name: keyof typeof INTEGRITY, path: string): NpmSource {
  return { kind: "npm", package: name, version: "48.2.0", integrity: INTEGRITY[name], path };
}
