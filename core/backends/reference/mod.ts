export * from "./reference_backend.ts";
