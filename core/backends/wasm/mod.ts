export * from "./wasm_backend.ts";
