/**
 * What the commands of the workspace share: their flags, their hints, their progress.
 *
 * @module
 */
export * from "./arguments.ts";
export * from "./format_table.ts";
export * from "./nearest.ts";
export * from "./mirror.ts";
export * from "./progress_line.ts";
export * from "./show_events.ts";
export * from "./text_sink.ts";
