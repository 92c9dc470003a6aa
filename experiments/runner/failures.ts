import { DamagedFileError, DataUnavailableError } from "@verbatim/data";
import { UsageError } from "@verbatim/data/command_line";
import { FileWriteError } from "@verbatim/data/files";
import { stripVTControlCharacters } from "node:util";

/** Thrown when a file defines no experiment that can be used; the message says where and why. */
export class ExperimentFileError extends Error {
  override readonly name = "ExperimentFileError";
}

/** Thrown when a result is no number because a training diverged; the message says when it did. */
export class DivergedError extends RangeError {
  override readonly name = "DivergedError";
}

/** What the machine or the user did: the message says all. Texts that cannot be read are told as SyntaxError. */
const PLAIN = [
  DamagedFileError,
  DataUnavailableError,
  DivergedError,
  ExperimentFileError,
  FileWriteError,
  SyntaxError,
  UsageError,
];

/** Whether an error may be a mistake in a program, which is found by its stack. */
export function needsStack(error: Error): boolean {
  const bySystem = "code" in error && typeof error.code === "string";
  return !bySystem && !PLAIN.some((kind) => error instanceof kind);
}

/** The message of an error without colours, and where in a file it arose if the message does not say. */
export function placedMessage(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  const message = stripVTControlCharacters(error.message);
  if (message.includes(file)) return message;
  const place = error.stack?.split("\n").find((line) => line.trim().startsWith("at ") && line.includes(file));
  return place === undefined ? message : `${message}\n${place}`;
}
