/**
 * Files for all packages above: whole or not at all, and their hashes.
 *
 * @module
 */
export * from "./sha256.ts";
export * from "./write_file.ts";
