export * from "./byte_pair_encoding.ts";
export * from "./tokenise.ts";
export * from "./train_byte_pairs.ts";
export { lowerCase } from "./unicode.ts";
export * from "./vocabulary.ts";
